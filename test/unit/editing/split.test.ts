/** Parts of files: at silences, at markers, by channel, by track. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asFormat0 } from '../../../src/editing/formats.js';
import { joinSmfs } from '../../../src/editing/join.js';
import {
  splitAtMarkers,
  splitAtSilence,
  splitByChannel,
  splitByTrack,
} from '../../../src/editing/split.js';
import type { SmfContent } from '../../../src/files/smf/smf-content.js';
import { readTimeline } from '../../../src/files/smf/smf-timeline.js';
import { linesOf } from '../../support/editing-bed.js';
import { runs } from '../../support/long-tests.js';
import { END, smfOf } from '../../support/smf-notation.js';

/** Ticks are milliseconds; a delta of 5000. */
const PAUSE = 'a708';

function partsOf(parts: ReturnType<typeof splitAtSilence>): [string, string[][]][] {
  const contents = [...parts.contents];
  assert.equal(contents.length, parts.labels.length);
  return contents.map((content, index) => [parts.labels[index]!, linesOf(content)]);
}

test('at silence: a lead-in, a tail, and the state at the head', () => {
  const smf = smfOf([
    `00 ff0303506961 00 ff51030f4240 00 ff510307a120 00 c005 00 b00750 64 903c40 64 803c40
     ${PAUSE} 903e40 64 803e40 64 ff0603656e64 ${END}`,
  ]);
  assert.deepEqual(partsOf(splitAtSilence(smf, 2000)), [
    [
      '',
      [
        [
          '0 ff03 506961',
          '0 ff51 0f4240',
          '0 ff51 07a120',
          '0 c00500',
          '0 b00750',
          '100 903c40',
          '200 803c40',
          '2200 end',
        ],
      ],
    ],
    [
      '',
      [
        [
          '0 ff51 07a120',
          '0 ff03 506961',
          '0 c00500',
          '0 b00750',
          '500 903e40',
          '600 803e40',
          '700 ff06 656e64',
          '700 end',
        ],
      ],
    ],
  ]);
});

test('tempo and signatures of any track begin the first one of a part; names stay in their track', () => {
  const smf = smfOf([
    `00 ff0301 41 00 903c40 64 803c40 ${PAUSE} 903e40 64 803e40 ${END}`,
    `00 ff0301 42 00 ff510307a120 00 ff580403021808 00 ff5902fd00 00 ff54050000000000 ${END}`,
  ]);
  const [, second] = splitAtSilence(smf, 2000).contents;
  assert.deepEqual(linesOf(second!), [
    [
      '0 ff51 07a120',
      '0 ff58 03021808',
      '0 ff59 fd00',
      '0 ff03 41',
      '500 903e40',
      '600 803e40',
      '600 end',
    ],
    ['0 ff03 42', '600 end'],
  ]);
});

test('a pedal that is down, and a key that is held on another track, are no silence', () => {
  const pedal = smfOf([`00 b0407f 00 903c40 64 803c40 ${PAUSE} b04000 00 903e40 64 803e40 ${END}`]);
  assert.equal(splitAtSilence(pedal, 2000).labels.length, 1);
  const held = smfOf([
    `00 903c40 64 803c40 ${PAUSE} 903e40 64 803e40 ${END}`,
    `00 914040 ${PAUSE} 00 ff0600 64 814040 ${END}`,
  ]);
  assert.equal(splitAtSilence(held, 2000).labels.length, 1);
});

test('a stuck note holds nothing up for more than ten minutes', () => {
  // 700,000 ms.
  const smf = smfOf([`00 903c40 aadc60 903e40 64 803e40 ${END}`]);
  assert.equal(splitAtSilence(smf, 2000).labels.length, 2);
});

test('a sysex in packets is no silence; one that another message breaks off is over', () => {
  const note = '903c40 64 803c40';
  const packets = smfOf([`00 ${note} 00 f0027d01 ${PAUSE} f701f7 64 ${note} ${END}`]);
  assert.equal(splitAtSilence(packets, 2000).labels.length, 1);
  const broken = smfOf([`00 ${note} 00 f0027d01 ${PAUSE} ${note} ${END}`]);
  assert.equal(splitAtSilence(broken, 2000).labels.length, 2);
});

