/** Files in the shape of midi-file, and as JSON: nothing is lost on the way there and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MidiData, parseMidi } from 'midi-file';
import { fromMidiData, toMidiData } from '../../../../src/files/smf/midi-data.js';
import { isMidiJson, readMidiJson, writeMidiJson } from '../../../../src/files/smf/midi-json.js';
import type { SmfContent } from '../../../../src/files/smf/smf-content.js';
import { SmfTrack } from '../../../../src/files/smf/smf-content.js';
import { readSmf } from '../../../../src/files/smf/smf-reader.js';
import { writeSmf } from '../../../../src/files/smf/smf-writer.js';
import { MidirecError } from '../../../../src/midi/errors.js';
import { runs } from '../../../support/long-tests.js';
import { END, smfBytes, smfOf } from '../../../support/smf-notation.js';

const SONG = smfBytes([
  `00 ff00020001 00 ff0303c3a96c 00 ff51030f4240 00 ff580404021808 00 ff5902fd01 00 ff54056117000000 00 ff7f03000041 ${END}`,
  `00 ff200103 00 ff210102 00 ff0903414243 00 c005 00 903c40 64 903c00 00 a03c10 00 d010 00 e00041 00 b04001
   00 f0057d010203f7 0a f7027d01 00 f701f8 00 803c40 ${END}`,
]);

const hexOf = (content: SmfContent) => Buffer.from(writeSmf(content)).toString('hex');

/** There and back, as JSON. */
async function throughJson(content: SmfContent) {
  const json = await writeMidiJson(content);
  assert.ok(isMidiJson(json));
  return readMidiJson(json);
}

test('a sound file is what parseMidi makes of it, and comes back byte for byte', async () => {
  const data = await toMidiData(readSmf(SONG));
  assert.deepEqual(data, parseMidi(Uint8Array.from(SONG)));
  assert.equal(hexOf(await fromMidiData(data)), SONG.toString('hex'));
  assert.equal(hexOf(await throughJson(readSmf(SONG))), SONG.toString('hex'));
});

test('what midi-file throws at or loses is kept as events of an unknown type', async () => {
  const odd = [
    'ff000101', // it throws at lengths that are not usual: a string
    'ff5104000f4240',
    'ff2f0141',
    'ff58020402', // it makes four bytes of two
    'ff580404021800', // and 8 of 0
    'ff580404401808', // a denominator of 2 ** 64
    'ff5405e117000000', // a bit of SMPTE that is not used
    'ff7e0141',
    'ff7e00',
    'fff00141',
  ].map((event) => `00 ${event}`);
  const [, ...kept] = odd;
  assert.equal(kept.length, 9);
  const smf = smfOf([`${odd.join(' ')} 00 903c40 ${END}`]);
  assert.equal(hexOf(await throughJson(smf)), hexOf(smf));
  const data = await toMidiData(smf);
  assert.deepEqual(data.tracks[0]![1], {
    deltaTime: 0,
    meta: true,
    type: 'unknownMeta',
    metatypeByte: 0x51,
    data: [0, 0x0f, 0x42, 0x40],
  });
});

test('a text that is too long for a call of a function', async () => {
  const text = new Uint8Array(300_000).fill(0x41);
  const event = { tick: 0, status: 0xff, metaType: 1, packed: 0, data: text };
  const smf = readSmf(writeSmf({ ...smfOf([`${END}`]), tracks: [new SmfTrack([event], 0)] }));
  assert.equal(hexOf(await throughJson(smf)), hexOf(smf));
});

test('any file: every event that could be read comes back', async () => {
  const head = SONG.subarray(0, 22);
  const event = fc.constantFrom(
    '903c40 3e40 3c00',
    'f0027df7',
    'f0017d 05 f702 7df7',
    'ff51030f4240',
    'ff5102aaaa',
    'ff0600',
    'ff0142',
    'f1 20',
    '9080ff',
    '2f',
  );
  const track = fc
    .array(fc.tuple(fc.constantFrom('00', '64', '8768'), event))
    .map((events) => smfBytes([`${events.flat().join(' ')} ${END}`]).subarray(14));
  const chunk = fc.oneof(track, fc.uint8Array({ maxLength: 100 }));
  const division = fc.constantFrom(1, 480, 0x7fff, 0xe728, 0x8001, 0xff01);
  await fc.assert(
    fc.asyncProperty(division, fc.array(chunk, { maxLength: 4 }), async (ticks, chunks) => {
      const bytes = Buffer.concat([head.subarray(0, 14), ...chunks]);
      bytes.writeUInt16BE(ticks, 12);
      const smf = readSmf(bytes);
      assert.equal(hexOf(await throughJson(smf)), hexOf(smf));
    }),
  );
});

