/** midirec complete on winmm.dll: names as drivers give them, and none of a driver that hangs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runOnWine } from '../support/wine-run.js';

/** The driver has a second, and the end of the process some time on a busy machine; midirec list would take 10 s. */
const END_MS = 6000;

describe('midirec complete on winmm.dll', () => {
  it('offers names, and ids where a name is not enough', async () => {
    const script = 'input "Piano"\ninput "Keys"\ninput "Piano"\noutput "Synth"\n';
    const { code, stdout, stderr } = await runOnWine(['complete', '--', 'record', '-d', ''], {
      script,
    });
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, '\n0\tPiano\nKeys\tinput 1\n2\tPiano\n');
  });

  it('offers nothing, says nothing and ends in time if a driver hangs', async () => {
    const startMs = performance.now();
    const { stdout, stderr } = await runOnWine(['complete', '--', 'play', 'a.mid', '-d', ''], {
      script: 'input "Hanging"\noutput "Hanging"\nhang caps forever\n',
      limitMs: 2 * END_MS,
    });
    assert.deepEqual([stdout, stderr], ['', '']);
    assert.ok(performance.now() - startMs < END_MS, 'too slow');
  });
});