test('a note in an escape is played as any other', () => {
  const smf = smfOf([`00 f703903c40 64 f703803c40 ${PAUSE} f703903e40 ${PAUSE} 803e40 ${END}`]);
  assert.equal(splitAtSilence(smf, 2000).labels.length, 2);
});

test('programs between pieces belong to the next one; clock is no playing', () => {
  const smf = smfOf([
    `00 903c40 64 803c40 ${PAUSE} c107 64 903e40 64 803e40 ${END}`,
    `00 f701f8 8f50 f701f8 8f50 f701f8 ${END}`,
  ]);
  const [, second] = splitAtSilence(smf, 2000).contents;
  assert.deepEqual(linesOf(second!)[0], ['500 c10700', '600 903e40', '700 803e40', '700 end']);
});

test('at markers: what sounds on ends with the part, and its note-off is not in the next', () => {
  const parts = splitAtMarkers(
    smfOf([
      `00 ff0601 41 00 903c40 00 b0407f 64 ff060142 32 803c40 00 903c50 32 803c50 00 b04000 ${END}`,
    ]),
  );
  assert.deepEqual(partsOf(parts), [
    ['A', [['0 ff06 41', '0 903c40', '0 b0407f', '100 803c40', '100 end']]],
    ['B', [['0 b0407f', '0 ff06 42', '50 903c50', '100 803c50', '100 b04000', '100 end']]],
  ]);
});

test('at markers: a key that is held across and struck again is let go of in the part that strikes it', () => {
  const smf = smfOf([
    `00 ff060141 00 903c40 64 ff060142 32 903c50 32 803c40 32 803c41 00 903e40 32 803e40 ${END}`,
  ]);
  const [, second] = splitAtMarkers(smf).contents;
  assert.deepEqual(linesOf(second!)[0]!.slice(1, -1), [
    '50 903c50',
    '100 803c40',
    '150 903e40',
    '200 803e40',
  ]);
});

test('at markers: what is before the first one is a part only if something is played there', () => {
  const silent = smfOf([`00 ff51030f4240 64 ff060141 00 903c40 64 803c40 ${END}`]);
  assert.deepEqual(splitAtMarkers(silent).labels, ['A']);
  const played = smfOf([`00 903c40 64 803c40 00 ff060141 64 ff060142 ${END}`]);
  assert.deepEqual(splitAtMarkers(played).labels, ['', 'A', 'B']);
});

test('by channel: every channel with what is for all', () => {
  const smf = smfOf([
    `00 ff51030f4240 ${END}`,
    `00 f0027df7 00 903c40 00 993040 64 803c40 00 893040 ${END}`,
    `00 914040 64 814040 ${END}`,
  ]);
  assert.deepEqual(partsOf(splitByChannel(smf)), [
    [
      'ch01',
      [
        ['0 ff51 0f4240', '0 end'],
        ['0 f0 7df7', '0 903c40', '100 803c40', '100 end'],
      ],
    ],
    [
      'ch02',
      [
        ['0 ff51 0f4240', '0 end'],
        ['0 914040', '100 814040', '100 end'],
      ],
    ],
    [
      'ch10',
      [
        ['0 ff51 0f4240', '0 end'],
        ['0 f0 7df7', '0 993040', '100 893040', '100 end'],
      ],
    ],
  ]);
});

test('by track: each with the tempo and the markers of all', () => {
  const smf = smfOf([
    `00 ff51030f4240 64 ff060141 ${END}`,
    `00 ff03054f7267616e 00 903c40 64 803c40 ${END}`,
    `00 914040 64 814040 ${END}`,
  ]);
  assert.deepEqual(partsOf(splitByTrack(smf)), [
    [
      'Organ',
      [
        ['0 ff51 0f4240', '100 ff06 41', '100 end'],
        ['0 ff03 4f7267616e', '0 903c40', '100 803c40', '100 end'],
      ],
    ],
    [
      '',
      [
        ['0 ff51 0f4240', '100 ff06 41', '100 end'],
        ['0 914040', '100 814040', '100 end'],
      ],
    ],
  ]);
});

