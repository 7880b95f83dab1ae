// koffi inside the single program. A shared library can only be loaded from a file, so the asset is
// unpacked to a folder of the user's, and what is there is loaded only if it is, byte for byte,
// what was packed.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getRawAsset } from 'node:sea';

// KOFFI_SHA256 is put in when the program is made.
const folder = join(
  process.env.LOCALAPPDATA ?? process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'midirec',
);
const path = join(folder, `koffi-${KOFFI_SHA256.slice(0, 16)}.node`);

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function isUnpacked() {
  try {
    return sha256(readFileSync(path)) === KOFFI_SHA256;
  } catch {
    return false;
  }
}

if (!isUnpacked()) {
  const bytes = new Uint8Array(getRawAsset('koffi.node'));
  if (sha256(bytes) !== KOFFI_SHA256) throw new Error('the koffi inside midirec is damaged');
  mkdirSync(folder, { recursive: true });
  // Two programs that start together each write a file of their own; the last name given wins.
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (!isUnpacked()) throw error;
  }
}

const native = { exports: {} };
process.dlopen(native, path);
export default native.exports;
