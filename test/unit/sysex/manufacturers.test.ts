/** Tests of the manufacturer ids: the data and the look-up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MANUFACTURER_IDS } from '../../../src/sysex/manufacturer-ids.js';
import { idText, manufacturerOf } from '../../../src/sysex/manufacturers.js';

test('one-byte and three-byte ids are found', () => {
  const of = (...bytes: number[]) => manufacturerOf(Uint8Array.of(0xf0, ...bytes, 0x10, 0xf7));
  assert.deepEqual(of(0x41), { id: [0x41], name: 'Roland' });
  assert.deepEqual(of(0x43), { id: [0x43], name: 'Yamaha' });
  assert.deepEqual(of(0x7d), { id: [0x7d], name: 'Non-commercial' });
  assert.deepEqual(of(0x7e), { id: [0x7e], name: 'Universal non-realtime' });
  assert.deepEqual(of(0x7f), { id: [0x7f], name: 'Universal realtime' });
  assert.deepEqual(of(0x00, 0x00, 0x0e), { id: [0, 0, 0x0e], name: 'Alesis' });
  assert.deepEqual(of(0x00, 0x20, 0x29), { id: [0, 0x20, 0x29], name: 'Focusrite / Novation' });
  assert.deepEqual(of(0x00, 0x21, 0x1d), { id: [0, 0x21, 0x1d], name: 'Ableton' });
});

test('an id that is not in the list has no name', () => {
  assert.deepEqual(manufacturerOf(Uint8Array.of(0xf0, 0x60, 0xf7)), {
    id: [0x60],
    name: undefined,
  });
});

test('an id that is cut off is as long as it is', () => {
  assert.deepEqual(manufacturerOf(Uint8Array.of(0xf0)).id, []);
  assert.deepEqual(manufacturerOf(Uint8Array.of(0xf0, 0xf7)).id, []);
  assert.deepEqual(manufacturerOf(Uint8Array.of(0xf0, 0x00, 0x20, 0xf7)), {
    id: [0, 0x20],
    name: undefined,
  });
  assert.deepEqual(manufacturerOf(Uint8Array.of(0x41, 0x10)).id, []);
});

test('the list is in order, without doubles, and every id is well formed', () => {
  let previous = '';
  const oneByte: string[] = [];
  for (const [id, name] of MANUFACTURER_IDS) {
    assert.match(id, /^(?!00)[0-7][0-9A-F]$|^00 [0-7][0-9A-F] [0-7][0-9A-F]$/, name);
    assert.equal(name, name.trim());
    assert.ok(name.length > 0);
    if (id.length === 2) oneByte.push(id);
    if (id.length === previous.length) assert.ok(id > previous, `${previous} before ${id}`);
    previous = id;
  }
  assert.equal(new Set(oneByte).size, oneByte.length);
  assert.equal(new Set(MANUFACTURER_IDS.map(([id]) => id)).size, MANUFACTURER_IDS.length);
});

test('property: any bytes have an answer, whose id stands in them', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const { id } = manufacturerOf(bytes);
      assert.deepEqual(id, [...bytes.subarray(1, 1 + id.length)]);
      assert.ok(idText(id).length === Math.max(0, id.length * 3 - 1));
    }),
  );
});
