// Runs the compiled tests in build/test with node's test runner.
// Arguments name the folders below build/test; without any: unit, contract and e2e. --long: only the files that have
// something left to do then, in full (test/support/long-tests.ts).
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isLong = process.argv.includes('--long');
const named = process.argv.slice(2).filter((name) => name !== '--long');
const folders = named.length > 0 ? named : ['unit', 'contract', 'e2e'];
const files = folders.flatMap((folder) =>
  readdirSync(`${root}build/test/${folder}`, { recursive: true })
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => `build/test/${folder}/${name}`)
    .filter((path) => !isLong || readFileSync(root + path, 'utf8').includes('/long-tests.js')),
);
if (files.length === 0) {
  process.stderr.write(`run-tests: no test in ${folders.join(', ')}\n`);
  process.exit(1);
}
// One more than there are cores: the end-to-end tests mostly wait.
const concurrency = availableParallelism() + 1;
// A file that takes longer hangs: it fails, and the others go on.
const LIMIT_MS = 300_000;
const flags = [
  '--enable-source-maps',
  '--test',
  `--test-concurrency=${concurrency}`,
  `--test-timeout=${LIMIT_MS}`,
];
const { status } = spawnSync(process.execPath, [...flags, ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, MIDIREC_LONG_TESTS: isLong ? '1' : '' },
});
process.exit(status ?? 1);
