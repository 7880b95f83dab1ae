/** What is said where winmm.dll cannot be called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noKoffi, requireWideAddresses } from '../../../../src/winmm/native/koffi-bindings.js';

test('a 32-bit Node.js is refused, with what to install', () => {
  for (const arch of ['ia32', 'arm']) {
    assert.throws(() => requireWideAddresses(arch), { code: 'NO_BACKEND', hint: /x64/ });
  }
  for (const arch of ['x64', 'arm64']) requireWideAddresses(arch);
});

test('what the system says of koffi.node is passed on, in one line, with where to look', () => {
  const blocked = Object.assign(
    new Error('An Application Control policy has blocked this file.\r\n\\\\?\\C:\\koffi.node'),
    { code: 'ERR_DLOPEN_FAILED' },
  );
  const { code, message, hint } = noKoffi(blocked);
  assert.equal(code, 'NO_BACKEND');
  assert.match(
    message,
    /could not be loaded: An Application Control policy .*file\. \\\\\?\\C:\\koffi\.node$/,
  );
  assert.match(hint!, /Smart App Control.*midirec doctor/);
  assert.match(
    noKoffi(new Error('Cannot find the native Koffi module')).hint!,
    /install midirec again/,
  );
});
