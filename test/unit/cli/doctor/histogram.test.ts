/** Times in steps, and drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import fc from 'fast-check';
import { reportLines } from '../../../../src/cli/doctor/doctor-report.js';
import { histogramLines, histogramOf } from '../../../../src/cli/doctor/histogram.js';

test('every time is in the one step that has it, in at most nine of one width', () => {
  const times = fc.array(fc.double({ min: -50, max: 5000, noNaN: true }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(times, (timesMs) => {
      const steps = histogramOf(timesMs);
      assert.ok(steps.length >= 1 && steps.length <= 9, `${steps.length} steps`);
      assert.equal(
        steps.reduce((sum, { count }) => sum + count, 0),
        timesMs.length,
      );
      for (const [index, { fromMs, toMs, count }] of steps.entries()) {
        assert.ok(
          index === 0 || Math.abs(fromMs - steps[index - 1]!.toMs) < 1e-9,
          'a gap, or two in one',
        );
        const isLast = index === steps.length - 1;
        const own = timesMs.filter((ms) => ms >= fromMs - 1e-9 && (isLast || ms < toMs + 1e-9));
        assert.ok(own.length >= count && fromMs < toMs);
      }
      assert.ok(steps.at(-1)!.toMs >= Math.max(...timesMs));
    }),
  );
});

test('steps are drawn to the width that there is; the smallest is still seen', () => {
  const steps = histogramOf([...Array(180).fill(0.25), ...Array(19).fill(0.55), 20]);
  assert.deepEqual(histogramLines(steps, 40, '#'), [
    ' 0.2 to 0.3 ms  180  ###################',
    ' 0.3 to 0.4 ms    0',
    ' 0.4 to 0.5 ms    0',
    '0.5 to 20.0 ms   20  ##',
  ]);
  assert.deepEqual(histogramOf([]), []);
});

test('a finding has its times beneath it, in characters that arrive; none for a screen reader', async () => {
  const histogram = histogramOf([1, 1, 2]);
  const findings = [{ id: 'a', section: 'Cable', status: 'ok', text: 'times', histogram }] as const;
  const look = { chalk: new Chalk({ level: 0 }), columns: 50, pictures: true, unicode: false };
  const [, , first] = await reportLines(findings, look);
  assert.match(first!, /^ {11}1\.0 to 1\.\d ms {2}2 {2}#+$/);
  const plain = await reportLines(findings, { ...look, pictures: false });
  assert.deepEqual(plain.slice(1, 3), ['  ok       times', '']);
});
