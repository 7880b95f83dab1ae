/** Text in columns: what stands below what, in scripts of every width, and what becomes of rows that have no room. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { Columns, fitColumns, layOut, layOutOrFold } from '../../../../src/cli/terminal/columns.js';

const ROWS = [
  ['0', 'Keys', '12 notes'],
  ['10', 'Drum pad', '1 note'],
];

test('left, right, and nothing after the last cell', async () => {
  assert.deepEqual(await layOut(ROWS, { columns: [{ right: true }, {}, { right: true }] }), [
    ' 0  Keys      12 notes',
    '10  Drum pad    1 note',
  ]);
  assert.deepEqual(await layOut([['a', ''], ['bcd']], { gap: 1 }), ['a', 'bcd']);
  assert.deepEqual(await layOut([]), []);
});

test('an empty cell keeps its place, an empty column takes none', async () => {
  const rows = [
    ['a', '', '', 'd'],
    ['a', '', 'ccc', 'd'],
  ];
  assert.deepEqual(await layOut(rows), ['a       d', 'a  ccc  d']);
  const right = { columns: [{}, {}, { right: true }] };
  assert.deepEqual(await layOut(rows, right), ['a       d', 'a  ccc  d']);
});

test('wide, combining and joined characters line up as a terminal shows them', async () => {
  const names = ['鍵盤', 'Keys', 'Flu\u0308gel', '👩‍🎤 voice', 'ｶﾞ'];
  const lines = await layOut(names.map((name) => [name, '|']));
  assert.deepEqual(
    lines.map((line) => stringWidth(line)),
    names.map(() => 11),
  );
  assert.equal(lines[0], '鍵盤      |');
});

test('colours take no room', async () => {
  const paint = (text: string) => `\u001b[31m${text}\u001b[39m`;
  assert.deepEqual(
    await layOut([
      [{ text: 'a', paint }, 'b'],
      ['ccc', { text: 'd', paint }],
    ]),
    ['\u001b[31ma\u001b[39m    b', 'ccc  \u001b[31md\u001b[39m'],
  );
});

test('cells that are wider than their column may be are cut', async () => {
  assert.deepEqual(await layOut([['鍵盤鍵盤', '|']], { columns: [{ most: 6 }] }), ['鍵盤…  |']);
});

test('rows that come later keep to the columns, or overflow', async () => {
  const columns = await Columns.measure([['', 'Keys']], { columns: [{ right: true, least: 3 }] });
  assert.equal(columns.width, 9);
  assert.equal(columns.line(['1', 'a', 'more']), '  1  a     more');
  assert.equal(columns.line(['12345', 'b']), '12345  b');
});

test('cutting says that it cut', () => {
  assert.equal(fitColumns('recording', 9), 'recording');
  assert.equal(fitColumns('recording', 8), 'recordi…');
  assert.equal(fitColumns('recording', 1), '');
});

test('rows that have no room as columns go on further in: no cell is cut, broken or omitted', async () => {
  const rows = [
    ['a long first cell', '120 bpm', 'title'],
    ['b', '', '12 notes'],
  ];
  assert.deepEqual(await layOutOrFold(rows, 36), await layOut(rows));
  assert.deepEqual(await layOutOrFold(rows, 28), [
    'a long first cell  120 bpm',
    '    title',
    'b  12 notes',
  ]);
  assert.deepEqual(await layOutOrFold(rows, 10), [
    'a long first cell',
    '    120 bpm',
    '    title',
    'b',
    '    12 notes',
  ]);
});

test('a row that does not fit goes on further in, and the others stay below each other', async () => {
  const rows = [
    ['one.mid', '1.0 s', '120 bpm'],
    ['a very long name.mid', '4.0 s', '96 bpm'],
    ['number two.mid', '12.0 s', '120 bpm'],
  ];
  const columns = [{}, { right: true }];
  assert.deepEqual(await layOutOrFold(rows, 32, { columns }), [
    'one.mid          1.0 s  120 bpm',
    'a very long name.mid   4.0 s',
    '    96 bpm',
    'number two.mid  12.0 s  120 bpm',
  ]);
});
