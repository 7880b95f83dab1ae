/** Interrupted at any moment, once and twice, stopped and continued: the exit code is right, the summary there, the take whole. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ENDINGS, type Ending, type EndingOutcome, interrupt } from '../support/ending-run.js';
import { FifoPlayer, makeFifo } from '../support/fifo-player.js';
import { hasTerminals, JobControl, PROMPT } from '../support/job-control.js';
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

/** What became of a take in whose midst midirec did not run. */
interface StopOutcome {
  code: number | string | null;
  isSaid: boolean;
  isMarked: boolean;
}

/** All of what was played is in the file. */
function outcomeOf(
  code: StopOutcome['code'],
  said: string,
  file: string,
  sent: readonly string[],
): StopOutcome {
  assert.deepEqual(played(file), sent);
  const isMarked = readFileSync(file).includes('midirec did not run until here');
  return { code, isSaid: /midirec did not run/.test(said), isMarked };
}

async function stopOften(
  t: TestContext,
  stop: (nth: number, stopMs: number) => Promise<StopOutcome>,
) {
  const random = new SeededRandom(seed);
  const stops = Array.from({ length: STOPS }, () => random.between(2000, 4000));
  const outcomes = await many(STOPS, (nth) => stop(nth, stops[nth]!));
  const count = (isSo: (outcome: StopOutcome) => boolean) => outcomes.filter(isSo).length;
  t.diagnostic(
    `seed ${seed}: ${STOPS} stops, ${count(({ isSaid }) => isSaid)} said, ` +
      `${count(({ isMarked }) => isMarked)} marked, ${count(({ code }) => code === 3)} with exit 3, ` +
      '0 messages missing',
  );
  for (const outcome of outcomes) {
    assert.deepEqual(outcome, { code: 3, isSaid: true, isMarked: true });
  }
}

test(`stopped and continued, ${STOPS} times`, (t) =>
  stopOften(t, async (_nth, stopMs) => {
    const take = await LiveTake.start(t);
    await take.said(/recording/);
    take.child.kill('SIGSTOP');
    await pause(stopMs);
    take.child.kill('SIGCONT');
    await pause(200);
    const code = await take.finish();
    return outcomeOf(code, take.stderr, take.file, take.sent);
  }));

test(`Ctrl-Z and fg at a terminal, ${STOPS} times`, { skip: !hasTerminals }, (t) =>
  stopOften(t, async (nth, stopMs) => {
    const shell = await JobControl.start(t);
    const settings = await shell.run('stty -g');
    const path = join(shell.cwd, 'fifo');
    makeFifo(path);
    shell.type('midirec --port fifo record -o take.mid\n');
    const player = await FifoPlayer.open({ path, seed: seed + nth, kind: 'music' });
    player.play();
    await shell.until('recording');
    await pause(300);
    shell.type('\u001a');
    await shell.until(PROMPT);
    await shell.untilState('T');
    await pause(stopMs);
    shell.type('fg\n');
    await shell.untilState('RSD');
    await pause(200);
    await player.stopWhenRead();
    shell.type('\u0003');
    const said = await shell.until(PROMPT);
    const [, code] = /code=(\d+)/.exec(await shell.run('echo "code=$?"'))!;
    assert.equal(await shell.run('stty -g'), settings);
    const sent = player.sent.map(({ hex }) => hex);
    return outcomeOf(Number(code), said, join(shell.cwd, 'take.mid'), sent);
  }),
);
