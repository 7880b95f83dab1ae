/** Messages in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf, MESSAGE_KINDS } from '../../../../src/cli/capturing/message-kinds.js';
import { NAME_COLUMNS, shortText } from '../../../../src/cli/capturing/message-text.js';
import { controllerName } from '../../../../src/midi/controller-names.js';
import { noteName } from '../../../../src/midi/note-names.js';

/** `kind | name | detail` of bytes in hex. */
function textOf(hex: string): string {
  const packed = Buffer.from(hex, 'hex').reduceRight((sum, byte) => (sum << 8) | byte, 0);
  const { name, detail } = shortText(packed);
  return `${kindOf(packed & 0xff)} | ${name} | ${detail}`;
}

const TEXTS: readonly (readonly [hex: string, text: string])[] = [
  ['903c60', 'note | note on | C4    velocity 96'],
  ['9f0001', 'note | note on | C-1   velocity 1'],
  ['903c00', 'note | note off | C4'],
  ['813d40', 'note | note off | C#4'],
  ['817f10', 'note | note off | G9    velocity 16'],
  ['a03c05', 'at | key pressure | C4    5'],
  ['b0407f', 'cc | control | 64   sustain pedal 127 (on)'],
  ['b04000', 'cc | control | 64   sustain pedal 0 (off)'],
  ['b00764', 'cc | control | 7    volume 100'],
  ['b02701', 'cc | control | 39   volume, low 1'],
  ['b00301', 'cc | control | 3    controller 3 1'],
  ['c005', 'pc | program | 6, Electric Piano 2'],
  ['c905', 'pc | program | 6'],
  ['cf7f', 'pc | program | 128, Gunshot'],
  ['d040', 'at | pressure | 64'],
  ['e00040', 'pb | pitch bend | 0'],
  ['e07f7f', 'pb | pitch bend | +8191'],
  ['e00000', 'pb | pitch bend | -8192'],
  ['f123', 'system | time code | piece 2: 3'],
  ['f21000', 'transport | song position | 16 (beat 4)'],
  ['f305', 'transport | song select | 5'],
  ['f6', 'system | tune request | '],
  ['f8', 'clock | clock | '],
  ['fa', 'transport | start | '],
  ['fb', 'transport | continue | '],
  ['fc', 'transport | stop | '],
  ['fe', 'sense | sensing | '],
  ['ff', 'system | system reset | '],
  ['f9', 'system | undefined | '],
];

test('every kind of message', () => {
  for (const [hex, text] of TEXTS) assert.equal(textOf(hex), text);
  const kinds = new Set(TEXTS.map(([hex]) => kindOf(Number.parseInt(hex.slice(0, 2), 16))));
  assert.deepEqual(
    [...kinds, 'sysex'].sort(),
    [...MESSAGE_KINDS].sort(),
    'each kind of --only is a kind of some message',
  );
});

test('every name fits its column', () => {
  for (let status = 0x80; status <= 0xff; status++) {
    assert.ok(shortText(status).name.length <= NAME_COLUMNS, shortText(status).name);
  }
});

test('every key and every controller has a name of its own', () => {
  const names = (nameOf: (number: number) => string) =>
    new Set(Array.from({ length: 128 }, (_, number) => nameOf(number))).size;
  assert.equal(names(noteName), 128);
  assert.equal(names(controllerName), 128);
  assert.equal(noteName(69), 'A4');
});
