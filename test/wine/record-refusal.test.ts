/** midirec record on winmm.dll: devices that cannot be opened, or that do not stay. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { finishTake, playedEvents, startRecording } from '../support/wine-take.js';

describe('midirec record on winmm.dll, devices that are not to be had', () => {
  it('a device that another program holds is an error that says so, and no file', async () => {
    const script = 'input "Busy"\nfail open 4\n';
    const { result, bytes } = await finishTake(startRecording({ script }, ['-d', 'busy']));
    assert.equal(result.code, 1);
    assert.match(result.stderr, /midiInOpen failed: MMSYSERR_ALLOCATED \(4\)/);
    assert.match(result.stderr, /hint: /);
    assert.equal(bytes, undefined);
  });

  it('without --device, a device in use is named in a warning, and the others are recorded', async () => {
    const script = 'input "Busy"\nfail open 4\ninput "Free"\nnotes 10 every 1ms\n';
    const run = startRecording({ script });
    await run.waitForLog('end of the script', ({ event }) => event === 'end');
    run.kill('SIGINT');
    const { result, bytes } = await finishTake(run);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /Busy/);
    assert.ok(bytes !== undefined);
    assert.equal(playedEvents(bytes)[1]!.length, 10);
  });

  it('no device at all is an error, and no file', async () => {
    const { result, bytes } = await finishTake(startRecording({ script: '# nothing\n' }));
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /hint: /);
    assert.equal(bytes, undefined);
  });

  it('a driver that has no memory, does not start, or takes no buffer: an error, and no file', async () => {
    for (const [fault, name] of [
      ['fail open 7', /MMSYSERR_NOMEM/],
      ['fail start 1', /midiInStart failed: MMSYSERR_ERROR/],
      ['fail prepare 7', /midiInPrepareHeader failed: MMSYSERR_NOMEM/],
      ['fail add 7', /midiInAddBuffer failed: MMSYSERR_NOMEM/],
    ] as const) {
      const script = `input "Faulty"\n${fault}\n`;
      const { result, bytes } = await finishTake(startRecording({ script }, ['-d', '0']));
      assert.equal(result.code, 1, result.stderr);
      assert.match(result.stderr, name);
      assert.equal(bytes, undefined);
    }
  });
});
