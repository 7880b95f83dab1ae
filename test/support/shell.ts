/** A bash in which `midirec` is a command, for tests of what people type. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MIDIREC, type Run } from './run-midirec.js';

/** Programs that not every machine has; undefined if all of `tools` are here. */
export function shellSkipReason(...tools: string[]): string | undefined {
  if (process.platform === 'win32') return 'needs bash';
  const script = tools.map((tool) => `command -v ${tool} >/dev/null || echo ${tool}`).join('\n');
  const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  if (status === null) return 'needs bash';
  const missing = stdout.trim().split('\n').filter(Boolean);
  return missing.length === 0 ? undefined : `needs ${missing.join(' and ')}`;
}

export interface ShellOptions {
  /** Longer than that is a hang. */
  limitMs?: number;
  /** What every `midirec` gets before its own arguments, as the shell reads it. */
  globalOptions?: string;
  /** Called whenever something is said on standard error. `interrupt` is Ctrl-C, to all that the shell has started. */
  onSaid?: (stderr: string, interrupt: () => void) => void;
}

/**
 * Runs a script in `folder`, with `midirec` and the embedded devices. Its exit code is that of the
 * first program of a pipeline that fails.
 */
export function runShell(script: string, folder: string, options: ShellOptions = {}): Promise<Run> {
  const commands = join(folder, '.commands');
  mkdirSync(commands, { recursive: true });
  const program = `#!/bin/sh\nexec '${process.execPath}' '${MIDIREC}' ${options.globalOptions ?? ''} "$@"\n`;
  writeFileSync(join(commands, 'midirec'), program, { mode: 0o755 });
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${commands}${delimiter}${process.env.PATH}`,
      MIDIREC_BACKEND: 'embedded',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a hang ends with all that the shell has started.
    detached: true,
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
    options.onSaid?.(stderr, () => process.kill(-child.pid!, 'SIGINT'));
  });
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      process.kill(-child.pid!, 'SIGKILL');
      reject(new Error(`did not end: ${script}\n${stderr}`));
    }, options.limitMs ?? 30_000);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code, signal, stdout: Buffer.concat(stdout), stderr });
    });
  });
}
