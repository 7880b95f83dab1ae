// Assembles src/winmm/native/callback-<arch>.s and prints bytes and offsets as callback-code.ts holds them.
// Usage: node scripts/assemble-callback.js x64|arm64   (needs GNU binutils; exit 3 if they are not there)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Prefixes of the tools' names: the processor's own first, then the plain one on such a processor. */
const PREFIXES = {
  x64: ['x86_64-linux-gnu-', ''],
  arm64: ['aarch64-linux-gnu-', ''],
};

const arch = process.argv[2] ?? 'x64';
if (PREFIXES[arch] === undefined) fail(2, `no source for ${arch}`);
const prefix = PREFIXES[arch].find(
  (name) => (name !== '' || process.arch === arch) && toolsRun(name),
);
if (prefix === undefined) fail(3, `no GNU binutils for ${arch}`);

const source = fileURLToPath(new URL(`../src/winmm/native/callback-${arch}.s`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'midirec-as-'));
try {
  const object = join(folder, 'callback.o');
  const binary = join(folder, 'callback.bin');
  execFileSync(`${prefix}as`, ['-o', object, source]);
  execFileSync(`${prefix}objcopy`, ['-O', 'binary', '-j', '.text', object, binary]);
  const symbols = execFileSync(`${prefix}nm`, [object], { encoding: 'utf8' });
  const hex = readFileSync(binary).toString('hex');
  process.stdout.write(
    `${hex.replace(/.{64}(?=.)/g, '$&\n')}\n` +
      `callbackOffset: ${offsetOf(symbols, 'callback')}\n` +
      `counterOffset: ${offsetOf(symbols, 'counter')}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function toolsRun(name) {
  try {
    for (const tool of ['as', 'objcopy', 'nm']) {
      execFileSync(`${name}${tool}`, ['--version'], { stdio: 'ignore' });
    }
    return true;
  } catch {
    return false;
  }
}

function offsetOf(symbols, name) {
  const line = symbols.split('\n').find((text) => text.endsWith(` ${name}`));
  return `0x${Number.parseInt(line, 16).toString(16).padStart(2, '0')}`;
}

function fail(exitCode, text) {
  process.stderr.write(`assemble-callback: ${text}\n`);
  process.exit(exitCode);
}
