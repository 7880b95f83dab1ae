/** docs/json.md tells every kind of loss and every reason to stop that --json can name. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string) => readFileSync(ROOT + path, 'utf8');

for (const [path, type] of [
  ['src/capture/loss-ledger.ts', 'LossKind'],
  ['src/cli/process/stop-requests.ts', 'StopReason'],
] as const) {
  test(`${type} is told in docs/json.md`, () => {
    const page = read('docs/json.md');
    const [, union = ''] = new RegExp(`type ${type} =(.*?');`, 's').exec(read(path)) ?? [];
    const names = [...union.matchAll(/\| '([^']+)'/g)].map(([, name]) => name);
    assert.ok(names.length > 10, `${type} is read as it is meant: ${names}`);
    for (const name of names) assert.ok(page.includes(`\`${name}\``), name);
  });
}
