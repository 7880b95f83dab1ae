/** Names that Windows programs cannot open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitForWindows, requireOpenable } from '../../../../src/files/disk/windows-names.js';
import { MidirecError } from '../../../../src/midi/errors.js';

const FITTED = {
  'con.mid': 'con_.mid',
  NUL: 'NUL_',
  'aux .syx': 'aux_ .syx',
  lpt1: 'lpt1_',
  'COM¹.mid': 'COM¹_.mid',
  CONIN$: 'CONIN$_',
  'take.': 'take',
  'take. .': 'take',
  'take:1.mid': 'take-1.mid',
  'q?.mid': 'q-.mid',
  'a\tb': 'a-b',
  '': '_',
  '...': '_',
};

const WHOLE = [
  'take.mid',
  'console.mid',
  'com10',
  'nulls',
  'a.con',
  '.con',
  '鍵盤 №1.mid',
  '..',
  '.',
];

test('a name that cannot be opened is made fit, any other stays', () => {
  for (const [name, fitted] of Object.entries(FITTED)) assert.equal(fitForWindows(name), fitted);
  for (const name of WHOLE) assert.equal(fitForWindows(name), name);
});

test('whatever a name is, what is made of it fits', () => {
  const parts = fc.constantFrom(
    'con',
    'NUL',
    'lpt1',
    '.',
    ' ',
    ':',
    '?',
    '\u0001',
    'a',
    '²',
    '_',
    '-',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
      const fitted = fitForWindows(pieces.join(''));
      assert.equal(fitForWindows(fitted), fitted);
      assert.notEqual(fitted, '');
    }),
  );
});

test('on Windows such a name is refused, with one that would do; elsewhere it is a name like any other', () => {
  for (const [path, why, hint] of [
    ['con.mid', /'con.mid' is a device/, /'con_.mid' would do/],
    ['C:\\takes\\aux\\take.mid', /'aux' is a device/, /'aux_'/],
    ['takes/take:1.mid', /hidden part/, /'take-1.mid'/],
    ['q?.mid', /can have "\?"/, /'q-.mid'/],
    ['C:take.', /end with a dot or a blank/, /'take'/],
  ] as const) {
    assert.throws(
      () => requireOpenable(path, 'win32'),
      (error: unknown) =>
        error instanceof MidirecError &&
        error.code === 'OUTPUT_UNWRITABLE' &&
        error.exitCode === 2 &&
        why.test(error.message) &&
        hint.test(error.hint ?? ''),
      path,
    );
    requireOpenable(path, 'linux');
  }
  for (const path of [
    'C:\\takes\\take.mid',
    'C:take.mid',
    '..\\take.mid',
    '\\\\?\\C:\\con',
    '\\\\server\\share\\t.mid',
  ]) {
    requireOpenable(path, 'win32');
  }
});
