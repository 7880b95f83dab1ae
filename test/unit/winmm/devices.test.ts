import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveDevice } from '../../../src/winmm/devices.js';

const DEVICES = ['Keystation', 'Keystation', 'Key', 'USB MIDI', 'Roland USB'].map((name, id) => ({
  id,
  name,
}));
const resolve = (text: string) => resolveDevice('input', DEVICES, text).id;

test('an id', () => {
  assert.equal(resolve('1'), 1);
});

test('the whole name wins over the beginning of another, and that over a part', () => {
  assert.equal(resolve('key'), 2);
  assert.equal(resolve('usb'), 3);
  assert.equal(resolve('ROLAND'), 4);
  assert.equal(resolve(' midi '), 3);
});

test('spaces at the end of a name need not be typed', () => {
  const ports = ['Port  ', 'Port 2'].map((name, id) => ({ id, name }));
  assert.equal(resolveDevice('input', ports, 'port').id, 0);
  assert.equal(resolveDevice('input', ports, 'Port  ').id, 0);
});

test('names need not be unique: the ids are told', () => {
  assert.throws(() => resolve('keystation'), {
    code: 'AMBIGUOUS_DEVICE',
    exitCode: 2,
    message: "'keystation' names 2 inputs: 0 'Keystation', 1 'Keystation'",
  });
});

test('no such device, no text, no devices', () => {
  assert.throws(() => resolve('moog'), { code: 'UNKNOWN_DEVICE', exitCode: 2 });
  assert.throws(() => resolve(''), { code: 'UNKNOWN_DEVICE' });
  assert.throws(() => resolve('7'), { code: 'UNKNOWN_DEVICE' });
  assert.throws(() => resolveDevice('output', [], 'x'), { code: 'NO_DEVICE' });
});
