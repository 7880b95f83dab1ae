/** The SMF reader: every event of a sound file, all that can be read of a damaged one, an answer for any bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHeader, encodeTrackHeader } from '../../../../src/files/smf/smf-encoding.js';
import { isSmf, readSmf } from '../../../../src/files/smf/smf-reader.js';
import { MAX_DAMAGES } from '../../../../src/files/smf/tracks/smf-findings.js';
import { memorySource } from '../../../../src/midi/bytes/file-bytes.js';
import { MidirecError } from '../../../../src/midi/errors.js';
import { runs } from '../../../support/long-tests.js';
import { riffChunk, rmidBytes } from '../../../support/smf-notation.js';

function track(hex: string, length?: number): Buffer {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return Buffer.concat([encodeTrackHeader(length ?? bytes.length), bytes]);
}

function file(...tracks: Uint8Array[]): Buffer {
  return Buffer.concat([encodeHeader(tracks.length > 1 ? 1 : 0, tracks.length, 480), ...tracks]);
}

function damagesOf(bytes: Uint8Array): string[] {
  return readSmf(bytes).damages.map(({ offset, message }) => `${offset}: ${message}`);
}

test('every kind of event, with running status', () => {
  const bytes = file(
    track('00 ff0301 41 00 903c40 10 3e41 8100 f0037e01f7 00 f701f8 00 c107 05 ff2f00'),
  );
  const smf = readSmf(bytes);
  assert.deepEqual(smf.damages, []);
  assert.equal(smf.ppq, 480);
  assert.equal(smf.trailingBytes, 0);
  const [{ events, endTick }] = smf.tracks as [(typeof smf.tracks)[0]];
  assert.equal(endTick, 149);
  assert.deepEqual(
    Array.from(events, ({ tick, status, metaType, packed, data }) => [
      tick,
      status,
      metaType,
      packed,
      Buffer.from(data).toString('hex'),
    ]),
    [
      [0, 0xff, 3, 0, '41'],
      [0, 0x90, -1, 0x40_3c_90, ''],
      [16, 0x90, -1, 0x41_3e_90, ''],
      [144, 0xf0, -1, 0, '7e01f7'],
      [144, 0xf7, -1, 0, 'f8'],
      [144, 0xc1, -1, 0x07_c1, ''],
      [149, 0xff, 0x2f, 0, ''],
    ],
  );
});

test('SMPTE time, alien chunks, a longer header', () => {
  const header = Buffer.from('4d54686400000008000000 01e728ffff'.replaceAll(' ', ''), 'hex');
  const alien = Buffer.from('5846494800000002aabb', 'hex');
  const smf = readSmf(Buffer.concat([header, alien, track('00ff2f00')]));
  assert.deepEqual(smf.smpte, { framesPerSecond: 25, ticksPerFrame: 40 });
  assert.equal(smf.ppq, 0);
  assert.equal(smf.tracks.length, 1);
  assert.deepEqual(smf.damages, []);
});

test('a RIFF wrapper: chunks around the file belong to it, and each has an even length', () => {
  const inner = file(track('00 903c40 05 ff2f00'));
  const info = riffChunk('LIST', Buffer.from('INFOINAM\x05\0\0\0Song\0\0', 'latin1'));
  const odd = riffChunk('DISP', Buffer.from('title'));
  for (const bytes of [
    rmidBytes(inner),
    rmidBytes(inner, odd),
    rmidBytes(inner, odd, info),
    rmidBytes(file(track('00 903c40 05 ff0100 00 ff2f00')), undefined, odd),
  ]) {
    assert.ok(isSmf(memorySource(bytes)));
    const smf = readSmf(bytes);
    assert.equal(smf.tracks[0]!.endTick, 5);
    assert.deepEqual([smf.tracks.length, smf.damages.length, smf.trailingBytes], [1, 0, 0]);
    assert.equal(readSmf(Buffer.concat([bytes, Buffer.from('abc')])).trailingBytes, 3);
  }
});

test('a RIFF wrapper whose lengths promise too much is read all the same', () => {
  const bytes = rmidBytes(file(track('00 903c40 05 ff2f00')));
  bytes.writeUInt32LE(0xffff_ffff, 4);
  bytes.writeUInt32LE(0xffff_ffff, 16);
  const { tracks, damages, trailingBytes } = readSmf(bytes);
  assert.deepEqual([tracks[0]!.eventCount, damages.length, trailingBytes], [2, 0, 0]);
});

test('running status goes on after meta events and sysex', () => {
  const { tracks, damages } = readSmf(
    file(track('00 903c40 05 ff0100 05 3c00 05 f0027df7 05 3e40 05 f701f8 05 3e00 00 ff2f00')),
  );
  assert.deepEqual(damages, []);
  const notes = [...tracks[0]!.events].filter(({ packed }) => packed !== 0);
  assert.deepEqual(
    notes.map(({ tick, packed }) => [tick, packed]),
    [
      [0, 0x40_3c_90],
      [10, 0x00_3c_90],
      [20, 0x40_3e_90],
      [30, 0x00_3e_90],
    ],
  );
});

test('damage is named by its place, and what came before it is kept', () => {
  const cases: [Buffer, number, string[]][] = [
    [file(track('00903c40')), 1, ['26: a track without an end of track']],
    [file(track('00903c')), 0, ['22: an event is cut off']],
    [
      file(track('003c40')),
      0,
      ['22: an event without a status: the last 3 bytes of the track are not read'],
    ],
    [
      file(track('00f412')),
      0,
      ['22: an undefined event: the last 3 bytes of the track are not read'],
    ],
    [file(track('00c101 00 f8 00 ff2f00')), 3, ['25: a system message (f8) as an event']],
    [file(track('00c181 00 ff2f00')), 2, ['22: a data byte above 7f']],
    [
      file(track('00c101 ffffffff7f c102')),
      1,
      ['25: a number of more than four bytes: the last 7 bytes of the track are not read'],
    ],
    [
      file(track('00f00a0102')),
      1,
      ['22: an event is cut off: 2 of 10 bytes', '27: a track without an end of track'],
    ],
    [file(track('00c101 00ff2f00', 99)), 2, ['14: the chunk is cut off: 7 of 99 bytes are there']],
    [file(track('00ff2f00 00c101 00ff2f00')), 3, ['26: events after the end of the track']],
  ];
  for (const [bytes, eventCount, damages] of cases) {
    assert.deepEqual(damagesOf(bytes), damages);
    assert.equal(readSmf(bytes).tracks[0]!.eventCount, eventCount);
  }
});

const TEMPO = '00 ff5103 07a120 00 ff2f00';
const C4 = '00 903c64 8360 803c40 00 ff2f00';
const E4 = '8360 914064 8360 814040 00 ff2f00';
const C4_AND_E4 = [0x64_3c_90, 0x40_3c_80, 0x64_40_91, 0x40_40_81];

test('tracks are found behind wrong lengths and junk, and before the wrong number of them', () => {
  const junk = Buffer.concat([track(TEMPO), Buffer.from('00ff510307a120', 'hex')]);
  const macBinary = Buffer.alloc(128, 1);
  const sound = file(track(TEMPO), track(C4), track(E4));
  const format0 = Buffer.from(sound);
  format0[9] = 0;
  const longHeader = Buffer.from(sound);
  longHeader.writeUInt32BE(0x600_0000, 4);
  const cases: [what: string, bytes: Buffer, damages: string[]][] = [
    ['sound', sound, []],
    ['junk', file(junk, track(C4), track(E4)), ['33: 7 bytes that are of no chunk']],
    [
      'length: too small',
      file(track(TEMPO), track(C4, 9), track(E4)),
      ['33: a wrong length of a track: 9 bytes'],
    ],
    [
      'length: too large',
      file(track(TEMPO), track(C4, 20), track(E4)),
      ['33: a wrong length of a track: 20 bytes'],
    ],
    [
      'length: beyond the end',
      file(track(TEMPO), track(C4, 0xffff_ffff), track(E4)),
      ['33: a wrong length of a track: 4294967295 bytes'],
    ],
    [
      'length: of two tracks',
      file(track(TEMPO), track(C4, 13 + 8 + 14), track(E4)),
      ['33: a wrong length of a track: 35 bytes'],
    ],
    [
      'length: none',
      file(track(TEMPO), track(C4), track(E4, 0)),
      ['54: a wrong length of a track: 0 bytes'],
    ],
    ['header', longHeader, ['4: a wrong length of the header: 100663296 bytes']],
    ['format 0', format0, ['8: format 0 with 3 tracks: read as format 1']],
    ['MacBinary', Buffer.concat([macBinary, sound]), ['0: 128 bytes before the header (MThd)']],
  ];
  for (const [what, bytes, damages] of cases) {
    assert.ok(isSmf(memorySource(bytes)));
    assert.deepEqual(damagesOf(bytes), damages, what);
    assert.equal(readSmf(bytes).tracks.length, 3, what);
    const events = readSmf(bytes).tracks.flatMap((each) => [...each.events]);
    const packed = events.map((event) => event.packed).filter((each) => each !== 0);
    assert.deepEqual(packed, C4_AND_E4, what);
    assert.equal(readSmf(bytes).format, 1);
  }
});

test('sysex events that are not whole, or more than that, are damage', () => {
  const cases: [hex: string, damages: string[]][] = [
    ['00 f006 7e7f0901f700', ['22: 1 byte after the end of a sysex']],
    ['00 f007 7e7f0901f70102', ['22: 2 bytes after the end of a sysex']],
    ['00 f004 7e7f0901', ['22: a sysex without its end (F7)']],
    ['00 f004 7e7f0901 00 903c40', ['22: a sysex without its end (F7)']],
    ['00 f003 7e9001', ['22: a status byte (90) inside a sysex']],
    ['00 f002 7e7f 00 f003 0901f7', ['22: a sysex without its end (F7)']],
    ['00 f002 7e7f 00 f700 00 f703 0901f7', ['22: a sysex without its end (F7)']],
    ['00 f700 00 f703 0901f7', []],
    ['00 f002 7e7f 00 f703 0901f7', []],
    ['00 f002 7e7f 00 f701 f8 00 f703 09f8f7', []],
    ['00 f703 903c40 00 f701 f7', []],
  ];
  for (const [hex, damages] of cases) {
    assert.deepEqual(damagesOf(file(track(`${hex} 00 ff2f00`))), damages, hex);
  }
});

test('of many damages a hundred are listed, and all are counted', () => {
  const { damages, damageCount } = readSmf(file(track(`${'00 f8'.repeat(150)} 00 ff2f00`)));
  assert.deepEqual([damages.length, damageCount], [MAX_DAMAGES, 150]);
});

test('running status that goes on over a meta event is remarked once', () => {
  const { remarks } = readSmf(
    file(track('00 903c40 05 ff0100 05 3c00 05 ff0100 05 3c40 00 ff2f00')),
  );
  assert.deepEqual(remarks, [
    {
      offset: 30,
      message: 'running status goes on after a sysex or a meta event: read as it was meant',
    },
  ]);
});

test('a RIFF wrapper says what the piece is called, each thing once', () => {
  const inner = file(track('00 903c40 05 ff2f00'));
  const info = 'INFOINAM\x05\0\0\0Song\0\0IART\x04\0\0\0Ann\0IXYZ\x02\0\0\0x\0';
  const display = riffChunk('DISP', Buffer.from('\x01\0\0\0Song\0'));
  const picture = riffChunk('DISP', Buffer.from('\x08\0\0\0Song\0'));
  const bytes = rmidBytes(
    inner,
    Buffer.concat([display, picture]),
    riffChunk('LIST', Buffer.from(info, 'latin1')),
  );
  const said = readSmf(bytes).texts.map(({ name, data }) => `${name}: ${Buffer.from(data)}`);
  assert.deepEqual(said, ['title: Song', 'author: Ann', 'IXYZ: x']);
});

test('bytes after the last track are counted, not read', () => {
  const bytes = Buffer.concat([file(track('00ff2f00')), Buffer.from('00903c4000ff2f00', 'hex')]);
  const smf = readSmf(bytes);
  assert.deepEqual(smf.damages, []);
  assert.equal(smf.trailingBytes, 8);
});

test('a wrong number of tracks is reported, and all that are there are read', () => {
  const bytes = Buffer.concat([file(track('00ff2f00')), track('00ff2f00')]);
  assert.equal(readSmf(bytes).tracks.length, 2);
  assert.deepEqual(damagesOf(bytes), [
    '8: format 0 with 2 tracks: read as format 1',
    '10: number of tracks: 1 in the header, 2 in the file',
  ]);
});

test('what is no SMF at all is BAD_FILE', () => {
  for (const bytes of [
    new Uint8Array(0),
    Buffer.from('MThd'),
    Buffer.from('f07e7f0601f7', 'hex'),
    Buffer.from('RIFF....RMIDLIST'),
    Buffer.from('4d546864000000020000000103c0', 'hex'),
  ]) {
    assert.throws(
      () => readSmf(bytes),
      (error) => error instanceof MidirecError && error.code === 'BAD_FILE',
    );
  }
});

test('any bytes are read without a throw, and with bounded reports', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(0xffff_ffff), (body, length) => {
      const bytes = Buffer.concat([encodeHeader(1, 2, 480), encodeTrackHeader(length), body]);
      const smf = readSmf(bytes);
      assert.ok(smf.damages.length <= MAX_DAMAGES);
      const events = smf.tracks.reduce((sum, { eventCount }) => sum + eventCount, 0);
      assert.ok(events <= body.length);
    }),
    { numRuns: runs(2000) },
  );
});

test('any change to a sound file is read without a throw', () => {
  const sound = file(
    track('00ff510307a120 00ff2f00'),
    track('00ff0301 41 00903c40 103e41 8100f0037e01f7 00f701f8 00c107 05ff2f00'),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(sound.length),
      (changes, cut) => {
        const bytes = Buffer.from(sound.subarray(0, cut));
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readSmf(bytes);
        } catch (error) {
          assert.ok(error instanceof MidirecError && error.code === 'BAD_FILE', String(error));
        }
      },
    ),
    { numRuns: runs(3000) },
  );
});

test('a sysex that was under way to the disk, after the end of the track, is a damage; notes are none', () => {
  const whole = track('00 903c40 00 ff2f00');
  const port = '00 ff2101 00';
  for (const [hex, found] of [
    ['00 903c40 00 803c40', []],
    ['00 f0037e01f7 00 ff2f00', []],
    ['54 68 65 20 65 6e 64 f0', []],
    ['00 00 00 00 f0 01 01', []],
    [
      '00 f0107e0102',
      ['30: a sysex that is not finished, after the end of the last track: 6 bytes'],
    ],
    [
      `${port} 00 903c40 00 f0027e01 00 ff2f00`,
      ['39: a sysex that is not finished, after the end of the last track: 9 bytes'],
    ],
    ['00 f0027e01 00 f702 01f7', []],
    [
      '00 f0027e01 00 f7',
      ['30: a sysex that is not finished, after the end of the last track: 7 bytes'],
    ],
  ] as const) {
    const tail = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    assert.deepEqual(damagesOf(Buffer.concat([file(whole), tail])), found, hex);
  }
});
