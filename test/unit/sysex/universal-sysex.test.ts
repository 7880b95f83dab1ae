/** Tests of the names of universal sysex messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHex } from '../../../src/midi/hex.js';
import { describeSysex } from '../../../src/sysex/sysex-identification.js';
import { universalNonRealtime, universalRealtime } from '../../../src/sysex/universal-sysex.js';

const whatOf = (bytes: Uint8Array) =>
  (bytes[1] === 0x7e ? universalNonRealtime : universalRealtime).describe(bytes);

for (const [hex, what] of [
  ['F0 7E 7F 06 01 F7', 'identity request'],
  [
    'F0 7E 10 06 02 41 42 01 00 01 00 03 00 00 F7',
    'identity reply: Roland, family 194, model 128, version 00 03 00 00',
  ],
  [
    'F0 7E 00 06 02 00 20 29 3D 01 01 00 00 04 00 01 F7',
    'identity reply: Focusrite / Novation, family 189, model 1, version 00 04 00 01',
  ],
  [
    'F0 7E 00 06 02 60 01 00 02 00 31 2E 30 30 F7',
    'identity reply: manufacturer 60, family 1, model 2, version 31 2e 30 30',
  ],
  ['F0 7E 00 06 02 41 42 F7', 'identity reply'],
  ['F0 7E 00 06 02 00 20 F7', 'identity reply'],
  [
    'F0 7E 00 01 05 00 10 2C 22 01 00 08 00 00 00 00 7F 07 00 00 F7',
    'sample dump header, sample 5: 16 bits, 48123 Hz, 1024 words, loop 0 to 1023',
  ],
  ['F0 7E 00 03 01 01 F7', 'sample dump request, sample 129'],
  ['F0 7E 00 01 05 00 10 F7', 'sample dump header'],
  ['F0 7E 00 05 01 05 00 00 00 00 F7', 'sample dump loop points, sample 5'],
  ['F0 7E 00 07 03 00 4D 49 44 49 F7', 'file dump request: MIDI'],
  [
    'F0 7E 00 07 01 00 4D 49 44 49 00 02 00 00 53 4F 4E 47 20 31 F7',
    'file dump header: MIDI "SONG 1"',
  ],
  ['F0 7E 00 07 01 F7', 'file dump header'],
  ['F0 7E 00 08 00 10 F7', 'tuning dump request, program 16'],
  [
    `F0 7E 00 08 04 01 02 ${Buffer.from('Werckmeister III').toString('hex')} 3C F7`,
    'tuning dump (bank), bank 1, program 2: "Werckmeister III"',
  ],
  [
    'F0 7E 7F 0D 70 02 01 02 03 04 7F 7F 7F 7F 41 00 00 01 00 02 00 00 00 00 00 00 F7',
    'MIDI-CI, discovery, 080C101 to everybody: Roland',
  ],
  ['F0 7E 7F 0D 7E 02 01 F7', 'MIDI-CI, invalidate MUID'],
  ['F0 7F 7F 04 02 00 40 F7', 'master balance center'],
  ['F0 7F 7F 04 02 00 00 F7', 'master balance 100 % left'],
  ['F0 7F 7F 04 02 7F 7F F7', 'master balance 100 % right'],
  ['F0 7F 7F 04 03 00 50 F7', 'master fine tuning +25 cents'],
  ['F0 7F 7F 04 03 00 40 F7', 'master fine tuning 0 cents'],
  ['F0 7F 7F 04 04 00 3D F7', 'master coarse tuning -3 semitones'],
  ['F0 7F 7F 06 44 02 00 01 F7', 'MIDI machine control, locate'],
  ['F0 7F 7F 03 01 11 00 F7', 'bar number 17'],
  ['F0 7E 7F 09 01 F7', 'General MIDI on'],
  ['F0 7E 7F 09 02 F7', 'General MIDI off'],
  ['F0 7E 7F 09 03 F7', 'General MIDI 2 on'],
  ['F0 7E 00 7F 03 F7', 'acknowledged (ACK), packet 3'],
  ['F0 7E 00 7E 03 F7', 'not acknowledged (NAK), packet 3'],
  ['F0 7E 00 7D 00 F7', 'cancel, packet 0'],
  ['F0 7E 00 7C 00 F7', 'wait, packet 0'],
  ['F0 7E 00 7B 00 F7', 'end of file, packet 0'],
  ['F0 7F 7F 04 01 7F 7F F7', 'master volume 100 %'],
  ['F0 7F 7F 04 01 00 40 F7', 'master volume 50 %'],
  ['F0 7F 7F 01 01 61 02 03 04 F7', 'MIDI time code full frame 01:02:03:04 at 30 frames/s'],
  ['F0 7F 7F 01 01 21 02 03 18 F7', 'MIDI time code full frame 01:02:03:24 at 25 frames/s'],
  ['F0 7F 7F 06 02 F7', 'MIDI machine control, play'],
  [
    'F0 7F 7F 06 44 06 01 61 02 03 04 00 F7',
    'MIDI machine control, locate to 01:02:03:04 at 30 frames/s',
  ],
  ['F0 7F 7F 06 70 F7', 'MIDI machine control command'],
  ['F0 7F 7F 03 02 04 04 02 18 08 F7', 'time signature, at once: 4/4'],
  ['F0 7F 00 08 02 00 01 3C 3C 00 00 F7', 'single note tuning change, program 0, notes: 1'],
  ['F0 7E 00 60 01 F7', 'unknown sub-id 60 01'],
  ['F0 7E 00 60 F7', 'unknown sub-id 60'],
  ['F0 7E 00 F7', 'no sub-id'],
] as const) {
  test(`names ${hex}`, () => {
    assert.equal(whatOf(parseHex(hex)), what);
  });
}

test('they belong to nobody', () => {
  assert.equal(describeSysex(parseHex('F0 7E 7F 06 01 F7')).manufacturer, 'Universal');
  assert.equal(describeSysex(parseHex('F0 7F')).manufacturer, 'Universal');
});

test('property: any universal message, however broken, has words', () => {
  fc.assert(
    fc.property(fc.constantFrom(0x7e, 0x7f), fc.uint8Array(), (id, rest) => {
      const what = whatOf(Uint8Array.of(0xf0, id, ...rest));
      assert.ok(what !== undefined && what.length > 0);
      assert.doesNotMatch(what, /undefined|NaN/);
    }),
  );
});
