/** MMRESULT numbers as people read them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MidirecError } from '../../../src/midi/errors.js';
import * as constants from '../../../src/winmm/constants.js';
import { check, MmresultError, mmresultName } from '../../../src/winmm/mmresult.js';

/** The error that `check` throws. */
function errorOf(call: string, result: number, device?: string): MmresultError {
  try {
    check(call, result, device);
  } catch (error) {
    assert.ok(error instanceof MmresultError);
    return error;
  }
  throw new Error(`check let ${result} pass`);
}

test('a device in use: function, constant, number, meaning, and what to do', () => {
  const error = errorOf('midiInOpen', constants.MMSYSERR_ALLOCATED);
  assert.equal(
    error.message,
    'midiInOpen failed: MMSYSERR_ALLOCATED (4): the device is already in use',
  );
  assert.equal(
    error.hint,
    'close the program that uses it, or choose another device (midirec list)',
  );
  assert.ok(error instanceof MidirecError);
  assert.equal(error.code, 'MMRESULT');
  assert.equal(error.call, 'midiInOpen');
  assert.equal(error.result, 4);
});

test('the device is named where it is known', () => {
  assert.match(errorOf('midiInStart', 68, 'Keystation 49').message, / \(Keystation 49\)$/);
});

test('MMSYSERR_NOMEM names both possible causes', () => {
  const { message } = errorOf('midiInOpen', constants.MMSYSERR_NOMEM);
  assert.match(message, /not enough memory/);
  assert.match(message, /already in use/);
});

test('a number that Windows does not define is still a sentence', () => {
  const error = errorOf('midiOutLongMsg', 4711);
  assert.equal(
    error.message,
    'midiOutLongMsg failed: MMRESULT (4711): an error number that Windows does not define',
  );
  assert.equal(error.hint, undefined);
  assert.equal(mmresultName(4711), 'MMRESULT');
});

test('MMSYSERR_NOERROR is no error', () => {
  check('midiInOpen', constants.MMSYSERR_NOERROR);
  assert.equal(mmresultName(0), 'MMSYSERR_NOERROR');
});

test('every result constant has its own name and a meaning', () => {
  const results = Object.entries(constants).filter(([name]) => /^(MMSYSERR|MIDIERR)_/.test(name));
  assert.ok(results.length > 15);
  for (const [name, result] of results) {
    assert.equal(mmresultName(result), name);
    if (result !== 0) assert.doesNotMatch(errorOf('x', result).message, /does not define/);
  }
});
