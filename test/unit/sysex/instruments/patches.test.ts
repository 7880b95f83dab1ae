/** Names as they stand in a patch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchesIn, readName } from '../../../../src/sysex/instruments/patches.js';

const nameOf = (text: string) =>
  readName(Uint8Array.from(Buffer.from(text, 'latin1')), { at: 0, length: text.length });

test('a zero ends a name if what follows is no text; else it is a blank', () => {
  assert.equal(nameOf('Organ I\0\x03\x05'), 'Organ I');
  assert.equal(nameOf('E\0PIANO\0\0'), 'E PIANO');
  assert.equal(nameOf('SOLO\x02'), 'SOLO·');
  assert.equal(nameOf('\0\0\x01'), '  ·');
});

test('what is mostly no characters is no name', () => {
  const named = (text: string) => {
    const data = Uint8Array.from(Buffer.from(text, 'latin1'));
    const name = { at: 0, length: text.length };
    return patchesIn(data, { called: 'tone', count: 1, name })[0]!.name;
  };
  assert.equal(named('\x01\x02\x03A'), undefined);
  assert.equal(named('PAD\x01'), 'PAD·');
  assert.equal(named('PAD\x7f\x7f\x7f\x7f'), 'PAD', 'as a Wavestation fills it');
  assert.equal(named('\0\0\0\0'), '');
});
