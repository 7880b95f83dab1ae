/** The bytes of the callback are what its source assembles to, and the source keeps to its registers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { callbackCodeFor } from '../../../../src/winmm/native/callback-code.js';

const NO_BINUTILS = 3;

for (const arch of ['x64', 'arm64']) {
  test(`the bytes for ${arch} are what callback-${arch}.s assembles to`, (t) => {
    const script = 'scripts/assemble-callback.js';
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, arch], {
      encoding: 'utf8',
    });
    if (status === NO_BINUTILS) {
      t.skip(stderr.trim());
      return;
    }
    assert.equal(status, 0, stderr);
    const code = callbackCodeFor(arch);
    assert.ok(code !== undefined);
    const hex = Buffer.from(code.bytes).toString('hex');
    const lines = stdout.split('\n').filter((line) => line !== '');
    assert.equal(hex, lines.slice(0, -2).join(''));
    const offsets = [code.callbackOffset, code.counterOffset].map(
      (offset) => `0x${offset.toString(16).padStart(2, '0')}`,
    );
    assert.deepEqual(lines.slice(-2), [
      `callbackOffset: ${offsets[0]}`,
      `counterOffset: ${offsets[1]}`,
    ]);
  });
}

test('there is no code for other processors', () => {
  assert.equal(callbackCodeFor('ia32'), undefined);
});

test('the x64 source uses only registers that a callback may change, and no stack', () => {
  const used = instructions('x64', '#').match(/\b(r[a-z0-9]+|e[a-z]{2}|[a-d][lh])\b/g) ?? [];
  const volatile = /^(r[acd]x|e[acd]x|r(8|9|10|11)d?|rsp|ret|rdtsc|reserve)$/;
  assert.deepEqual(
    used.filter((name) => !volatile.test(name)),
    [],
  );
  assert.doesNotMatch(instructions('x64', '#'), /\b(push|pop|call)\b/);
});

test("the AArch64 source uses only x0 to x16: x18 is the system's, the others belong to the caller", () => {
  const used = instructions('arm64', '//').match(/\b[xw]\d+\b/g) ?? [];
  assert.ok(used.length > 0);
  assert.deepEqual(
    used.filter((name) => Number(name.slice(1)) > 16),
    [],
  );
  assert.doesNotMatch(instructions('arm64', '//'), /\b(sp|bl|blr)\b/);
});

/** The source without its comments. */
function instructions(arch: string, comment: string): string {
  return readFileSync(`src/winmm/native/callback-${arch}.s`, 'utf8')
    .split('\n')
    .map((line) => line.split(comment)[0])
    .join('\n');
}
