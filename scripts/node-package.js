// Fetches one program of an npm package that brings Node.js itself, and checks that it is what it was.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts the program into a folder of its own; what was there before is removed.
 *
 * @param {{ name: string, integrity: string, file: string }} source - the package with its version, what its tarball
 *   must hash to (as in a package-lock.json), and the path of the program in it
 * @param {string} place - the folder
 */
export function fetchNodeProgram({ name, integrity, file }, place) {
  const silent = { stdio: ['ignore', 'ignore', 'inherit'] };
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  execFileSync('npm', ['pack', '--silent', name, '--pack-destination', place], silent);
  const tarball = join(place, readdirSync(place)[0]);
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) {
    rmSync(place, { recursive: true });
    throw new Error(`${name} is not what it was: ${found}`);
  }
  execFileSync('tar', ['-xzf', tarball, '-C', place, '--strip-components=2', file], silent);
  rmSync(tarball);
}
