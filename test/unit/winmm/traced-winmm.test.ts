/** The witness of every call: nothing is changed, everything is told, buffers together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureSession } from '../../../src/capture/session.js';
import { createBuiltInWinMm } from '../../../src/embedded/drivers/built-in.js';
import { MMSYSERR_ALLOCATED, MMSYSERR_NOERROR } from '../../../src/winmm/constants.js';
import { traceWinMm } from '../../../src/winmm/traced-winmm.js';
import type { WinMm } from '../../../src/winmm/winmm.js';
import { FakeClock } from '../../support/fake-clock.js';

test('the life of an input, call by call', async () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const winmm = traceWinMm(createBuiltInWinMm(clock), clock, (line) => lines.push(line));
  assert.equal(winmm.midiInGetNumDevs(), 3);
  assert.equal(winmm.midiInGetNumDevs(), 3);
  assert.equal(winmm.midiInGetDevCaps(2).caps?.szPname, 'midirec loopback');
  const session = await CaptureSession.open({
    winmm,
    clock,
    devices: [{ deviceId: 2, name: 'midirec loopback' }],
    buffers: 4,
    bufferSize: 64,
  });
  await session.start(() => {});
  await session.close();
  winmm.dispose();
  const text = lines.join('\n');
  assert.match(text, /^midiInGetNumDevs\(\) = 3\nmidiInGetDevCaps\(2\) = MMSYSERR_NOERROR, "midi/);
  assert.match(text, /\nmidiInOpen\(2\) = MMSYSERR_NOERROR, handle \w+\n/);
  assert.match(
    text,
    /\nmidiInPrepareHeader\((\w+)\) = MMSYSERR_NOERROR × 4\nmidiInAddBuffer\(\1\) = MMSYSERR_NOERROR × 4\nmidiInStart\(\1\) = MMSYSERR_NOERROR\n/,
  );
  assert.match(text, /\nmidiInReset\(\w+\) = MMSYSERR_NOERROR\n/);
  assert.match(text, /\nmidiInClose\(\w+\) = MMSYSERR_NOERROR$/);
});

test('what fails is told at once, what hangs after a second', async () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  let answer = (_result: number) => {};
  const winmm = {
    backend: 'embedded',
    midiInAddBuffer: () => MMSYSERR_ALLOCATED,
    midiInPrepareHeader: () => MMSYSERR_NOERROR,
    midiInReset: () =>
      new Promise<number>((resolve) => {
        answer = resolve;
      }),
  } as unknown as WinMm;
  const traced = traceWinMm(winmm, clock, (line) => lines.push(line));
  assert.equal(traced.backend, 'embedded');
  traced.midiInPrepareHeader(0x12345678, 16, 112);
  traced.midiInAddBuffer(0x12345678, 16, 112);
  const reset = traced.midiInReset(7);
  await clock.advanceAsync(1500);
  answer(MMSYSERR_NOERROR);
  assert.equal(await reset, MMSYSERR_NOERROR);
  assert.deepEqual(lines, [
    'midiInPrepareHeader(0x12345678) = MMSYSERR_NOERROR',
    'midiInAddBuffer(0x12345678) = MMSYSERR_ALLOCATED (4)',
    'midiInReset(7): no answer for 1 s',
    'midiInReset(7) = MMSYSERR_NOERROR (1500.0 ms)',
  ]);
});
