// Runs the compiled tests in build/test with node's test runner.
// Arguments name the folders below build/test; without any: unit, contract and e2e.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const named = process.argv.slice(2);
const folders = named.length > 0 ? named : ['unit', 'contract', 'e2e'];
const files = folders.flatMap((folder) =>
  readdirSync(`${root}build/test/${folder}`, { recursive: true })
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => `build/test/${folder}/${name}`),
);
if (files.length === 0) {
  process.stderr.write(`run-tests: no test in ${folders.join(', ')}\n`);
  process.exit(1);
}
// Two at once even on the smallest machine: the end-to-end tests mostly wait.
const concurrency = Math.max(2, availableParallelism() - 1);
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
});
process.exit(status ?? 1);
