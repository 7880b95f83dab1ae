// Runs the compiled tests in build/test with node's test runner.
// Arguments name the folders below build/test; without any: unit, contract and e2e.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
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
const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
