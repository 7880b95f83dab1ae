/** The recorder killed at hundreds of random moments: every file it leaves is whole, and has all but the last second. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CrashKind, type CrashOutcome, crash, LOSS_LIMIT_MS } from '../support/crash-run.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { runSeed } from '../support/seeded-random.js';

const RUNS: Record<CrashKind, number> = { take: 200, replace: 50, saving: 50, dump: 100 };
/** Recorders at a time: they mostly wait. */
const AT_A_TIME = 4;

const seed = runSeed();

for (const [kind, count] of Object.entries(RUNS) as [CrashKind, number][]) {
  test(`SIGKILL, ${kind}, ${count} times`, async (t) => {
    const folder = temporaryFolder(t);
    const outcomes: CrashOutcome[] = [];
    let begun = 0;
    const worker = async () => {
      while (begun < count) {
        const nth = begun++;
        outcomes.push(await crash(join(folder, `run-${nth}`), kind, seed + nth));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    const sum = (of: (outcome: CrashOutcome) => number) =>
      outcomes.reduce((total, outcome) => total + of(outcome), 0);
    const most = (of: (outcome: CrashOutcome) => number) =>
      Math.round(Math.max(...outcomes.map(of)));
    t.diagnostic(
      `seed ${seed}: ${count} kills, ${sum(({ sent }) => sent)} messages sent, 0 unreadable files, ` +
        `${sum(({ lost }) => lost)} missing that were older than ${LOSS_LIMIT_MS} ms ` +
        `(oldest missing: ${most(({ missingMs }) => missingMs)} ms); ` +
        `times spread over ${most(({ spreadMs }) => spreadMs)} ms; ` +
        `${outcomes.filter(({ leftovers }) => leftovers.length > 0).length} left a file beside the take`,
    );
    assert.equal(outcomes.length, count);
    assert.equal(
      sum(({ lost }) => lost),
      0,
    );
    const strange = outcomes.flatMap(({ leftovers }) =>
      leftovers.filter((name) => !name.includes('.midirec-tmp-')),
    );
    assert.deepEqual(strange, []);
  });
}
