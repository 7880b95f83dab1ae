/** Devices are offered by name, and a driver that hangs is not waited for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { listDevices, offerDevices } from '../../../../src/cli/completions/device-offers.js';

const MODULE = new URL('../../../../src/cli/completions/device-offers.js', import.meta.url).href;

test('names, and ids where a name is not enough', () => {
  const devices = ['Keys', 'Synth', 'Keys'].map((name, id) => ({ id, name }));
  assert.deepEqual(offerDevices('input', devices), [
    { word: '0', what: 'Keys' },
    { word: 'Synth', what: 'input 1' },
    { word: '2', what: 'Keys' },
  ]);
});

test('those of the backend that was named', async () => {
  const offers = await listDevices('output', 'embedded', [], false);
  assert.ok(offers.some(({ word }) => word === 'midirec demo synth'));
});

test('the process ends in time, although its thread never comes back', () => {
  const script = `const { endProcessAfter } = await import('${MODULE}'); endProcessAfter(200); for (;;);`;
  const { signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { encoding: 'utf8', timeout: 10_000, killSignal: 'SIGTERM' },
  );
  assert.deepEqual([signal, stdout, stderr], ['SIGKILL', '', '']);
});

test('a process that is done does not wait for the limit', () => {
  const script = `const { endProcessAfter } = await import('${MODULE}'); endProcessAfter(60_000);`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 10_000,
  });
  assert.equal(status, 0);
});
