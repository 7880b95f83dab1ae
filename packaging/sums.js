// Writes the SHA-256 of every file in a folder to SHA256SUMS in it, as sha256sum --check reads them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'SHA256SUMS';

/** @param {string} folder - with folders in it */
export function writeSums(folder) {
  const lines = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== NAME)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${hash}  ${path.slice(join(folder, '/').length)}\n`;
    });
  writeFileSync(join(folder, NAME), lines.join(''));
}
