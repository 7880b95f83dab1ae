/** Calls of winmm.dll in the Wine bed without midirec: test/wine/caller.c makes them, over the scripted driver. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { WineRun } from './wine-run.js';
import type { LogLine } from './wine-script.js';

/** A line of the caller: a call and its answer, a callback, or a device. */
export interface CallerLine {
  /** The function, its MMRESULT and how long it took. */
  call?: string;
  result?: number;
  ms?: number;
  /** MIM_… or MOM_…; `timeMs` is dwParam2, `size` dwBytesRecorded, `bytes` hexadecimal. */
  message?: string;
  timeMs?: number;
  packed?: number;
  size?: number;
  bytes?: string;
  /** The order of the opening that a call or callback belongs to, from 0. */
  handle?: number;
  /** Answers of `names`: the id of the one or the other. */
  input?: number;
  output?: number;
  name?: string;
  path?: string;
  /** First line: what QueryPerformanceCounter said, which counts from the start of the system. */
  uptimeMs?: number;
}

export interface Calls {
  lines: CallerLine[];
  log: LogLine[];
  /** The answers of a function, in the order of its calls. */
  results(call: string): number[];
  /** The callbacks of the given kinds. */
  messages(...kinds: string[]): CallerLine[];
}

/**
 * Makes calls one after the other.
 *
 * @param script - the lines of the driver's script
 * @param commands - as the head of caller.c has them
 */
export async function callWinMm(
  script: readonly string[],
  commands: readonly string[],
): Promise<Calls> {
  const program = join(process.env.MIDIREC_WINE_BED ?? '', 'programs/caller.exe');
  const run = new WineRun(commands, { script: `${script.join('\n')}\n` }, program);
  const { code, stdout, stderr } = await run.finished;
  assert.equal(code, 0, stderr);
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CallerLine);
  return {
    lines,
    log: run.log(),
    results: (call) => lines.filter((line) => line.call === call).map(({ result }) => result!),
    messages: (...kinds) =>
      lines.filter(({ message }) => message !== undefined && kinds.includes(message)),
  };
}
