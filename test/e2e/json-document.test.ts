/** docs/json.md tells every name that --json writes, and what it says of numbers is true. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runHosted } from '../support/midirec-host.js';
import { temporaryFolder } from '../support/run-midirec.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../../docs/json.md', import.meta.url)), 'utf8');
const TOLD = new Set([...PAGE.matchAll(/`(\w+)`/g)].map(([, name]) => name));
/** The facts of doctor, in which each system has others. */
const UNTOLD = ['system', 'environment', 'backend', 'listening', 'listed'];

test('every name is told, and no number has more than three decimals', async (t) => {
  const cwd = temporaryFolder(t);
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runHosted(args, { cwd });
    assert.ok(code === 0 || (args[0] === 'diff' && code === 1), `${args}: ${stderr}`);
    return stdout.toString();
  };
  const lines = await run(
    'record',
    '-d',
    'demo',
    '--duration',
    '300ms',
    '--json',
    '-o',
    'take.mid',
  );
  await run(
    'sysex-dump',
    '-d',
    'demo synth',
    '--instrument',
    'dx7',
    '--what',
    'bank',
    '-o',
    'a.syx',
  );
  await run('sysex-dump', '-d', 'demo synth', '--request', 'F0 7D 01 01 F7', '-o', 'b.syx');
  const documents = [
    ...lines.trim().split('\n'),
    ...(await Promise.all(
      [
        ['list'],
        ['show', 'take.mid'],
        ['show', 'a.syx'],
        ['show', '.'],
        ['diff', 'a.syx', 'b.syx'],
        ['doctor', '--no-listen'],
      ].map((args) => run(...args, '--json')),
    )),
  ];
  for (const document of documents) {
    for (const [name, value] of entriesOf(JSON.parse(document))) {
      assert.ok(TOLD.has(name), `docs/json.md does not tell of ${name}`);
      if (typeof value !== 'number') continue;
      assert.match(String(value), /^-?\d+(\.\d{1,3})?$/, name);
    }
  }
});

function entriesOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap(entriesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [name, inner] as [string, unknown],
    ...(UNTOLD.includes(name) ? [] : entriesOf(inner)),
  ]);
}
