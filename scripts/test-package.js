// Tests what is given to people: the programs that need no Node.js, and the npm package.
// What cannot be tested on this machine is left out, and named at the end.
// Arguments choose tests by a part of their file name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bed, bedEnvironment, lockBed, makeBed, missingTools, stopBed } from './wine-bed.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = process.argv.slice(2);
const leftOut = [];

const canMakePrograms = process.platform === 'linux' && process.arch === 'x64';
if (!canMakePrograms) leftOut.push('the single programs: they are made and tested on Linux x64');
const missing = missingTools();
if (canMakePrograms && missing.length > 0) {
  leftOut.push(`midirec.exe under Wine: ${missing.join(', ')} is missing`);
}

run('npm', ['run', '--silent', 'build:test']);
run(process.execPath, ['scripts/build.js', '--clean']);
if (canMakePrograms) run(process.execPath, ['scripts/package.js']);
const { MIDIREC_WINE_BED: _, ...environment } = process.env;
let failed;
if (missing.length === 0) {
  lockBed();
  try {
    makeBed();
    mkdirSync(join(bed.folder, 'runs'), { recursive: true });
    failed = runTests(bedEnvironment);
  } finally {
    stopBed();
  }
} else {
  failed = runTests(environment);
}
for (const text of leftOut) process.stdout.write(`test:package: not tested: ${text}\n`);
const outcome = failed ? 'failed' : leftOut.length > 0 ? 'passed in part' : 'passed';
process.stdout.write(`test:package ${outcome}\n`);
process.exit(failed ? 1 : 0);

function run(program, args) {
  const shell = process.platform === 'win32';
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', shell });
  if (status !== 0) process.exit(1);
}

/** @returns {boolean} whether a test failed */
function runTests(env) {
  const files = readdirSync(join(root, 'build/test/package'))
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => chosen.length === 0 || chosen.some((part) => name.includes(part)))
    .map((name) => `build/test/package/${name}`);
  if (files.length === 0) {
    process.stderr.write(`test:package: no test ${chosen.join(', ')}\n`);
    return true;
  }
  const args = ['--enable-source-maps', '--test', '--test-concurrency=1', ...files];
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  return status !== 0;
}
