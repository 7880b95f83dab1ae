/** What has to be let go of: exactly what sounds, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Unreleased } from '../../../src/midi/unreleased.js';

function after(...messages: string[]): string[] {
  const unreleased = new Unreleased();
  for (const message of messages) unreleased.update(packedOf(message));
  return unreleased.messages().map(textOf);
}

function packedOf(hex: string): number {
  const [status = 0, first = 0, second = 0] = Buffer.from(hex, 'hex');
  return status | (first << 8) | (second << 16);
}

function textOf(packed: number): string {
  return Buffer.of(packed, packed >>> 8, packed >>> 16).toString('hex');
}

test('a key that is held gets its note-off, on its channel', () => {
  assert.deepEqual(after('903c40', '953e40', '803c40'), ['853e40']);
  assert.deepEqual(after('903c40', '903c00'), []);
});

test('a key that was struck twice is let go twice', () => {
  assert.deepEqual(after('903c40', '903c50'), ['803c40', '803c40']);
  assert.deepEqual(after('903c40', '903c50', '803c00'), ['803c40']);
});

test('pedals go up, pitch bends go to their centre', () => {
  assert.deepEqual(after('b0407f', 'b1427f', 'b0437f', 'b04000'), ['b14200', 'b04300']);
  assert.deepEqual(after('e20000', 'e30040'), ['e20040']);
});

test('volume, programs and modulation are left alone', () => {
  assert.deepEqual(after('b00764', 'c005', 'b0017f', 'd040'), []);
});

test('all notes off, all sound off and reset all controllers do what they say', () => {
  assert.deepEqual(after('903c40', '913c40', 'b07b00'), ['813c40']);
  assert.deepEqual(after('903c40', 'b07800'), []);
  assert.deepEqual(after('903c40', 'b0407f', 'e00000', 'b07900'), ['803c40']);
});

test('whatever was sent: after the messages there is nothing left', () => {
  const message = fc
    .tuple(fc.integer({ min: 0x80, max: 0xef }), fc.nat(127), fc.nat(127))
    .map(([status, first, second]) => status | (first << 8) | (second << 16));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 200 }), (messages) => {
      const unreleased = new Unreleased();
      for (const packed of messages) unreleased.update(packed);
      for (const packed of unreleased.messages()) unreleased.update(packed);
      assert.deepEqual(unreleased.messages(), []);
      assert.equal(unreleased.keys, 0);
    }),
  );
});
