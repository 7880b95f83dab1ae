/** The npm package as users get it: packed, and installed into an empty project. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Seen from build/test/support. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LIMIT_MS = 120_000;

export interface CommandRun {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs npm, npx or node. Their settings are the user's own, but not what npm told the test run. */
export function runTool(tool: string, args: readonly string[], folder: string): CommandRun {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_TEST_CONTEXT$/i.test(name)),
  );
  const isWindows = process.platform === 'win32';
  const { status, stdout, stderr } = spawnSync(tool, args, {
    cwd: folder,
    env: { ...env, MIDIREC_BACKEND: 'embedded' },
    encoding: 'utf8',
    timeout: LIMIT_MS,
    // npm is a batch file there.
    shell: isWindows && tool !== process.execPath,
  });
  return { status, stdout, stderr };
}

function expectDone(tool: string, args: readonly string[], folder: string): CommandRun {
  const run = runTool(tool, args, folder);
  if (run.status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${run.status}\n${run.stderr}`);
  return run;
}

export interface Packed {
  tarball: string;
  /** Paths inside the package, sorted. */
  files: string[];
}

/** Packs what has been built. */
export function packPackage(folder: string): Packed {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = expectDone('npm', args, ROOT);
  const answer: unknown = JSON.parse(stdout);
  // npm 7 to 11 answer with a list, later ones with an object that has the name as its key.
  const [packed] = Object.values(answer as object) as [
    { filename: string; files: { path: string }[] },
  ];
  return {
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path }) => path).sort(),
  };
}

/** Installs a tarball into an empty project; no package may run a script. */
export function installPackage(tarball: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  expectDone('npm', ['install', ...quiet, tarball], folder);
}
