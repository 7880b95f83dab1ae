/** The pace of sysex-send: what is given with an option of its own counts more than what a preset says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineSysexSend, paceOf } from '../../../../src/cli/sysex-send/sysex-send-options.js';
import { optionsFrom } from '../../../support/option-bed.js';

const read = (...args: string[]) => optionsFrom(defineSysexSend, ['a.syx', ...args]);

test('paces', () => {
  const none = { chunkBytes: undefined, chunkDelayMs: 0, messageDelayMs: 0 };
  assert.deepEqual(paceOf(read()), { ...none, bytesPerSecond: undefined });
  const roland = { chunkBytes: 128, chunkDelayMs: 20, messageDelayMs: 20, bytesPerSecond: 3125 };
  assert.deepEqual(paceOf(read('--preset', 'Roland')), roland);
  assert.deepEqual(
    paceOf(read('--preset', 'roland', '--chunk', '65536', '--rate', '1', '--delay', '1s')),
    { chunkBytes: 65_536, chunkDelayMs: 20, messageDelayMs: 1000, bytesPerSecond: 1 },
  );
});

test('--wait-reply waits for two seconds if it is not told how long', () => {
  assert.equal(read().waitReply, undefined);
  assert.equal(read('--wait-reply').waitReply, 2000);
  assert.equal(read('--wait-reply', '50ms').waitReply, 50);
});

for (const [args, message] of [
  [['--chunk', '65537'], /^--chunk: '65537' is not a whole number from 1 to 65536$/],
  [['--chunk', '0'], /^--chunk/],
  [['--rate', '0'], /^--rate/],
  [['--preset', 'moog'], /^--preset: there is no preset 'moog'$/],
] as const) {
  test(`${args.join(' ')} is refused`, () => {
    assert.throws(() => read(...args), { message, exitCode: 2 });
  });
}