test('what one track says for all goes into every part; tracks in which nothing is played stay whole', () => {
  const smf = smfOf([
    `00 ff030141 00 ff51030f4240 00 ff580403021808 00 903c40 64 ff0503 6e6f77 00 803c40 ${END}`,
    `00 914040 64 814040 ${END}`,
    `00 ff0305576f726473 00 ff05026c61 64 ff010143 ${END}`,
  ]);
  const words = ['0 ff03 576f726473', '0 ff05 6c61', '100 ff01 43', '100 end'];
  const forAll = ['0 ff51 0f4240', '0 ff58 03021808'];
  const first = ['0 ff03 41', ...forAll, '0 903c40', '100 ff05 6e6f77', '100 803c40', '100 end'];
  const second = ['0 914040', '100 814040', '100 end'];
  for (const split of [splitByChannel, splitByTrack]) {
    assert.deepEqual(Array.from(split(smf).contents, linesOf), [
      [first, words],
      [[...forAll, '100 end'], second, words],
    ]);
  }
});

test('what several tracks say alike is there once', () => {
  const conductor = '00 ff51030f4240 00 ff060141';
  const smf = smfOf([
    `${conductor} 00 903c40 64 803c40 ${END}`,
    `${conductor} 00 914040 64 814040 ${END}`,
  ]);
  assert.deepEqual(linesOf([...splitByTrack(smf).contents][1]!), [
    ['0 ff51 0f4240', '0 ff06 41', '0 914040', '100 814040', '100 end'],
  ]);
});

test('words before the first marker are in a part of their own', () => {
  const smf = smfOf([`00 ff010141 64 ff060142 00 903c40 64 803c40 ${END}`]);
  const parts = partsOf(splitAtMarkers(smf)).map(([label, lines]) => [label, lines[0]![0]]);
  assert.deepEqual(parts, [
    ['', '0 ff01 41'],
    ['B', '0 ff06 42'],
  ]);
});

test('a key that is let go of after more than ten minutes is no silence', () => {
  // 700,000 ms.
  const held = `00 903c40 aadc60 803c40 ${PAUSE} 903e40 64 803e40 ${END}`;
  assert.equal(splitAtSilence(smfOf([held]), 2000).labels.length, 2);
  const twice = `00 903c40 aadc60 b07b00 ${PAUSE} 903e40 64 803e40 ${END}`;
  assert.equal(splitAtSilence(smfOf([twice]), 2000).labels.length, 2);
});

test('by track, format 2: patterns, each with its own tempo', () => {
  const smf = smfOf([`00 ff51030f4240 00 903c40 ${END}`, `00 914040 ${END}`], 2);
  assert.deepEqual(
    Array.from(splitByTrack(smf).contents, (content) => [content.format, linesOf(content)]),
    [
      [0, [['0 ff51 0f4240', '0 903c40', '0 end']]],
      [0, [['0 914040', '0 end']]],
    ],
  );
});

test('a sysex that a marker falls into is in the part in which it begins, whole', () => {
  const parts = splitAtMarkers(
    smfOf([
      `00 ff060141 00 903c40 0a 803c40 00 f0027d01 0a f7010a 0a ff060142 00 f701f8 0a f7020bf7 0a 903e40 0a 803e40 ${END}`,
    ]),
  );
  assert.deepEqual(partsOf(parts), [
    [
      'A',
      [['0 ff06 41', '0 903c40', '10 803c40', '10 f0 7d01', '20 f7 0a', '30 f7 0bf7', '30 end']],
    ],
    ['B', [['0 ff06 42', '0 f7 f8', '20 903e40', '30 803e40', '30 end']]],
  ]);
});

