/** The drawing of a piano roll: half blocks, ASCII, colours, narrow terminals. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import { PianoRoll } from '../../../../src/cli/pictures/piano-roll.js';
import { drawPianoRoll } from '../../../../src/cli/pictures/piano-roll-text.js';
import { numberVoices, voiceOf } from '../../../../src/cli/pictures/voices.js';
import { Bars } from '../../../../src/midi/tempo/bars.js';
import { TempoMap } from '../../../../src/midi/tempo/tempo-map.js';

const plain = new Chalk({ level: 0 });

/** As HeldKeys names notes. */
const slotOf = (device: number, channel: number, key: number) =>
  (device << 11) | (channel << 7) | key;

/** Of the first device: by number, and so named in the picture. */
const CHANNELS = numberVoices(Array.from({ length: 16 }, (_, index) => index + 1));

/** A scale upwards from C4, one channel, and a bass note below it on another. */
function scale(): PianoRoll {
  const roll = new PianoRoll();
  roll.noteOn(0, slotOf(0, 1, 48));
  [60, 62, 64, 65].forEach((key, index) => {
    roll.noteOn(index * 500, slotOf(0, 0, key));
    roll.noteOff(index * 500 + 500, slotOf(0, 0, key));
  });
  roll.end(2000);
  return roll;
}

test('half blocks: two keys a line, octaves named, time below', () => {
  const lines = drawPianoRoll(scale(), CHANNELS, 2000, {
    columns: 25,
    unicode: true,
    chalk: plain,
  });
  assert.deepEqual(lines, [
    '    │          ▄▄▄▄▄▀▀▀▀▀',
    '    │     ▄▄▄▄▄',
    '  C4│▄▄▄▄▄',
    '    │',
    '    │',
    '    │',
    '    │',
    '    │',
    '  C3│▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄',
    '    └┬─────────┬─────────',
    '     0 s       1 s',
  ]);
});

test('ASCII: one row of keys a line', () => {
  const lines = drawPianoRoll(scale(), CHANNELS, 2000, {
    columns: 25,
    unicode: false,
    chalk: plain,
  });
  assert.ok(lines.every((line) => /^[\x20-\x7e]*$/.test(line)));
  assert.equal(lines.filter((line) => /\|.*1/.test(line)).length, 4);
  assert.equal(lines.at(-2), '    ++---------+---------');
});

test('in ASCII each channel has a sign of its own, so that nobody needs colours', () => {
  const roll = new PianoRoll();
  for (let channel = 0; channel < 16; channel++) {
    roll.noteOn(channel * 100, slotOf(0, channel, 60));
    roll.noteOff(channel * 100 + 100, slotOf(0, channel, 60));
  }
  const lines = drawPianoRoll(roll, CHANNELS, 1600, { columns: 37, unicode: false, chalk: plain });
  const [, notes] = lines.find((line) => line.startsWith('  C4'))!.split('|');
  assert.equal(notes, '1 2 3 4 5 6 7 8 9 A B C D E F GG');
});

test('two inputs on one channel have a sign and a colour each', () => {
  const roll = new PianoRoll();
  [0, 1].forEach((device) => {
    roll.noteOn(device * 500, slotOf(device, 0, 60));
    roll.noteOff(device * 500 + 500, slotOf(device, 0, 60));
  });
  const numbers = numberVoices([voiceOf(0, 1), voiceOf(1, 1)]);
  const draw = (unicode: boolean, level: 0 | 1) =>
    drawPianoRoll(roll, numbers, 1000, { columns: 25, unicode, chalk: new Chalk({ level }) });
  const row = (lines: string[]) => lines.find((line) => line.includes('C4'))!;
  assert.equal(row(draw(false, 0)), '  C4|111111111 2222222222');
  const { cyan, magenta } = new Chalk({ level: 1 });
  const colored = row(draw(true, 1));
  assert.ok(colored.includes(cyan('▀▀▀▀▀▀▀▀▀')), colored);
  assert.ok(colored.includes(magenta('▀▀▀▀▀▀▀▀▀▀')), colored);
});

test('with colour the picture is the same', () => {
  const chalk = new Chalk({ level: 1 });
  for (const unicode of [true, false]) {
    const colored = drawPianoRoll(scale(), CHANNELS, 2000, { columns: 60, unicode, chalk });
    assert.deepEqual(
      colored.map((line) => stripVTControlCharacters(line).trimEnd()),
      drawPianoRoll(scale(), CHANNELS, 2000, { columns: 60, unicode, chalk: plain }),
    );
    assert.ok(colored.some((line) => stripVTControlCharacters(line) !== line));
  }
});

test('never wider than asked for, never higher than sixteen lines', () => {
  const roll = new PianoRoll();
  for (const key of [0, 17, 60, 127]) {
    roll.noteOn(key * 1000, slotOf(0, key % 16, key));
    roll.noteOff(key * 1000 + 900, slotOf(0, key % 16, key));
  }
  roll.end(130_000);
  for (let columns = 20; columns < 200; columns += 7) {
    for (const unicode of [true, false]) {
      const lines = drawPianoRoll(roll, CHANNELS, 130_000, { columns, unicode, chalk: plain });
      assert.ok(lines.length <= 16, `${lines.length} lines`);
      assert.ok(lines.every((line) => line.length <= columns));
      assert.equal(lines.length === 0, columns < 25);
    }
  }
});

test('nothing to draw: no lines', () => {
  assert.deepEqual(
    drawPianoRoll(new PianoRoll(), CHANNELS, 1000, { columns: 80, unicode: true, chalk: plain }),
    [],
  );
});

test('bars are lines behind the notes, and no more of them than there is room for', () => {
  const bars = (microseconds: number) => new Bars(new TempoMap(100, microseconds), 100, []);
  const draw = (microseconds: number, unicode: boolean) =>
    drawPianoRoll(
      scale(),
      CHANNELS,
      2000,
      { columns: 25, unicode, chalk: plain },
      bars(microseconds),
    );
  const columnsOf = (line: string) => [...line].flatMap((sign, at) => (sign === ':' ? [at] : []));
  const empty = draw(250_000, false).filter((line) => !/\d/.test(line.slice(5)) && line[4] === '|');
  assert.deepEqual(columnsOf(empty[0]!), [15]);
  assert.match(draw(250_000, true).join('\n'), /┊/);
  const many = draw(10_000, false).filter((line) => !/\d/.test(line.slice(5)) && line[4] === '|');
  assert.ok(columnsOf(many[0]!).length <= 5);
});
