/** Names as they stand in a patch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readName } from '../../../../src/sysex/instruments/patches.js';

const nameOf = (text: string) =>
  readName(Uint8Array.from(Buffer.from(text, 'latin1')), { at: 0, length: text.length });

test('a zero ends a name if what follows is no text; else it is a blank', () => {
  assert.equal(nameOf('Organ I\0\x03\x05'), 'Organ I');
  assert.equal(nameOf('E\0PIANO\0\0'), 'E PIANO');
  assert.equal(nameOf('SOLO\x02'), 'SOLO·');
  assert.equal(nameOf('\0\0\x01'), '  ·');
});
