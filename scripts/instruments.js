// Puts all files of instruments and their schema into one, where the compiled program reads it.
// Usage: node scripts/instruments.js FOLDER   (build/dist, build/src)
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const from = fileURLToPath(new URL('../src/sysex/instruments/', import.meta.url));
if (process.argv[2] === undefined) throw new Error('usage: node scripts/instruments.js FOLDER');
const to = `${process.argv[2]}/sysex/instruments`;
const read = (name) => JSON.parse(readFileSync(`${from}${name}`, 'utf8'));

const families = readdirSync(`${from}table`, { recursive: true })
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => read(`table/${name}`));
mkdirSync(to, { recursive: true });
writeFileSync(`${to}/table.json`, JSON.stringify({ schema: read('schema.json'), families }));
