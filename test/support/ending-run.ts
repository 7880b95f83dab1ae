/** One recorder that is interrupted at a random moment, from its start to its end, and what became of that. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FifoPlayer, makeFifo } from './fifo-player.js';
import { dumped, played } from './live-take.js';
import { MIDIREC } from './run-midirec.js';
import { SeededRandom } from './seeded-random.js';

/** What `--duration`, `--until-idle` and `--count` say there. */
const DURATION_MS = 500;
const IDLE_MS = 200;
const COUNT = 50;
/** Longer than most take to finish. */
const FINISHING_MS = 120;

/** Ways in which a recorder ends by itself, or is ended. */
export const ENDINGS = {
  interrupt: ['record', '-o', 'take.mid'],
  duration: ['record', '--duration', `${DURATION_MS}ms`, '-o', 'take.mid'],
  idle: ['record', '--until-idle', `${IDLE_MS}ms`, '-o', 'take.mid'],
  'split-idle': ['record', '--split-idle', '100ms', '-o', 'take.mid'],
  'keep-last': ['record', '--keep-last', '10m', '-o', 'take.mid'],
  count: ['sysex-dump', '--count', `${COUNT}`, '-o', 'take.syx'],
  'dump idle': ['sysex-dump', '--until-idle', `${IDLE_MS}ms`, '-o', 'take.syx'],
} as const;

export type Ending = keyof typeof ENDINGS;

/** Longer than any end takes, on a machine with ten times too much to do: what has not ended then hangs. */
const HANG_MS = 60_000;

export interface EndingOutcome {
  /** Where it was when it was interrupted first; `finishing` where it has come to its end by itself. */
  phase: 'starting' | 'working' | 'finishing' | 'over';
  /** It had to be killed from here: an end by SIGKILL that is not `hung` is its own, see process-end.ts. */
  hung: boolean;
  /** How long it took to end after it was interrupted last; 0 where it had ended. */
  endMs: number;
  /** What is wrong, in words; empty as it should be. */
  problem: string;
}

/** @param interrupts - how many, 0 to 60 ms apart */
export async function interrupt(
  folder: string,
  ending: Ending,
  seed: number,
  interrupts: number,
): Promise<EndingOutcome> {
  const random = new SeededRandom(seed);
  mkdirSync(folder);
  const fifo = join(folder, 'fifo');
  makeFifo(fifo);
  const args = ENDINGS[ending];
  const child = spawn(process.execPath, [MIDIREC, '--port', fifo, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  let isOver = false;
  let overMs = 0;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => {
      isOver = true;
      overMs = performance.now();
      resolve(signal ?? code);
    });
  });
  const kind = args[0] === 'record' ? 'music' : 'sysex';
  let startedMs = Number.POSITIVE_INFINITY;
  let silentMs = Number.POSITIVE_INFINITY;
  /** Whether there is nothing more that it waits for; undefined if it does not end by itself. */
  const hasEnded = (): boolean | undefined => {
    const nowMs = performance.now();
    if (ending === 'duration') return nowMs >= startedMs + DURATION_MS;
    if (ending === 'idle' || ending === 'dump idle') return nowMs >= silentMs + IDLE_MS;
    return ending === 'count' ? (player?.sent.length ?? 0) >= COUNT : undefined;
  };
  // While it starts there is nobody to play to.
  const isEarly = random.chance(0.1);
  const opening = isEarly
    ? Promise.resolve(undefined)
    : FifoPlayer.open({ path: fifo, seed, kind }).catch(() => undefined);
  const player = await opening;
  player?.play();
  if (player !== undefined) {
    while (!/recording|listening/.test(stderr) && !isOver) await pause(5);
    startedMs = performance.now();
    // So much that those which end by themselves are just about to.
    const playMs = random.between(50, 450);
    await pause(playMs);
    if (/idle/.test(ending)) await player.stop();
    silentMs = performance.now();
    // One of two while it finishes, if it ends by itself.
    const isAimed = random.chance(0.5);
    while (isAimed && !isOver && hasEnded() === false) await pause(1);
    await pause(random.between(0, isAimed && hasEnded() !== undefined ? FINISHING_MS : 400));
  } else {
    await pause(random.between(0, 600));
  }
  const isStarted = /recording|listening/.test(stderr);
  const working = hasEnded() === true ? 'finishing' : 'working';
  const phase = isOver ? 'over' : isStarted ? working : 'starting';
  for (let count = 0; count < interrupts; count++) {
    if (count > 0) await pause(random.between(0, 60));
    child.kill('SIGINT');
  }
  const interruptedMs = performance.now();
  let hung = false;
  const limit = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, HANG_MS);
  const end = await ended;
  clearTimeout(limit);
  if (player !== undefined && !/idle/.test(ending)) await player.stop();
  const sent = player?.sent.map(({ hex }) => hex) ?? [];
  const endMs = Math.max(0, overMs - interruptedMs);
  const problem = hung ? `hung: ${stderr}` : judge(folder, phase, end, stderr, sent, interrupts);
  const when = `${phase}, ${Math.round(endMs)} ms after the last interrupt: `;
  return { phase, hung, endMs, problem: problem && when + problem };
}

function judge(
  folder: string,
  phase: string,
  end: number | NodeJS.Signals | null,
  stderr: string,
  sent: readonly string[],
  interrupts: number,
): string {
  const said = `${end}: ${stderr.trim()}`;
  const files = readdirSync(folder).filter((name) => name !== 'fifo');
  const numberOf = (name: string) => Number(/-(\d+)\./.exec(name)?.[1] ?? 1);
  const takes = files
    .filter((name) => /\.(mid|syx)$/.test(name))
    .sort((one, other) => numberOf(one) - numberOf(other));
  if (phase === 'starting') {
    const isStopped = end === 'SIGINT' || end === 130 || end === 0;
    if (!isStopped) return `interrupted at its start: ${said}`;
    // A second one may come when it has started by then, and leaves what there is.
    if (end === 130 && interrupts === 1 && takes.length > 0) return `left ${takes}`;
  }
  // A machine that has too much to do starves it, and that is said, with exit 3.
  const isStarved = end === 3 && /midirec did not run/.test(stderr);
  const isRight = end === 0 || isStarved || (interrupts > 1 && (end === 130 || end === 'SIGINT'));
  if (phase !== 'starting' && !isRight) return `the exit code is wrong: ${said}`;
  const isSummed = /take(-\d+)?\.(mid|syx): |takes? saved|no sysex|nothing arrived/.test(stderr);
  // A second one may end it at once. While it starts it may end before it records.
  const needsSummary = interrupts === 1 && (phase !== 'starting' || takes.length > 0);
  if ((needsSummary || end === 0 || isStarved) && !isSummed) return `no summary: ${said}`;
  if (end === 0 && files.length > takes.length) return `left ${files}`;
  const all = takes.flatMap((name) => {
    const path = join(folder, name);
    return existsSync(path)
      ? name.endsWith('.mid')
        ? played(path, numberOf(name) > 1 ? 1 : 0)
        : dumped(path)
      : [];
  });
  const first = sent.indexOf(all[0] ?? '');
  const isAsSent = all.every((hex, index) => hex === sent[first + index]);
  return isAsSent ? '' : `what is in ${takes} is not what was played`;
}
