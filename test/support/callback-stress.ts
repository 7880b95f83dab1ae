/** Building test/callback/stress.c and running the callback's machine code with it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callbackCodeFor } from '../../src/winmm/native/callback-code.js';

/** Tests are run from the root of the repository. */
const SOURCE = 'test/callback/stress.c';
const FLAGS = ['-O2', '-Wall', '-Wextra', '-Werror', '-pthread'];
const RUN_LIMIT_MS = 120_000;

interface Tools {
  compiler: string;
  flags: string[];
  /** What runs the program; empty if the machine itself does. */
  runner: string[];
}

export interface StressProgram {
  /**
   * Runs the program with the arguments that follow the code's.
   *
   * @returns its standard output; throws with its standard error if it found a fault or did not end
   */
  run(...args: (string | number)[]): Buffer;
  /** Removes what was built. */
  dispose(): void;
}

/** Why the code for `arch` cannot run here; undefined if it can. */
export function stressSkipReason(arch: string): string | undefined {
  const tools = toolsFor(arch);
  if (tools === undefined)
    return `code for ${arch} does not run on ${process.platform} ${process.arch}`;
  const missing = [tools.compiler, ...tools.runner].filter((tool) => !isThere(tool));
  return missing.length === 0 ? undefined : `needs ${missing.join(' and ')}`;
}

export function buildStressProgram(arch: string): StressProgram {
  const tools = toolsFor(arch);
  const code = callbackCodeFor(arch);
  if (tools === undefined || code === undefined) throw new Error(`nothing to run for ${arch}`);
  const folder = mkdtempSync(join(tmpdir(), 'midirec-stress-'));
  const program = join(folder, 'stress');
  const codeFile = join(folder, 'code.bin');
  writeFileSync(codeFile, code.bytes);
  execFileSync(tools.compiler, [...FLAGS, ...tools.flags, '-o', program, SOURCE]);
  return {
    run(...args) {
      const [command, ...rest] = [...tools.runner, program];
      const where = [codeFile, code.callbackOffset, code.counterOffset].map(String);
      const { status, signal, stdout, stderr } = spawnSync(
        command!,
        [...rest, ...where, ...args.map(String)],
        { timeout: RUN_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 26 },
      );
      if (status !== 0) {
        throw new Error(`stress ${args.join(' ')}: ${signal ?? ''}${stderr.toString().trim()}`);
      }
      return stdout;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function toolsFor(arch: string): Tools | undefined {
  if (process.platform !== 'linux') return undefined;
  if (arch === process.arch) return { compiler: 'gcc', flags: [], runner: [] };
  if (arch === 'arm64')
    return { compiler: 'aarch64-linux-gnu-gcc', flags: ['-static'], runner: ['qemu-aarch64'] };
  return undefined;
}

function isThere(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0;
}