test('more events than are written at once, and ticks beyond a single delta', async () => {
  const events = Array.from({ length: 1000 }, (_, index) => ({
    tick: index * 0x100_0000,
    status: 0x90,
    metaType: -1,
    packed: 0x403c90,
    data: new Uint8Array(0),
  }));
  const content = { ...smfOf([END]), tracks: [new SmfTrack(events, 0x100_0000 * 1000)] };
  const smf = readSmf(writeSmf(content));
  assert.equal(hexOf(await throughJson(smf)), hexOf(smf));
});

const header = { format: 0, numTracks: 1, ticksPerBeat: 500 };
const noteOn = { deltaTime: 5, type: 'noteOn', channel: 0, noteNumber: 60, velocity: 64 };
const withEvents = (...events: object[]) => ({ header, tracks: [events] });

test('what programs make of it by hand is understood', async () => {
  const running = { ...noteOn, running: true };
  const end = { deltaTime: 7, meta: true, type: 'endOfTrack' };
  // Without an end of track, with one in the middle, with one at the end.
  for (const events of [
    [running, running],
    [running, end, running],
    [noteOn, running, end],
  ]) {
    const { damages, tracks } = await fromMidiData(withEvents(...events));
    assert.deepEqual(damages, []);
    assert.equal([...tracks[0]!.events].filter(({ packed }) => packed === 0x403c90).length, 2);
  }
  const spread = await fromMidiData(withEvents(running, end, running));
  assert.equal(spread.tracks[0]!.endTick, 17);
  const dataOf = async (data: unknown) => {
    const given = withEvents({ deltaTime: 0, type: 'sysEx', data });
    const { tracks } = await fromMidiData(JSON.parse(JSON.stringify(given)));
    return [...[...tracks[0]!.events][0]!.data];
  };
  const bytes = [0x7d, 1, 0xf7];
  assert.deepEqual(await dataOf(bytes), bytes);
  assert.deepEqual(await dataOf(Buffer.from(bytes)), bytes);
  assert.deepEqual(await dataOf(Uint8Array.from(bytes)), bytes);
  const textOf = async (text: string) => {
    const { tracks } = await fromMidiData(withEvents({ deltaTime: 0, type: 'marker', text }));
    return Buffer.from([...tracks[0]!.events][0]!.data).toString('hex');
  };
  assert.equal(await textOf('\u00c3\u00a9'), 'c3a9', 'a character a byte');
  assert.equal(await textOf('鍵'), Buffer.from('鍵').toString('hex'));
  const frames = { format: 0, numTracks: 1, framesPerSecond: 25, ticksPerFrame: 40 };
  const smpte = await fromMidiData({ header: frames, tracks: [[noteOn]] });
  assert.deepEqual(smpte.smpte, { framesPerSecond: 25, ticksPerFrame: 40 });
  const { ppq } = await fromMidiData({ header: { format: 0, timeDivision: 96 }, tracks: [] });
  assert.equal(ppq, 96);
});

