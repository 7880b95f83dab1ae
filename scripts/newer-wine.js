// Wine 10 beside the Wine of this machine: packages of Debian 13, unpacked into a folder and installed nowhere.
// A program of it runs with that folder as its root, and with all other files of this machine; its process id stays.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SUITE =
  'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main';
const PACKAGES = ['wine', 'wine64', 'dash', 'bash', 'coreutils', 'libc6'];
const PROGRAMS = { wine: '/usr/lib/wine/wine64', wineserver: '/usr/lib/wine/wineserver64' };
const LIBRARIES = 'usr/lib/x86_64-linux-gnu/wine';

/** From the command to the Debian package that has it. */
export const TOOLS = {
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  unshare: 'util-linux',
  gcc: 'gcc',
};

/** What it is made from, for a stamp. */
export const MADE_FROM = [SUITE, ...PACKAGES, ...Object.values(PROGRAMS)];

/** Where Wine's own libraries of Unix are. */
export function unixLibraries(place) {
  return join(place, 'root', LIBRARIES, 'x86_64-unix');
}

/** What says in the DOS program of a DLL that it is Wine's own. */
const MARK = 'Wine builtin DLL';
const MARK_AT = 64;
const MARK_END = 96;

/** The bytes of a DLL as one that Wine takes for its own. */
export function asWinesOwn(bytes) {
  const marked = Buffer.from(bytes).fill(0, MARK_AT, MARK_END);
  marked.write(MARK, MARK_AT, 'latin1');
  return marked;
}

/** Puts the packages into `place`, and beside them programs that run in them. */
export function fetchWine(place) {
  rmSync(place, { recursive: true, force: true });
  const tree = join(place, 'root');
  const apt = join(place, 'apt');
  for (const folder of [tree, join(apt, 'lists/partial'), join(apt, 'archives/partial')]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(join(apt, 'sources.list'), `${SUITE}\n`);
  writeFileSync(join(apt, 'status'), '');
  const options = Object.entries({
    'Dir::State': apt,
    'Dir::State::status': join(apt, 'status'),
    'Dir::Cache': apt,
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'APT::Architecture': 'amd64',
    'APT::Architectures': 'amd64',
    'APT::Sandbox::User': '',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = (tool, args) => execFileSync(tool, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  run('apt-get', [...options, '-qq', 'update']);
  run('apt-get', [
    ...options,
    ...['-qq', 'install', '-y', '--download-only', '--no-install-recommends', ...PACKAGES],
  ]);
  const archives = join(apt, 'archives');
  for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    // Where /bin is a link to usr/bin, it stays one.
    const unpack =
      'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner --keep-directory-symlink';
    run('sh', ['-c', unpack, 'sh', join(archives, file), tree]);
  }
  rmSync(apt, { recursive: true });
  for (const name of ['share/doc', 'share/locale', 'share/man']) {
    rmSync(join(tree, 'usr', name), { recursive: true, force: true });
  }
  // The package's script would do so.
  const zlib = readFileSync(join(tree, 'usr/x86_64-w64-mingw32/lib/zlib1.dll'));
  writeFileSync(join(tree, LIBRARIES, 'x86_64-windows/zlib1.dll'), asWinesOwn(zlib));
  makePrograms(place, tree);
}

function makePrograms(place, tree) {
  const bin = join(place, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh
# In a mount namespace of its own, so that nothing is left of it.
as=
if [ "$(id -u)" -ne 0 ]; then as=--map-root-user; fi
exec unshare $as --mount --propagation private sh -c '
root=$1; program=$2; shift 2
for place in /*; do
  case $place in /usr|/etc|/var|/boot|/bin|/sbin|/lib*) continue ;; esac
  if [ -L "$place" ] || [ ! -d "$place" ]; then continue; fi
  mkdir -p "$root$place"
  mount --rbind "$place" "$root$place"
done
for file in passwd group; do
  if [ ! -e "$root/etc/$file" ]; then : >"$root/etc/$file"; fi
  mount --bind "/etc/$file" "$root/etc/$file"
done
exec chroot "$root" /bin/sh -c "cd \\"\\$1\\"; shift; exec \\"\\$@\\"" sh "$PWD" "$program" "$@"
' sh '${tree}' "PROGRAM" "$@"
`;
  for (const [name, program] of Object.entries(PROGRAMS)) {
    writeFileSync(join(bin, name), script.replace('PROGRAM', program));
    chmodSync(join(bin, name), 0o755);
  }
}
