// Runs in the Wine bed: midirec, and everything that is compared with it, under the same driver script.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WineRun } from '../build/test/support/wine-run.js';
import { bed } from '../scripts/wine-bed.js';
import { describePeer, peerModules } from './peers.js';
import { memoryBytes } from './process-figures.js';

const listeners = fileURLToPath(new URL('./listeners/', import.meta.url));
const LIMIT_MS = 900_000;
/** How often to look whether the driver has reached a mark. */
const LOOK_MS = 2;

/** The half second before the driver plays, in ticks of 100 ns. */
const SETTLE_TICKS = 5_000_000;

const REGISTER = { MIDIREC_CALLBACK: 'register' };

/** Everything that can listen to the driver. `cost` says how to name it where only the callback counts. */
export const SUBJECTS = {
  floor: { title: 'C program, empty callback', program: 'peer-floor.exe' },
  stamp: { title: 'C program that stamps and stores', program: 'peer-stamp.exe' },
  wake: { title: 'C program, a thread that the callback wakes', program: 'peer-wake.exe' },
  midirec: { title: 'midirec', listener: 'midirec.js' },
  register: { title: 'koffi.register', listener: 'midirec.js', env: REGISTER },
  julusian: { title: describePeer('@julusian/midi'), listener: 'julusian-midi.js' },
  jazz: { title: describePeer('jazz-midi'), listener: 'jazz-midi.js' },
};

/**
 * A driver script that touches the file `begin` before `steps`, and `done` after them. Half a second
 * passes before: whatever a library does after its start is over then.
 */
function frameScript({ steps = [], options = [], outputs = [] }) {
  const head = [...outputs, 'input "Bench"', ...options, 'wait 500ms', 'touch begin'];
  return [...head, ...steps, 'touch done', ''].join('\n');
}

class BenchRun extends WineRun {
  /** Waits until the driver has touched a file; fails if the program ends before. */
  async reach(mark) {
    const path = this.path(mark);
    while (!existsSync(path)) {
      if (!this.isRunning) throw new Error(`the program ended before '${mark}':\n${this.stderr}`);
      await pause(LOOK_MS);
    }
  }

  /** When a file was last touched or renamed, in milliseconds of the file system's clock. */
  markMs(name) {
    return statSync(this.path(name)).ctimeMs;
  }

  /** When the driver began to play, after the half second, in its ticks. */
  beginTicks() {
    const { startQpc } = this.log().find(({ event }) => event === 'start');
    return startQpc + SETTLE_TICKS;
  }

  /** The flood of the script: ticks of its begin and end, and nanoseconds of the driver's thread per message. */
  flood() {
    const log = this.log();
    const { frequency } = log.find(({ event }) => event === 'load');
    const { qpc, ticks, count } = log.find(({ event }) => event === 'flood');
    return { beginTicks: qpc - ticks, endTicks: qpc, ns: (ticks * 1e9) / frequency / count };
  }

  memory(field) {
    return memoryBytes(this.pid, field);
  }
}

/**
 * Starts midirec itself.
 *
 * @param steps - lines about what the driver plays
 * @param options - lines about how the driver behaves
 * @param outputs - lines about outputs that are there beside the input
 */
export function startMidirec(args, { env = {}, ...lines } = {}) {
  return new BenchRun(args, { script: frameScript(lines), env, limitMs: LIMIT_MS });
}

/**
 * Lets a subject listen to the driver until it has heard everything.
 *
 * @param subject - one of SUBJECTS by its name, or another like them
 * @param orders - see readOrders of listeners/collector.js
 * @returns the run, what the listener found, or the C program printed, and the most memory it had
 */
export async function listen(subject, { orders = {}, ...lines }) {
  const { program, listener, env } = SUBJECTS[subject] ?? subject;
  const file = program === undefined ? join(listeners, listener) : join(bed.programs, program);
  // Files without a folder are in the run's own: it is the working directory.
  const files = { doneFile: 'done', resultFile: 'result.json', modules: peerModules };
  const run = new BenchRun(
    [JSON.stringify({ ...orders, ...files, dist: join(bed.app, 'build/dist') })],
    { script: frameScript(lines), env, limitMs: LIMIT_MS },
    file,
  );
  const peak = watchPeak(run);
  const { code, signal, stdout, stderr } = await run.finished;
  if (code !== 0) throw new Error(`${subject} ended with ${signal ?? code}:\n${stderr}`);
  const path = run.path('result.json');
  const result = JSON.parse(program === undefined ? readFileSync(path, 'utf8') : stdout);
  return { run, result, peakBytes: peak.stop() };
}

/** Watches the memory of a run; what it had at most is known up to shortly before its end. */
export function watchPeak(run) {
  let peakBytes = 0;
  const timer = setInterval(() => {
    try {
      peakBytes = Math.max(peakBytes, run.memory('VmHWM'));
    } catch {
      // It has just ended.
    }
  }, 50);
  return {
    stop() {
      clearInterval(timer);
      return peakBytes;
    },
  };
}
