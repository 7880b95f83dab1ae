/**
 * Every call that midirec record makes of a driver, never returning, and two presses of Ctrl-C at random moments: an
 * end in time, an exit code that says so, and all that was played before in a file that is whole.
 * MIDIREC_INTERRUPTS=N does each of them N times.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pause } from '../support/contract-fixture.js';
import { runSeed, SeededRandom } from '../support/seeded-random.js';
import { finishTake, playedEvents, startRecording } from '../support/wine-take.js';

const TIMES = Number(process.env.MIDIREC_INTERRUPTS ?? 1);
const NOTES = 200;
/** The calls that list devices are made on JavaScript's thread, and given up after ten seconds. */
const LIMIT_MS = 12_000;
const SECOND = 130;
const random = new SeededRandom(runSeed());

const BEFORE = ['caps', 'open', 'prepare', 'add', 'start'].map((call) => `hang ${call} forever`);
const AFTER = ['stop', 'reset', 'unprepare', 'close'].map((call) => `hang ${call} forever`);
const THRU = [
  'hang data forever after=10',
  'hang longdata forever',
  'hang prepare forever',
  'complete never',
  'complete on-reset\nhang reset forever',
  'hang close forever',
];
const PLAYED = `wait 300ms\nnotes ${NOTES / 2} every 1ms\nsysex size=100\nnotes ${NOTES / 2} every 1ms\nwait 1500ms\n`;

/** @returns how it ended, and how many milliseconds after the second Ctrl-C */
async function interruptTwice(script: string, args: readonly string[], isPlayed: boolean) {
  const run = startRecording({ script, limitMs: 60_000 }, args);
  if (isPlayed) await run.waitForEnd();
  else await run.waitForLog('the driver is loaded', ({ event }) => event === 'load');
  await pause(random.between(0, isPlayed ? 200 : 3000));
  run.kill('SIGINT');
  await pause(random.between(0, 3000));
  const startMs = performance.now();
  run.kill('SIGINT');
  const { result, bytes } = await finishTake(run);
  return { ...result, bytes, endMs: performance.now() - startMs };
}

for (const [what, faults, isPlayed, isThru] of [
  ['before the start', BEFORE, false, false],
  ['at the end', AFTER, true, false],
  ['of --thru', THRU, true, true],
] as const) {
  describe(`two interrupts, and a call that hangs ${what}`, { concurrency: 3 }, () => {
    for (const fault of faults) {
      it(`${fault.replace('\n', ', ')}, ${TIMES} times`, async (t) => {
        const ends = new Map<number | string, number>();
        let slowestMs = 0;
        for (let nth = 0; nth < TIMES; nth++) {
          const devices = isThru
            ? `input "Keys"\n${PLAYED}output "Deaf"\n${fault}\n`
            : `input "Faulty"\n${fault}\n${PLAYED}`;
          const args = isThru ? ['--thru', 'Deaf'] : [];
          const run = await interruptTwice(devices, args, isPlayed);
          const end = run.signal ?? run.code!;
          ends.set(end, (ends.get(end) ?? 0) + 1);
          slowestMs = Math.max(slowestMs, run.endMs);
          // Before it listens Ctrl-C ends it at once; Wine's own code for that is 0.
          const isUnheard = !isPlayed && run.stderr === '' && run.bytes === undefined;
          assert.ok(end === SECOND || end === 1 || isUnheard, `${end}: ${run.stderr}`);
          assert.ok(run.endMs < LIMIT_MS, `${Math.round(run.endMs)} ms: ${run.stderr}`);
          if (isPlayed) {
            const played = playedEvents(run.bytes!).flat();
            assert.equal(played.filter(({ status }) => status < 0xf0).length, NOTES, run.stderr);
          }
        }
        t.diagnostic(
          `seed ${random.seed}: ends ${[...ends].map(([end, count]) => `${end} × ${count}`).join(', ')}; ` +
            `the slowest ${Math.round(slowestMs)} ms after the second`,
        );
      });
    }
  });
}
