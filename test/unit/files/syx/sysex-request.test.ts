/** Tests of reading a request from the command line: hex text or a file. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSysexRequest } from '../../../../src/files/syx/sysex-request.js';

const REQUEST = Uint8Array.of(0xf0, 0x7e, 0x7f, 0x06, 0x01, 0xf7);
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'midirec-request-'));
  writeFileSync(join(folder, 'one.syx'), REQUEST);
  writeFileSync(join(folder, 'two.txt'), '# twice\nF0 7E 7F 06 01 F7\nF0 7E 7F 06 01 F7\n');
  writeFileSync(join(folder, 'cut.syx'), REQUEST.subarray(0, 4));
  writeFileSync(join(folder, 'more.syx'), Uint8Array.of(...REQUEST, 0x00));
});

after(() => rmSync(folder, { recursive: true }));

test('hex text and files of both kinds are read', async () => {
  assert.deepEqual(await readSysexRequest('F0 7E 7F 06 01 F7'), [REQUEST]);
  assert.deepEqual(await readSysexRequest('f07e7f0601f7 f0f7'), [
    REQUEST,
    Uint8Array.of(0xf0, 0xf7),
  ]);
  const long = `F0 ${'01 '.repeat(3000)}F7`;
  assert.equal((await readSysexRequest(long))[0].length, 3002);
  const bytesOf = async (name: string) =>
    (await readSysexRequest(join(folder, name))).map((message) => [...message]);
  assert.deepEqual(await bytesOf('one.syx'), [[...REQUEST]]);
  assert.deepEqual(await bytesOf('two.txt'), [[...REQUEST], [...REQUEST]]);
});

for (const [text, code, message] of [
  ['F0 7E 7', 'USAGE', /^--request: 7 has an odd number/],
  ['F0 7E 7F 06 01', 'USAGE', /^--request does not end with F7/],
  ['7E F7', 'USAGE', /^--request does not begin with F0/],
  ['', 'USAGE', /^--request is empty/],
  ['dx7.syx', 'USAGE', /dx7\.syx is neither hex text nor a file/],
  ['@/cut.syx', 'BAD_FILE', /the only message at offset 0 .* is cut off/],
  ['@/more.syx', 'BAD_FILE', /1 byte outside F0…F7 at offset 6/],
  ['@', 'INPUT_UNREADABLE', /cannot read/],
] as const) {
  test(`refuses ${JSON.stringify(text)}`, async () => {
    const run = readSysexRequest(text.replace('@', folder));
    await assert.rejects(run, { code, message });
  });
}
