/** docs/driver-interface.md speaks of files, names and tests that are there, and of every test that it lists. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string) => readFileSync(ROOT + path, 'utf8');
const PAGE = read('docs/driver-interface.md');

/** Rows of the page's tables, each as its cells. */
const rows = PAGE.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('|---'))
  .map((line) => line.slice(2, -2).split(' | '));

const TEST_ID = /\b[CUW]\d+\b/g;
const tests = rows.flatMap(([id = '', file = '', name = '']) =>
  /^[CUW]\d+$/.test(id) ? [{ id, file: file.replaceAll('`', ''), name }] : [],
);
const sentences = rows.filter(
  (cells) => cells.length === 3 && !/^[CUW]\d+$|^test$/.test(cells[0]!),
);

test('the page is read as it is meant', () => {
  assert.ok(tests.length > 60 && sentences.length > 50, `${tests.length}, ${sentences.length}`);
});

test('every test of the page is there, under its name', () => {
  for (const { id, file, name } of tests) {
    assert.ok(existsSync(ROOT + file), `${id}: there is no ${file}`);
    const source = read(file).replaceAll("\\'", "'");
    const isNamed = ["'", '"', '`'].some((quote) => source.includes(`(${quote}${name}${quote}`));
    const isNamedBelow = source.includes(`\n  '${name}'`) || source.includes(`\n    '${name}'`);
    assert.ok(isNamed || isNamedBelow, `${id}: ${file} has no test '${name}'`);
  }
});

test('every place of the page is there', () => {
  const places = [...PAGE.matchAll(/`([\w/.-]+)#(\w+)`/g)];
  assert.ok(places.length > 60);
  for (const [place, path = '', name = ''] of places) {
    const file = existsSync(`${ROOT}src/${path}`) ? `src/${path}` : path;
    assert.ok(existsSync(ROOT + file), `${place}: there is no such file`);
    assert.match(read(file), new RegExp(`(?<!\\w)${name}(?!\\w)`), `${place}: no such name`);
  }
});

test('every sentence has its place, and what proves it or why nothing can', () => {
  const ids = new Set(tests.map(({ id }) => id));
  assert.equal(ids.size, tests.length, 'a test is listed twice');
  for (const [sentence = '', place = '', proofs = ''] of sentences) {
    if (sentence === 'sentence' || sentence === 'message' || sentence === 'case') continue;
    if (/\(C\d+/.test(sentence)) continue;
    assert.ok(/`|^not here: see below$/.test(place), sentence);
    assert.ok(proofs.trim() !== '' || place === 'not here: see below', sentence);
    for (const id of proofs.match(TEST_ID) ?? []) assert.ok(ids.has(id), `${id}: ${sentence}`);
  }
});

test('no test is listed in vain', () => {
  const cited = new Set(sentences.flatMap((cells) => cells.join(' ').match(TEST_ID) ?? []));
  assert.deepEqual(
    tests.map(({ id }) => id).filter((id) => !cited.has(id)),
    [],
  );
});
