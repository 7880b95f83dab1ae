/** Linux without a part of it: no libasound.so.2, no instrument. Comes last, for it takes the virtual devices away. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { describe, test } from 'node:test';
import { AlsaRun, FEW_BUFFERS } from '../support/alsa-bed.js';
import { temporaryFolder } from '../support/run-midirec.js';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/libasound.so.2';

describe('Linux without a part of it', () => {
  test('without libasound there are the raw devices, and doctor says what is missing', async (test) => {
    const cwd = temporaryFolder(test);
    const answer = async (...args: string[]) => {
      const { code, stdout, stderr } = await new AlsaRun(cwd, args).finished;
      assert.ok(code === 0 || code === 1, stderr);
      return stdout.toString();
    };
    const raw = await answer('--raw', 'list');
    assert.match(raw, /Virtual Raw MIDI/);
    const library = realpathSync(LIBRARY);
    execFileSync('mount', ['--bind', '/dev/null', library]);
    test.after(() => execFileSync('umount', [library]));
    assert.equal(await answer('list'), raw);
    const told = await answer('doctor');
    assert.match(told, /libasound\.so\.2, which cannot be loaded/);
    assert.match(told, /the package is libasound2/);
  });

  for (const [what, own] of [
    ['in the sequencer', []],
    ['raw', ['--raw']],
  ] as const) {
    test(`no instrument ${what}: record says that it plays the demo`, async (test) => {
      const loaded = execFileSync('lsmod', { encoding: 'utf8' });
      if (/^snd_virmidi /m.test(loaded)) execFileSync('rmmod', ['snd_virmidi']);
      const args = ['record', ...FEW_BUFFERS, '-o', 'take.mid'];
      const run = new AlsaRun(temporaryFolder(test), [...own, ...args]);
      await run.hears('no instrument is there: this is the demo');
      const { code, stderr } = await run.stop();
      assert.equal(code, 0, stderr);
    });
  }
});
