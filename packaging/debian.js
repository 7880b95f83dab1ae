// Makes Debian packages of the single programs: package/midirec_VERSION_amd64.deb, and …_arm64.deb.
// Run npm run package first. Needs dpkg-deb.
//
// Usage: node packaging/debian.js [--maintainer "NAME <ADDRESS>"] [--homepage URL]
//   who answers for the packages, and where the project is: this repository does not know
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { writeSums } from './sums.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const tree = join(root, '.package/debian');
/** By Debian's name of the processor. */
const PROGRAMS = { amd64: 'package/midirec', arm64: 'package/arm64/midirec' };

const { values: given } = parseArgs({
  options: { maintainer: { type: 'string' }, homepage: { type: 'string' } },
});
const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const made = Object.keys(PROGRAMS).filter((arch) => existsSync(join(root, PROGRAMS[arch])));
if (!made.includes('amd64')) {
  process.stderr.write('debian: there is no package/midirec; run npm run package first\n');
  process.exit(1);
}
for (const arch of made) makePackage(arch);
writeSums(join(root, 'package'));

function makePackage(arch) {
  const target = join(root, `package/midirec_${version}_${arch}.deb`);

  rmSync(tree, { recursive: true, force: true });
  put('usr/bin/midirec', readFileSync(join(root, PROGRAMS[arch])), 0o755);
  const manual = readFileSync(join(root, 'man/midirec.1'));
  put('usr/share/man/man1/midirec.1.gz', gzipSync(manual, { level: 9 }));
  const completions = {
    bash: 'usr/share/bash-completion/completions/midirec',
    zsh: 'usr/share/zsh/vendor-completions/_midirec',
    fish: 'usr/share/fish/vendor_completions.d/midirec.fish',
  };
  for (const [shell, path] of Object.entries(completions)) {
    put(path, ask('generate', 'completions', shell));
  }
  const unit = readFileSync(join(root, 'packaging/midirec@.service'));
  put('usr/lib/systemd/user/midirec@.service', unit);
  const changelog = readFileSync(join(root, 'CHANGELOG.md'));
  put('usr/share/doc/midirec/changelog.gz', gzipSync(changelog, { level: 9 }));
  put('usr/share/doc/midirec/copyright', readFileSync(join(root, 'package/LICENSES.txt')));
  put('usr/share/doc/midirec/README.md', readFileSync(join(root, 'README.md')));
  put(
    'DEBIAN/control',
    [
      'Package: midirec',
      `Version: ${version}`,
      'Section: sound',
      'Priority: optional',
      `Architecture: ${arch}`,
      // What the node binary inside was linked with.
      'Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6',
      `Installed-Size: ${Math.ceil(sizeOf(tree) / 1024)}`,
      `Maintainer: ${given.maintainer ?? 'the midirec authors <midirec@localhost>'}`,
      ...(given.homepage === undefined ? [] : [`Homepage: ${given.homepage}`]),
      `Description: ${description.split(':', 1)[0]}`,
      ' Standard MIDI Files that are whole at every moment, sysex dumps of any length,',
      ' and a word about everything that was lost.',
      '',
    ].join('\n'),
  );

  // The fastest level of xz: a second more than gzip, a fifth smaller.
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', tree, target]);
  process.stdout.write(`${target}\n`);
}

function put(path, content, mode = 0o644) {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

function ask(...args) {
  // The one for this machine; in the other there is the same text.
  return run(join(root, PROGRAMS.amd64), args);
}

/** @returns {Buffer} what the program printed */
function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args);
  if (status === 0) return stdout;
  process.stderr.write(`${stderr ?? ''}debian: ${command} failed: ${error?.message ?? status}\n`);
  process.exit(1);
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
