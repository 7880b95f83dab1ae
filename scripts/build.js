// Compiles src/ to build/dist, and puts it together as dist/: a few files, of which each command loads what it needs.
// --tests: compiles src/ and test/ to build/ as well.
// Installed without development dependencies (from a tarball), there is nothing to build and dist/ is already there.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;
const compiled = `${root}build/dist`;
const fresh = `${root}build/dist-new`;
const dist = `${root}dist`;

/**
 * Files by name, as others ask for them; the rest are named by what is in them. What is in one list shares files: nobody
 * loads the program and the library, and a thread starts sooner from a file of its own.
 */
const ENTRIES = [
  { main: 'cli/main.js' },
  { index: 'index.js' },
  { 'call-watch-thread': 'winmm/native/call-watch-thread.js' },
  { 'driver-thread': 'winmm/native/driver-thread.js' },
];
/** Loaded whenever a command that finds devices runs: one file with main, since each file costs half a millisecond. */
const WITH_MAIN = [
  'cli/program.js',
  'cli/list/list-options.js',
  'cli/list/list.js',
  'embedded/drivers/built-in.js',
  'embedded/drivers/streams/stream-error.js',
  'embedded/drivers/streams/stream-ports.js',
  'embedded/drivers/sequencer/sequencer-ports.js',
  'embedded/drivers/raw/raw-devices.js',
];
/** Parts that the library does not show. */
const WITHOUT_TYPES = ['cli', 'takes', 'playback'];
/** A recording that began before a build loads the rest of its files later. `--clean` leaves none, for a package. */
const STALE_AFTER_MS = process.argv.includes('--clean') ? -1 : 48 * 3_600_000;

if (!existsSync(compiler)) {
  if (existsSync(`${dist}/main.js`)) process.exit(0);
  process.stderr.write('build: typescript is not installed; run npm ci first\n');
  process.exit(1);
}
const tests = process.argv.includes('--tests')
  ? start(compiler, '-p', `${root}test/tsconfig.json`)
  : undefined;
rmSync(compiled, { recursive: true, force: true });
run(compiler, '-p', `${root}tsconfig.json`);
if (tests !== undefined) {
  // Before anything below is read: node and esbuild look at the package.json of build/, too.
  const [status] = await tests;
  if (status !== 0) process.exit(status ?? 1);
  run(`${root}scripts/instruments.js`, `${root}build/src`);
}
run(`${root}scripts/instruments.js`, compiled);
await bundle();
copyTypes();
replaceDist();

/** @returns a promise of its status, and signal */
function start(...args) {
  return once(spawn(process.execPath, args, { stdio: 'inherit' }), 'close');
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

async function bundle() {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const options = {
    outdir: fresh,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Names stay: they are what a stack trace tells.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
  };
  rmSync(fresh, { recursive: true, force: true });
  for (const entries of ENTRIES) {
    const [first] = Object.keys(entries);
    const { metafile } = await build({
      ...options,
      // Each list's own: joinMain changes the files of main.
      chunkNames: `${first}-[name]-[hash]`,
      entryPoints: Object.fromEntries(
        Object.entries(entries).map(([name, file]) => [name, `${compiled}/${file}`]),
      ),
      splitting: true,
      metafile: true,
      define: { MIDIREC_VERSION: JSON.stringify(version) },
    });
    if (first === 'main') await joinMain(build, options, metafile.outputs);
  }
  copyFileSync(`${compiled}/sysex/instruments/table.json`, `${fresh}/table.json`);
}

/**
 * Joins what WITH_MAIN names, and all that it imports, to main.js. esbuild makes a file of its own of all that other commands
 * want, too: there would be forty of them.
 */
async function joinMain(build, options, outputs) {
  const nameOf = (path) => path.slice(path.lastIndexOf('/') + 1);
  const files = Object.entries(outputs);
  const parts = new Map();
  const add = ([path, { imports, exports }]) => {
    if (parts.has(nameOf(path))) return;
    parts.set(nameOf(path), exports);
    for (const { kind, path: imported } of imports) {
      if (kind === 'import-statement' && imported in outputs) add([imported, outputs[imported]]);
    }
  };
  for (const file of ['cli/main.js', ...WITH_MAIN]) {
    add(files.find(([, { entryPoint }]) => entryPoint?.endsWith(`build/dist/${file}`)));
  }
  const toMain = {
    name: 'to main',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\// }, ({ path, importer }) => {
        if (!parts.has(nameOf(path))) return { path, external: true };
        return parts.has(nameOf(importer)) || importer === '<stdin>'
          ? undefined
          : { path: './main.js', external: true };
      });
    },
  };
  const contents = [...parts.keys()].map((name) => `export * from './${name}';`).join('\n');
  const others = files.map(([path]) => nameOf(path)).filter((name) => !parts.has(name));
  await build({
    ...options,
    ...{
      entryPoints: others.map((name) => `${fresh}/${name}`),
      plugins: [toMain],
      allowOverwrite: true,
    },
  });
  const joined = await build({
    ...{ ...options, outdir: undefined, outfile: `${fresh}/main.js` },
    ...{ stdin: { contents, resolveDir: fresh }, plugins: [toMain], allowOverwrite: true },
    metafile: true,
  });
  // A name that two of them give to two things is lost.
  const [{ exports }] = Object.values(joined.metafile.outputs);
  const lost = [...parts.values()].flat().filter((name) => !exports.includes(name));
  if (lost.length > 0) throw new Error(`build: two parts of main.js export ${lost}`);
  for (const name of parts.keys()) if (name !== 'main.js') rmSync(`${fresh}/${name}`);
}

function copyTypes() {
  for (const name of readdirSync(compiled, { recursive: true })) {
    if (!name.endsWith('.d.ts') || WITHOUT_TYPES.includes(name.split(/[/\\]/)[0])) continue;
    mkdirSync(dirname(join(fresh, name)), { recursive: true });
    copyFileSync(join(compiled, name), join(fresh, name));
  }
}

/**
 * Puts the new files in their places so that whoever starts midirec meanwhile gets the old ones or the new ones:
 * first those that nobody asks for yet, then the entries, each in one step.
 */
function replaceDist() {
  const names = readdirSync(fresh, { recursive: true }).filter((name) =>
    statSync(join(fresh, name)).isFile(),
  );
  const entries = ENTRIES.flatMap((group) => Object.keys(group));
  const isEntry = (name) => entries.some((entry) => name === `${entry}.js`);
  for (const name of names.toSorted((a, b) => isEntry(a) - isEntry(b))) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    renameSync(join(fresh, name), join(dist, name));
  }
  const now = Date.now();
  for (const name of readdirSync(dist, { recursive: true })) {
    const path = join(dist, name);
    if (names.includes(name) || !statSync(path).isFile()) continue;
    if (now - statSync(path).mtimeMs > STALE_AFTER_MS) rmSync(path);
  }
}
