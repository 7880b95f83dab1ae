/** Tests of the manufacturer ids: the data and the look-up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MANUFACTURER_IDS } from '../../../src/sysex/manufacturer-ids.js';
import { manufacturerAt } from '../../../src/sysex/manufacturers.js';
import { readNameTable } from '../../../src/sysex/name-table.js';

const of = (...bytes: number[]) => manufacturerAt(Uint8Array.of(0xf0, ...bytes), 1);

test('one-byte and three-byte ids are found', () => {
  assert.deepEqual(of(0x41, 0x10, 0xf7), { id: [0x41], name: 'Roland' });
  assert.deepEqual(of(0x43), { id: [0x43], name: 'Yamaha' });
  assert.deepEqual(of(0x7d), { id: [0x7d], name: 'Non-commercial' });
  assert.deepEqual(of(0x7e), { id: [0x7e], name: 'Universal non-realtime' });
  assert.deepEqual(of(0x7f), { id: [0x7f], name: 'Universal realtime' });
  assert.deepEqual(of(0x00, 0x00, 0x0e), { id: [0, 0, 0x0e], name: 'Alesis' });
  assert.deepEqual(of(0x00, 0x20, 0x29), { id: [0, 0x20, 0x29], name: 'Focusrite / Novation' });
  assert.deepEqual(of(0x00, 0x21, 0x1d), { id: [0, 0x21, 0x1d], name: 'Ableton' });
});

test('an id that is not in the list is named by its bytes', () => {
  assert.deepEqual(of(0x60, 0xf7), { id: [0x60], name: 'manufacturer 60' });
  assert.deepEqual(of(0, 0x7f, 1, 0xf7), { id: [0, 0x7f, 1], name: 'manufacturer 00 7F 01' });
});

test('an id that is cut off is as long as it is', () => {
  assert.deepEqual(of().id, []);
  assert.deepEqual(of(0xf7).id, []);
  assert.deepEqual(of(0x00, 0x20, 0xf7).id, [0, 0x20]);
});

test('the list is in order, without doubles, a block of four ids in a line', () => {
  const numberOf = (id: string) => Number.parseInt(id.replaceAll(' ', ''), 16);
  const ids: string[] = [];
  for (const line of MANUFACTURER_IDS.trim().split('\n')) {
    const table = readNameTable(line);
    const inLine = [...table.keys()];
    assert.equal(new Set(inLine.map((id) => numberOf(id) >> 2)).size, 1, line);
    assert.equal(line, [...table].map(([id, name]) => `${id}: ${name}`).join(' | '));
    for (const name of table.values()) assert.ok(name.length > 0 && name === name.trim(), line);
    ids.push(...inLine);
  }
  for (const id of ids) assert.match(id, /^(?!00)[0-7][\dA-F]$|^00( [0-7][\dA-F]){2}$/);
  // Those of one byte stand in two places: before the others, and 7D to 7F behind them.
  for (const length of [2, 8]) {
    const values = ids.filter((id) => id.length === length).map(numberOf);
    assert.deepEqual(
      values,
      [...new Set(values)].sort((one, other) => one - other),
    );
  }
  assert.ok(ids.length > 600);
});

test('property: any bytes have an answer, whose id stands in them', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const { id, name } = manufacturerAt(bytes, 1);
      assert.deepEqual(id, [...bytes.subarray(1, 1 + id.length)]);
      assert.ok(id.length <= 3 && name.length > 0);
    }),
  );
});
