// The long tests in test/endurance: crashes, faults, fuzz, soak. Minutes, not seconds.
// Arguments choose some of them by a part of their file name; `all`, or none, means all.
// MIDIREC_SEED=N repeats a run, MIDIREC_FUZZ_CASES=N sets its length.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const named = process.argv.slice(2).filter((name) => name !== 'all');
const options = { cwd: root, stdio: 'inherit' };

const built = spawnSync('npm', ['run', '--silent', 'build:test'], options);
if (built.status !== 0) process.exit(1);
const all = readdirSync(`${root}build/test/endurance`).filter((name) => name.endsWith('.test.js'));
const unknown = named.filter((name) => !all.some((file) => file.includes(name)));
if (unknown.length > 0) {
  process.stderr.write(
    `run-endurance: no test ${unknown.join(', ')}; there is ${all.join(', ')}\n`,
  );
  process.exit(2);
}
const files = all
  .filter((file) => named.length === 0 || named.some((name) => file.includes(name)))
  .map((file) => `build/test/endurance/${file}`);
// One at a time: they are about time, and the machine may be small.
const flags = ['--enable-source-maps', '--expose-gc', '--test', '--test-concurrency=1'];
const { status } = spawnSync(
  process.execPath,
  [...flags, '--test-reporter=spec', ...files],
  options,
);
process.exit(status ?? 1);
