// Tests midirec on a real winmm.dll without Windows: the contract suite inside Windows' Node.js under
// Wine, then the end-to-end tests, which run the program there and look at it from Linux.
// Arguments choose end-to-end tests by a part of their file name, and the contract suite by that name.
// MIDIREC_WINE=10 does the same on Wine 10, which is fetched, with Node.js 24.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bed, bedEnvironment, lockBed, makeBed, missingTools, stopBed } from './wine-bed.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const CONTRACT_LIMIT_MS = 180_000;
/** Of one file of end-to-end tests. */
const FILE_LIMIT_MS = 600_000;
const CONTRACT = 'contract';
const chosen = process.argv.slice(2);
let failures = 0;

const missing = missingTools();
if (missing.length > 0) {
  process.stderr.write(`test:wine did not run, because this is missing:\n`);
  for (const tool of missing) process.stderr.write(`  ${tool}\n`);
  process.stderr.write(
    'On Debian: apt-get install --no-install-recommends wine wine64 mingw-w64\n' +
      'Everything that needs no winmm.dll is tested by npm test.\n',
  );
  process.exit(1);
}

const { status } = spawnSync('npm', ['run', '--silent', 'build:test'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);
lockBed();
try {
  makeBed();
  if (chosen.length === 0 || chosen.includes(CONTRACT)) {
    runContract('machine-code');
    runContract('register');
  }
  runEndToEnd();
} finally {
  stopBed();
}
process.stdout.write(
  failures === 0 ? 'test:wine passed\n' : `test:wine: ${failures} runs failed\n`,
);
process.exit(failures === 0 ? 0 : 1);

/** Node.js on Wine cannot write to a pipe: its output goes to a file. */
function runContract(callback) {
  const file = join(bed.folder, `contract-${callback}.txt`);
  const output = openSync(file, 'w');
  const test = 'build/test/contract/native.test.js';
  const result = spawnSync('wine', [bed.node, '--test-reporter=spec', test], {
    cwd: bed.app,
    env: {
      ...bedEnvironment,
      MIDIREC_CALLBACK: callback,
      MIDIREC_TEST_SCRIPT: join(root, 'test/wine/contract.script'),
      MIDIREC_TEST_LOG: join(bed.folder, `contract-${callback}.log`),
    },
    stdio: ['ignore', output, output],
    timeout: CONTRACT_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  closeSync(output);
  process.stdout.write(readFileSync(file, 'utf8'));
  if (result.status !== 0) {
    failures++;
    process.stdout.write(
      `contract suite, ${callback} callback: failed (${result.error ?? result.status})\n`,
    );
  }
}

function runEndToEnd() {
  const files = readdirSync(join(root, 'build/test/wine'))
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => chosen.length === 0 || chosen.some((part) => name.includes(part)))
    .map((name) => `build/test/wine/${name}`);
  if (files.length === 0 && chosen.every((part) => part === CONTRACT)) return;
  if (files.length === 0) {
    process.stdout.write(`test:wine: no end-to-end test ${chosen.join(', ')}\n`);
    failures++;
    return;
  }
  mkdirSync(join(bed.folder, 'runs'), { recursive: true });
  // One file at a time: the tests are about time, and the machine may be small.
  const args = [
    '--enable-source-maps',
    '--test',
    '--test-concurrency=1',
    `--test-timeout=${FILE_LIMIT_MS}`,
    '--test-reporter=spec',
  ];
  const result = spawnSync(process.execPath, [...args, ...files], {
    cwd: root,
    env: bedEnvironment,
    stdio: 'inherit',
  });
  if (result.status !== 0) failures++;
}
