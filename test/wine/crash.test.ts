/** midirec record on winmm.dll, killed at random moments of a dense take: a whole file, with all but the last second. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { pause } from '../support/contract-fixture.js';
import { runSeed, SeededRandom } from '../support/seeded-random.js';
import {
  type ParsedSmf,
  parseWithMidiFile,
  parseWithMidiParserJs,
} from '../support/smf-parsers.js';
import type { LogLine } from '../support/wine-script.js';
import { drivenMessages, startRecording } from '../support/wine-take.js';

const KILLS = 20;
const LOSS_LIMIT_MS = 1000;
const INPUTS = [
  '"Dense"\nnotes 100000 every 1ms',
  '"Denser"\nrepeat forever\nnotes 4 every 2ms\nwait 1ms\nend',
];
const script = INPUTS.map((input) => `input ${input}\n`).join('');

/** The short messages of each input, as the growing file marks them: a port event goes before each change of input. */
function byInput({ tracks }: ParsedSmf): number[][] {
  const inputs: number[][] = INPUTS.map(() => []);
  let input = 0;
  for (const line of tracks.flat()) {
    const [, status, data] = line.split(' ');
    if (status === 'ff21') input = Number.parseInt(data!, 16);
    if (status!.startsWith('ff')) continue;
    const [low, middle, high] = Buffer.from(status!, 'hex');
    inputs[input]!.push(low! | (middle! << 8) | (high! << 16));
  }
  return inputs;
}

/** The driver writes its log that often: at the kill, the log may be older than the file. */
const LOG_LAG_MS = 100;

/** How old the oldest message was, at the kill, that is missing; 0 if there is none. */
function missingMs(saved: readonly number[], log: readonly LogLine[], input: number): number {
  const { packed, timesMs } = drivenMessages(log, input);
  const common = Math.min(saved.length, packed.length);
  assert.deepEqual(saved.slice(0, common), packed.slice(0, common));
  const next = timesMs[saved.length];
  return next === undefined ? 0 : timesMs.at(-1)! + LOG_LAG_MS - next;
}

it(`SIGKILL at ${KILLS} random moments, two inputs`, async (t) => {
  const random = new SeededRandom(runSeed());
  let messages = 0;
  let oldestMs = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const run = startRecording({ script });
    await run.waitForLog(
      'start of both inputs',
      ({ event, input }) => event === 'start' && input === 1,
    );
    await pause(random.between(0, 2600));
    run.kill('SIGKILL');
    await run.finished;
    const bytes = readFileSync(run.path('take.mid'));
    const log = run.log();
    for (const parse of [parseWithMidiFile, parseWithMidiParserJs]) {
      for (const [input, saved] of byInput(parse(bytes)).entries()) {
        if (!log.some((line) => line.event === 'data' && line.input === input)) continue;
        oldestMs = Math.max(oldestMs, missingMs(saved, log, input));
        messages += saved.length;
      }
    }
  }
  t.diagnostic(
    `seed ${random.seed}: ${KILLS} kills, 0 unreadable files, ${messages / 2} messages compared, oldest missing ${Math.round(oldestMs)} ms`,
  );
  assert.ok(oldestMs <= LOSS_LIMIT_MS, `${oldestMs} ms`);
});
