// Puts the licenses of midirec and of all that its single programs are made of into one text, from the parts' own files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LINE = `\n${'-'.repeat(80)}\n`;

/**
 * @param {Iterable<string>} parts - folders of packages
 * @param {string} node - folder of a package that has Node.js, with the licenses of what that is made of
 */
export function licensesOf(parts, node) {
  const others = [...parts].sort().map((folder) => `${titleOf(folder)}\n\n${licenseIn(folder)}`);
  const all = [
    `midirec\n\n${licenseIn(root)}`,
    ...others,
    `Node.js, and what it is made of\n\n${licenseIn(node)}`,
  ];
  return `What midirec is made of, and the license of each part.\n${LINE}\n${all.join(`${LINE}\n`)}`;
}

/** What is in koffi's binaries; of these not all have a package.json. */
export const KOFFI_PARTS = ['', '/vendor/node-addon-api', '/vendor/node-api-headers'].map(
  (part) => `${root}node_modules/koffi${part}`,
);

function titleOf(folder) {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return folder.slice(folder.lastIndexOf('/') + 1);
  const { name, version } = JSON.parse(readFileSync(path, 'utf8'));
  return `${name} ${version}`;
}

function licenseIn(folder) {
  const names = readdirSync(folder).filter((name) => /^licen[cs]e\b/i.test(name));
  if (names.length === 0) throw new Error(`there is no license in ${folder}`);
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}