test('what is wrong is named as jq names it', async () => {
  const cases: [unknown, string][] = [
    [null, 'the document is null, and should be an object'],
    [{ tracks: [] }, '.header is missing, and should be an object'],
    [{ header }, '.tracks is missing, and should be an array'],
    [{ header, tracks: [5] }, '.tracks[0] is 5, and should be an array'],
    [{ header: { format: 1 }, tracks: [] }, '.header.ticksPerBeat is missing, and'],
    [withEvents(noteOn, { ...noteOn, velocity: 200 }), '.tracks[0][1].velocity is 200, and should'],
    [withEvents({ ...noteOn, velocity: 63.5 }), '.tracks[0][0].velocity is 63.5, and should be a'],
    [withEvents({ ...noteOn, deltaTime: -1 }), '.tracks[0][0].deltaTime is -1, and should be a'],
    [withEvents({ ...noteOn, type: 'note' }), '.tracks[0][0].type is "note", and should be a'],
    [withEvents({ ...noteOn, type: 'toString' }), '.tracks[0][0].type is "toString", and'],
    [
      withEvents({ ...noteOn, type: { toString: null } }),
      '.tracks[0][0].type is {"toString":null}, and',
    ],
    [withEvents({ deltaTime: 0, type: 'marker' }), '.tracks[0][0].text is missing, and should be'],
    [
      withEvents({ deltaTime: 0, type: 'sysEx', data: [1, 256] }),
      '.tracks[0][0].data[1] is 256, and should be a whole number from 0 to 255',
    ],
    [
      withEvents({
        deltaTime: 0,
        type: 'timeSignature',
        numerator: 3,
        denominator: 5,
        metronome: 24,
        thirtyseconds: 8,
      }),
      '.tracks[0][0].denominator is 5, and should be a power of two',
    ],
  ];
  for (const [given, expected] of cases) {
    await assert.rejects(fromMidiData(given), (error) => {
      assert.ok(error instanceof MidirecError && error.code === 'BAD_FILE');
      assert.equal(error.message.slice(0, expected.length), expected);
      return true;
    });
  }
});

test('any document: an event for each, or an error that says where', async () => {
  const value = fc.oneof(fc.integer({ min: -1, max: 300 }), fc.anything());
  const type = fc.constantFrom(
    ...['noteOn', 'pitchBend', 'setTempo', 'timeSignature', 'smpteOffset', 'sysEx', 'marker'],
  );
  const fields = ['channel', 'noteNumber', 'velocity', 'value', 'data', 'text', 'numerator'];
  const event = fc
    .record({ deltaTime: value, type: fc.oneof(type, fc.anything()) })
    .chain((base) =>
      fc
        .dictionary(fc.constantFrom(...fields, 'microsecondsPerBeat'), value)
        .map((more) => ({ ...more, ...base })),
    );
  const document = fc.oneof(
    fc.anything(),
    fc.record({ header: fc.oneof(fc.constant(header), fc.anything()), tracks: fc.anything() }),
    fc.record({ header: fc.constant(header), tracks: fc.array(fc.array(event)) }),
  );
  await fc.assert(
    fc.asyncProperty(document, async (given) => {
      try {
        const { tracks } = await fromMidiData(given);
        const counts = (given as MidiData).tracks.map(({ length }) => length + 1);
        assert.deepEqual(
          tracks.map(({ eventCount }) => eventCount),
          counts,
        );
      } catch (error) {
        if (!(error instanceof MidirecError)) throw error;
        assert.match(error.message, /^(\.|the document)/);
        assert.ok(error.hint);
      }
    }),
    { numRuns: runs(1000) },
  );
});

test('text in other shapes: UTF-16 of PowerShell, a mark, other JSON, half of it', async () => {
  const json = Buffer.from(await writeMidiJson(readSmf(SONG)));
  const spoiled = Buffer.from(`\ufeff${json.toString().replaceAll('\n', '\r\n')}`, 'utf16le');
  const marked = Buffer.from(`\ufeff${json}`);
  for (const bytes of [spoiled, marked]) {
    assert.ok(isMidiJson(bytes));
    assert.equal(hexOf(await readMidiJson(bytes)), SONG.toString('hex'));
  }
  for (const text of ['{"file":"a.mid"}', '[240, 247]', '{ 0xF0, 0xF7 }', '', 'MThd']) {
    assert.equal(isMidiJson(Buffer.from(text)), false, text);
  }
  await assert.rejects(readMidiJson(json.subarray(0, 200)), /^MidirecError: not JSON: /);
});

test('a file that is too large for objects is refused before any is made', async () => {
  const data = new Uint8Array(4 * 1024 * 1024);
  const event = { tick: 0, status: 0xf0, metaType: -1, packed: 0, data };
  const content = { ...smfOf([END]), tracks: [new SmfTrack([event], 0)] };
  await assert.rejects(toMidiData(content), /of more than 4 MiB is too large/);
});
