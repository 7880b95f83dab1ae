/** Every entry of the table is sound, and what is wrong with one is said with its place. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkFamily } from '../../../../src/sysex/instruments/check.js';

const FOLDER = 'src/sysex/instruments/';
const schema = JSON.parse(readFileSync(`${FOLDER}schema.json`, 'utf8'));

function family(change: object = {}) {
  const instrument = {
    id: 'x1',
    name: 'X1',
    sources: ['X1 manual, page 3'],
    tried: false,
    kinds: [
      { id: 'bank', name: 'bank', pattern: 'F0 43 ( [4] ) ss F7', checksum: { rule: 'sum' } },
    ],
    requests: [{ id: 'bank', name: 'bank', send: ['F0 43 00 F7'], answers: ['bank'] }],
    ...change,
  };
  return { maker: 'Maker', makerId: '43', instruments: [instrument] };
}

const TABLES = readdirSync(`${FOLDER}table`, { recursive: true, encoding: 'utf8' });
for (const name of TABLES.filter((path) => path.endsWith('.json'))) {
  test(`${name} is sound`, async () => {
    const entry = JSON.parse(readFileSync(`${FOLDER}table/${name}`, 'utf8'));
    assert.deepEqual(await checkFamily(entry, schema), []);
  });
}

test('a sound entry has no problems', async () => {
  assert.deepEqual(await checkFamily(family(), schema), []);
});

const PROBLEMS: [string, object, string, RegExp][] = [
  ['a property that there is not', { colour: 'red' }, 'instruments/0', /colour/],
  ['no source', { sources: [] }, 'instruments/0/sources', /fewer than 1/],
  [
    'a pattern that is none',
    { kinds: [{ id: 'bank', name: 'bank', pattern: 'F0 4g4 F7' }] },
    'instruments/0/kinds/0/pattern',
    /'4g4' is not a byte/,
  ],
  [
    'a checksum that covers nothing',
    { kinds: [{ id: 'bank', name: 'b', pattern: 'F0 [4] ss F7', checksum: { rule: 'xor' } }] },
    'instruments/0/kinds/0/pattern',
    /what the checksum covers/,
  ],
  [
    'an answer that there is not',
    { requests: [{ id: 'r', name: 'r', send: ['F0 F7'], answers: ['voice'] }] },
    'instruments/0/requests/0/send/0',
    /pattern/,
  ],
  [
    'a field without its bounds',
    { requests: [{ id: 'r', name: 'r', send: ['F0 43 pp F7'], answers: ['bank'] }] },
    'instruments/0/requests/0/send',
    /no 'patches'/,
  ],
  ['a handshake that there is not', { handshake: 'nod' }, 'instruments/0/handshake', /: .*yamaha/],
  ['an instrument like none', { like: ['y'] }, 'instruments/0/like', /no other instrument/],
];

for (const [what, change, place, why] of PROBLEMS) {
  test(what, async () => {
    const problems = await checkFamily(family(change), schema);
    const found = problems.find((problem) => problem.place === place);
    assert.match(found?.why ?? JSON.stringify(problems), why);
  });
}
