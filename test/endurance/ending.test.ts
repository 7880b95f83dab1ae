/** Interrupted at any moment, once and twice, stopped and continued: the exit code is right, the summary there, the take whole. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ENDINGS, type Ending, type EndingOutcome, interrupt } from '../support/ending-run.js';
import { LiveTake, played } from '../support/live-take.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { runSeed, SeededRandom } from '../support/seeded-random.js';

/** Of each way of ending. */
const ONCE = Number(process.env.MIDIREC_INTERRUPTS ?? 500);
const TWICE = Math.ceil(ONCE / 5);
const STOPS = Math.ceil(ONCE / 20);
const AT_A_TIME = 4;

const seed = runSeed();

async function many<T>(count: number, run: (nth: number) => Promise<T>): Promise<T[]> {
  const outcomes: T[] = [];
  let begun = 0;
  const worker = async () => {
    while (begun < count) outcomes.push(await run(begun++));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return outcomes;
}

function count(outcomes: EndingOutcome[], phase: EndingOutcome['phase']): number {
  return outcomes.filter((outcome) => outcome.phase === phase).length;
}

for (const [interrupts, times] of [
  [1, ONCE],
  [2, TWICE],
] as const) {
  for (const ending of Object.keys(ENDINGS) as Ending[]) {
    test(`SIGINT × ${interrupts}, ${ending}, ${times} times`, async (t) => {
      const folder = temporaryFolder(t);
      const outcomes = await many(times, (nth) =>
        interrupt(join(folder, `run-${nth}`), ending, seed + nth, interrupts),
      );
      const problems = outcomes.flatMap(({ problem }) => (problem === '' ? [] : [problem]));
      t.diagnostic(
        `seed ${seed}: ${times} runs, interrupted at the start ${count(outcomes, 'starting')}, ` +
          `at work ${count(outcomes, 'working')}, while finishing ${count(outcomes, 'finishing')}, ` +
          `after the end ${count(outcomes, 'over')}; ` +
          `${outcomes.filter(({ hung }) => hung).length} hung, ${problems.length} wrong; ` +
          `the slowest end took ${Math.round(Math.max(...outcomes.map(({ endMs }) => endMs)))} ms`,
      );
      assert.deepEqual(problems, []);
    });
  }
}

test(`stopped and continued, ${STOPS} times`, async (t) => {
  const random = new SeededRandom(seed);
  const stops = Array.from({ length: STOPS }, () => random.between(2000, 4000));
  const outcomes = await many(STOPS, async (nth) => {
    const take = await LiveTake.start(t);
    await take.said(/recording/);
    take.child.kill('SIGSTOP');
    await pause(stops[nth]!);
    take.child.kill('SIGCONT');
    await pause(200);
    const end = await take.finish();
    assert.deepEqual(played(take.file), take.sent);
    const isMarked = readFileSync(take.file).includes('midirec did not run until here');
    return { end, isSaid: isMarked && /midirec did not run/.test(take.stderr) };
  });
  const said = outcomes.filter(({ end, isSaid }) => end === 3 && isSaid).length;
  t.diagnostic(`seed ${seed}: ${STOPS} stops, ${said} said and marked, 0 messages missing`);
  assert.equal(said, STOPS);
});