test('of inputs that share a track each has its own sysex in a part', () => {
  const parts = splitAtMarkers(
    smfOf([
      `00 ff060141 00 ff210100 00 f0020101 0a ff210101 00 f0020202 00 ff060142 0a f70103 0a ff210100 00 f70204f7 0a ff210101 00 f70105 00 903c40 00 803c40 ${END}`,
    ]),
  );
  const [, second] = partsOf(parts);
  assert.deepEqual(
    second![1][0]!.filter((line) => / f[07] /.test(line)),
    ['0 f0 0202', '10 f7 03', '30 f7 05'],
  );
});

test('inputs that share a track: each has its own keys, state and name in a part', () => {
  const smf = smfOf([
    `00 ff210100 00 ff090141 00 c001 00 903c40 00 ff210101 00 ff090142 00 c002 00 903c50
     64 ff060178 0a 803c40 0a ff210100 00 803c40 ${END}`,
  ]);
  const [[, [before]], [, [after]]] = partsOf(splitAtMarkers(smf)) as [string, string[][]][];
  assert.deepEqual(before!.slice(-5), [
    ...['100 ff21 00', '100 803c40', '100 ff21 01', '100 803c40', '100 end'],
  ]);
  assert.deepEqual(after, [
    ...['0 ff21 00', '0 ff09 41', '0 ff21 01', '0 ff09 42'],
    ...['0 ff21 00', '0 c00100', '0 ff21 01', '0 c00200', '0 ff06 78', '20 end'],
  ]);
});

test('any two inputs: in one track with ports each part has of each what it has in tracks of their own', () => {
  const event = fc.constantFrom(
    ...['903c40', '903c40', '803c00', '913e40', 'c005', 'b04041', 'b04000', 'e01122', 'ff060141'],
  );
  const track = fc
    .array(fc.tuple(fc.constantFrom('00', '0a', '64'), event), { maxLength: 15 })
    .map((events) => events.flat().join(' '));
  const messagesOf = ({ tracks }: SmfContent) =>
    tracks
      .flatMap(({ events }) => {
        let port = 0;
        const messages: string[] = [];
        for (const { tick, metaType, packed, data } of events) {
          if (metaType === 0x21) port = data[0]!;
          if (packed !== 0) messages.push(`${tick} at ${port}: ${packed.toString(16)}`);
        }
        return messages;
      })
      .sort();
  fc.assert(
    fc.property(track, track, (one, other) => {
      const apart = smfOf([`00 ff210100 ${one} ${END}`, `00 ff210101 ${other} ${END}`], 1);
      const [shared, own] = [asFormat0(apart), apart].map((content) => [
        ...splitAtMarkers(content).contents,
      ]);
      assert.deepEqual(shared!.map(messagesOf), own!.map(messagesOf));
    }),
    { numRuns: runs(300) },
  );
});

test('a key that nobody lets go of ends with its part, also in a track that has nothing more', () => {
  const smf = smfOf([`00 ff060141 64 ff060142 64 ff2f00`, `0a 903c40 00 b0407f ${END}`]);
  const [first, second] = splitAtMarkers(smf).contents;
  assert.deepEqual(linesOf(first!)[1], ['10 903c40', '10 b0407f', '100 803c40', '100 end']);
  assert.deepEqual(linesOf(second!)[1], ['0 b0407f', '100 end']);
});

test('at silence: where another track changes the tempo, parts begin where they were heard to', () => {
  const smf = smfOf([
    `00 903c40 64 803c40 ${PAUSE} 903e40 64 803e40 ${END}`,
    `8148 ff510307a120 00 ff51030f4240 ${END}`,
  ]);
  // From tick 200 on one lasts two milliseconds.
  const [first, second] = splitAtSilence(smf, 2000).contents;
  assert.equal(linesOf(first!)[0]!.at(-1), '1150 end');
  assert.deepEqual(linesOf(second!)[0], ['0 ff51 0f4240', '250 903e40', '350 803e40', '350 end']);
});

test('at silence: what a file says about itself behind the tail is in the part, which all tracks have to its end', () => {
  const smf = smfOf([
    `00 903c40 64 803c40 ${PAUSE} 903e40 64 803e40 ${END}`,
    // 3600 ms
    `9c10 ff060141 ${END}`,
  ]);
  const [first] = splitAtSilence(smf, 2000).contents;
  assert.deepEqual(linesOf(first!), [
    ['0 903c40', '100 803c40', '3600 end'],
    ['3600 ff06 41', '3600 end'],
  ]);
});

