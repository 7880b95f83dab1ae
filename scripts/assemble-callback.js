// Assembles src/winmm/native/callback-<arch>.s and prints the bytes as callback-<arch>.ts holds them.
// Usage: node scripts/assemble-callback.js x64   (needs GNU as and objcopy)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOOLS = {
  x64: { as: 'as', objcopy: 'objcopy' },
  arm64: { as: 'aarch64-linux-gnu-as', objcopy: 'aarch64-linux-gnu-objcopy' },
};

const arch = process.argv[2] ?? 'x64';
const tools = TOOLS[arch];
if (tools === undefined) {
  process.stderr.write(`assemble-callback: no source for ${arch}\n`);
  process.exit(2);
}
const source = fileURLToPath(new URL(`../src/winmm/native/callback-${arch}.s`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'midirec-as-'));
try {
  const object = join(folder, 'callback.o');
  const binary = join(folder, 'callback.bin');
  execFileSync(tools.as, ['-o', object, source]);
  execFileSync(tools.objcopy, ['-O', 'binary', '-j', '.text', object, binary]);
  const hex = readFileSync(binary).toString('hex');
  process.stdout.write(`${hex.replace(/.{64}/g, '$&\n').trimEnd()}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
