// The packages that midirec is compared with: fetched into a folder of their own, never dependencies.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bed } from '../scripts/wine-bed.js';

const VERSIONS = {
  '@julusian/midi': '3.8.1',
  'jazz-midi': '1.7.9',
  midievents: '2.0.0',
  'midi-parser': '1.0.1',
  '@lachenmayer/midi-messages': '1.0.1',
};

const folder = join(bed.folder, 'peers');

/** The file from which the peers' modules are found: for createRequire. */
export const peerModules = join(folder, 'package.json');

/** Loads a peer that runs anywhere; `file` is another one than its main one. */
export function loadPeer(name, file) {
  return createRequire(peerModules)(file === undefined ? name : `${name}/${file}`);
}

/** `name version`, for tables. */
export function describePeer(name) {
  return `${name} ${VERSIONS[name]}`;
}

/** Fetches what is not there yet: the builds for Windows on x86-64, nothing of theirs being run. */
export function fetchPeers() {
  const wanted = `${JSON.stringify({ private: true, dependencies: VERSIONS }, null, 2)}\n`;
  const stamp = join(folder, 'fetched.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write(`bench: fetching ${Object.keys(VERSIONS).join(', ')}\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(peerModules, wanted);
  const flags = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--silent', '--no-package-lock'];
  execFileSync('npm', ['install', ...flags], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(stamp, wanted);
}
