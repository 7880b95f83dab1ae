/**
 * Command lines of midirec one after the other in one process that has loaded the built program: for what
 * a command says and leaves behind, where it makes no difference that it is a process of its own. That is ten times quicker.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { END_OF_RUN, type HostedRun } from './hosted-midirec.js';
import type { Run, RunOptions } from './run-midirec.js';

const HOST = fileURLToPath(new URL('./hosted-midirec.js', import.meta.url));
const LIMIT_MS = 30_000;

let host: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Does the same as `runMidirec`, but what comes in through standard input is not there, and nobody sends signals. */
export function runHosted(
  args: string[],
  { cwd = process.cwd(), env = {} }: Pick<RunOptions, 'cwd' | 'env'> = {},
): Promise<Run> {
  const run = last.then(() => runIn(startHost(), { args, cwd, env }));
  last = run.catch(() => {});
  return run;
}

function startHost(): ChildProcess {
  if (host?.connected) return host;
  host = fork(HOST, {
    env: { ...process.env, MIDIREC_BACKEND: 'embedded', NO_COLOR: '1' },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // It keeps no test running, and ends with it.
  host.unref();
  host.channel?.unref();
  for (const stream of [host.stdout, host.stderr]) (stream as unknown as { unref(): void }).unref();
  return host;
}

async function runIn(child: ChildProcess, command: HostedRun): Promise<Run> {
  const ended = new AbortController();
  const { signal } = ended;
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const hasGone = once(child, 'exit', { signal }).then(() => {
    throw new Error(`midirec ${command.args.join(' ')} did not end, or took its host along`);
  });
  const answer = Promise.all([
    once(child, 'message', { signal }),
    untilEnd(child.stdout!),
    untilEnd(child.stderr!),
  ]);
  child.send(command);
  try {
    const [[code], stdout, stderr] = await Promise.race([answer, hasGone]);
    return { code: code as number, signal: null, stdout, stderr: stderr.toString() };
  } finally {
    clearTimeout(limit);
    hasGone.catch(() => {});
    ended.abort();
  }
}

/** What comes out of a stream before the end of the run. */
function untilEnd(stream: Readable): Promise<Buffer> {
  return new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const onData = (bytes: Buffer) => {
      said = Buffer.concat([said, bytes]);
      const end = said.length - END_OF_RUN.length;
      if (end < 0 || said.indexOf(END_OF_RUN, end) < 0) return;
      stream.off('data', onData);
      resolve(said.subarray(0, end));
    };
    stream.on('data', onData);
  });
}
