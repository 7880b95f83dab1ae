/** Every loss is in the account, with its first and last time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LossLedger } from '../../../src/capture/loss-ledger.js';

test('an empty account', () => {
  const ledger = new LossLedger();
  assert.equal(ledger.isEmpty, true);
  assert.equal(ledger.count(), 0);
  assert.deepEqual(ledger.entries(), []);
});

test('losses of one kind and one input are one entry', () => {
  const ledger = new LossLedger();
  ledger.add('invalid-message', 1, 20, 2, '3c 40 00');
  ledger.add('invalid-message', 1, 10);
  ledger.add('invalid-message', 1, 30, 1, '3d 40 00');
  const loss = { kind: 'invalid-message', device: 1, count: 4, firstMs: 10, lastMs: 30 };
  assert.deepEqual(ledger.entries(), [{ ...loss, detail: '3d 40 00' }]);
  assert.equal(ledger.isEmpty, false);
});

test('a count of nothing moves the end of the time in which it was lost', () => {
  const ledger = new LossLedger();
  ledger.add('ring-overflow', 0, 10, 5);
  ledger.add('ring-overflow', 0, 60, 0);
  const [loss] = ledger.entries();
  assert.deepEqual([loss?.count, loss?.firstMs, loss?.lastMs], [5, 10, 60]);
});

test('kinds and inputs are kept apart, in order of their first time', () => {
  const ledger = new LossLedger();
  ledger.add('no-buffer', 0, 500);
  ledger.add('damaged-sysex', 0, 300, 3);
  ledger.add('no-buffer', 1, 100);
  assert.deepEqual(
    ledger.entries().map(({ kind, device }) => `${kind} ${device}`),
    ['no-buffer 1', 'damaged-sysex 0', 'no-buffer 0'],
  );
  assert.equal(ledger.count('no-buffer'), 2);
  assert.equal(ledger.count('ring-overflow'), 0);
  assert.equal(ledger.count(), 5);
});
