// Compiles src/ to build/dist, and puts it together as dist/: a few files, of which each command loads what it needs.
// Installed without development dependencies (from a tarball), there is nothing to build and dist/ is already there.
import { spawnSync } from 'node:child_process';
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

/** Files by name, as others ask for them; the rest are named by what is in them. */
const ENTRIES = {
  main: 'cli/main.js',
  index: 'index.js',
  'call-watch-thread': 'winmm/native/call-watch-thread.js',
  'driver-thread': 'winmm/native/driver-thread.js',
};
/** Parts that the library does not show. */
const WITHOUT_TYPES = ['cli', 'takes', 'playback'];
/** A recording that began before a build loads the rest of its files later. `--clean` leaves none, for a package. */
const STALE_AFTER_MS = process.argv.includes('--clean') ? -1 : 48 * 3_600_000;

if (!existsSync(compiler)) {
  if (existsSync(`${dist}/main.js`)) process.exit(0);
  process.stderr.write('build: typescript is not installed; run npm ci first\n');
  process.exit(1);
}
rmSync(compiled, { recursive: true, force: true });
run(compiler, '-p', `${root}tsconfig.json`);
run(`${root}scripts/instruments.js`, compiled);
await bundle();
copyTypes();
replaceDist();

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

async function bundle() {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  rmSync(fresh, { recursive: true, force: true });
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, file]) => [name, `${compiled}/${file}`]),
    ),
    outdir: fresh,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Names stay: they are what a stack trace tells.
    minifyWhitespace: true,
    minifySyntax: true,
    define: { MIDIREC_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
  copyFileSync(`${compiled}/sysex/instruments/table.json`, `${fresh}/table.json`);
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
  const isEntry = (name) => Object.keys(ENTRIES).some((entry) => name === `${entry}.js`);
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
