/** The single programs that `npm run package` makes, and how to run the one for Linux. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Seen from build/test/support. */
const FOLDER = fileURLToPath(new URL('../../../package/', import.meta.url));

export const LINUX_PROGRAM = `${FOLDER}midirec`;
export const LINUX_ARM64_PROGRAM = `${FOLDER}arm64/midirec`;
export const WINDOWS_PROGRAM = `${FOLDER}midirec.exe`;

/** Why the programs cannot be tested here; undefined if they can. */
export function programSkipReason(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'made on Linux x64 only';
  if (!existsSync(LINUX_PROGRAM)) return 'run this with npm run test:package';
  return undefined;
}

/** Why the one for Windows cannot be tested here. */
export function windowsSkipReason(): string | undefined {
  if (process.env.MIDIREC_WINE_BED === undefined) return 'needs Wine; see npm run test:wine';
  return programSkipReason();
}

export interface ProgramRun {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program in a folder with nothing in its environment but a home, so that no Node.js and
 * no setting of this machine can help it.
 */
export function runBare(program: string, args: readonly string[], folder: string): ProgramRun {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: { HOME: folder },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}
