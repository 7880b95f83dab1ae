/** What is said of losses: of one as of one, of several as of several. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LossKind } from '../../../../src/capture/loss-ledger.js';
import { describeLosses } from '../../../../src/cli/capturing/loss-report.js';

function told(kind: LossKind, count: number): string | undefined {
  const [line] = describeLosses(
    [{ kind, device: null, count, firstMs: 0, lastMs: 0, detail: '' }],
    [],
  );
  return line?.replace(/, at 0\.0 s$/, '');
}

test('one message is not spoken of as several', () => {
  const one = ['ring-overflow', 'late-reading', 'no-place'].map((kind) =>
    told(kind as LossKind, 1),
  );
  assert.deepEqual(one, [
    '1 message lost: it came faster than could be read',
    'midirec did not run (stopped, suspended or starved): 1 message that came meanwhile has the time of the end',
    '1 message lost: there was no place for it',
  ]);
  assert.equal(told('no-place', 1234), '1,234 messages lost: there was no place for them');
  assert.match(told('late-reading', 2)!, /2 messages that came meanwhile have the time/);
});