test('one track with the names of several channels: each part has all of them, the title first', () => {
  const names = '00 ff0301 53 00 ff200100 00 ff030141 00 ff200101 00 ff030142 00 ff040143';
  const smf = smfOf([`${names} 00 903c40 00 ff060141 64 803c40 00 ff060142 00 913c40 ${END}`]);
  const [, second] = splitAtMarkers(smf).contents;
  assert.deepEqual(linesOf(second!)[0]!.slice(0, 7), [
    '0 ff03 53',
    ...['0 ff20 00', '0 ff03 41'],
    ...['0 ff20 01', '0 ff03 42', '0 ff20 01', '0 ff04 43'],
  ]);
});

test('any tempos and divisions: in each part a note is where it was heard, and in the parts joined again, too', () => {
  const event = fc.constantFrom('note', 'note', 'note', 'ff51030f4240', 'ff510303d090', 'ff060141');
  const delta = fc.constantFrom('00', '01', '64', '8768');
  const track = fc.array(fc.tuple(delta, event), { maxLength: 12 });
  const division = fc.constantFrom(500, 96, 0xe728, 0xe304);
  interface Note {
    timeMs: number;
    packed: number;
  }
  const assertSame = (found: Note[], wanted: Note[]) => {
    const [one, other] = [found, wanted].map((notes) =>
      notes.toSorted((a, b) => a.packed - b.packed),
    );
    assert.deepEqual(
      one!.map(({ packed }) => packed),
      other!.map(({ packed }) => packed),
    );
    for (const [index, { timeMs }] of one!.entries()) {
      assert.ok(Math.abs(timeMs - other![index]!.timeMs) < 1e-6, `note ${index} at ${timeMs}`);
    }
  };
  const notesOf = (content: SmfContent) => {
    const { batches } = readTimeline(content);
    const notes: Note[] = [];
    for (const { count, timeMs, packed } of batches) {
      for (let row = 0; row < count; row++) {
        const each = { timeMs: timeMs[row]!, packed: packed[row]! };
        if ((each.packed & 0xf0) === 0x90) notes.push(each);
      }
    }
    return notes.sort((one, other) => one.timeMs - other.timeMs || one.packed - other.packed);
  };
  fc.assert(
    fc.property(fc.array(track, { minLength: 1, maxLength: 3 }), division, (given, ticks) => {
      // Each note once, and none is let go of.
      let number = 0;
      const tracks = given.map(
        (events) =>
          `${events.map(([before, what]) => `${before} ${what === 'note' ? noteOf(number++) : what}`).join(' ')} 64 ff2f00`,
      );
      const smf = smfOf(tracks, 1, ticks);
      const all = notesOf(smf);
      const contents = [...splitAtMarkers(smf).contents];
      let startMs = 0;
      const found: Note[] = [];
      for (const content of contents) {
        const notes = notesOf(content);
        const first = notes[0];
        if (first !== undefined) {
          const was = all.find(({ packed }) => packed === first.packed)!;
          startMs = was.timeMs - first.timeMs;
        }
        found.push(...notes.map(({ timeMs, packed }) => ({ timeMs: timeMs + startMs, packed })));
      }
      assertSame(found, all);
      if (contents.length < 2) return;
      const joined = notesOf(joinSmfs(contents, 0).content);
      const offMs = joined.length === 0 ? 0 : all[0]!.timeMs - joined[0]!.timeMs;
      assertSame(
        joined.map(({ timeMs, packed }) => ({ timeMs: timeMs + offMs, packed })),
        all,
      );
    }),
    { numRuns: runs(300) },
  );
});

/** A note-on of its own channel, key and velocity. */
function noteOf(number: number): string {
  return Buffer.of(0x90 | (number % 16), 20 + (number >> 4), 1 + (number % 100)).toString('hex');
}
