// Runs the compiled tests in build/test with node's test runner.
// Arguments name the folders below build/test; without any: unit, contract and e2e. --long: only the files that have
// something left to do then, in full (test/support/long-tests.ts).
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** They take longest: whichever is begun last is alone at the end. */
const FIRST = ['record', 'restore', 'pipelines-shell', 'long-sysex', 'record-thru', 'completions'];
/** So many files of unit tests share a process: to start one, and to load what each of them loads, is half of what they cost. */
const UNITS_AT_ONCE = 8;
/** More than there are cores: the end-to-end tests mostly wait. */
const CONCURRENCY = availableParallelism() + 2;
/** A process that takes longer hangs: it fails, and the others go on. */
const LIMIT_MS = 480_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const isLong = process.argv.includes('--long');
const named = process.argv.slice(2).filter((name) => name !== '--long');
const folders = named.length > 0 ? named : ['unit', 'contract', 'e2e'];
const files = folders.flatMap((folder) =>
  readdirSync(`${root}build/test/${folder}`, { recursive: true })
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter(
      (file) =>
        !isLong || readFileSync(`${root}build/test/${file}`, 'utf8').includes('/long-tests.js'),
    ),
);
if (files.length === 0) {
  process.stderr.write(`run-tests: no test in ${folders.join(', ')}\n`);
  process.exit(1);
}
const flags = [
  '--enable-source-maps',
  '--test',
  `--test-concurrency=${CONCURRENCY}`,
  `--test-timeout=${LIMIT_MS}`,
];
const { status } = spawnSync(process.execPath, [...flags, ...writeProcesses()], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, MIDIREC_LONG_TESTS: isLong ? '1' : '' },
});
process.exit(status ?? 1);

/** @returns files that load those of one process each; node begins them in the order of their names */
function writeProcesses() {
  const folder = 'build/test/processes';
  rmSync(`${root}${folder}`, { recursive: true, force: true });
  mkdirSync(`${root}${folder}`);
  return inOrder().map((together, place) => {
    const name = together.length === 1 ? together[0].replaceAll('/', '-') : 'unit.test.js';
    const path = `${folder}/${String(place).padStart(3, '0')}-${name}`;
    writeFileSync(`${root}${path}`, together.map((file) => `import '../${file}';\n`).join(''));
    return path;
  });
}

/** Those that compute are spread among those that wait. */
function inOrder() {
  const units = files.filter((file) => file.startsWith('unit/')).sort();
  const computing = [];
  while (units.length > 0) computing.push(units.splice(0, UNITS_AT_ONCE));
  const rank = (file) => (FIRST.some((name) => file === `e2e/${name}.test.js`) ? 0 : 1);
  const waiting = files
    .filter((file) => !file.startsWith('unit/'))
    .sort((a, b) => rank(a) - rank(b))
    .map((file) => [file]);
  return [waiting, computing]
    .flatMap((some) => some.map((together, place) => ({ together, at: place / some.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ together }) => together);
}
