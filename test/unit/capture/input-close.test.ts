/** Closing: in the right order, bounded, and never with memory freed under a driver. */
import assert from 'node:assert/strict';
import type { Input } from '../../../src/capture/input.js';
import {
  MIDIERR_STILLPLAYING,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MMSYSERR_ERROR,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
} from '../../../src/winmm/constants.js';
import type { ScriptedFunction } from '../../support/call-scripts.js';
import { type CaptureBed, captureTest, rowsOf } from '../../support/capture-bed.js';
import { settlePromises } from '../../support/fake-clock.js';

const NOTE_ON = 0x403c90;
const KEPT = { liveBlocks: 2, openHandles: 1, pendingTimers: 0 };

async function close(bed: CaptureBed, input: Input) {
  const closing = input.close();
  const tookMs = await bed.timeUntil(closing);
  input.finish();
  return { ...(await closing), tookMs };
}

/** What has come out, without times. */
function received(input: Input): string[] {
  return rowsOf(input.intake.batch).map(([, , kind, bytes]) => `${kind} ${bytes}`);
}

captureTest('stop, reset, unprepare each, close: in this order, once', async (bed) => {
  const input = await bed.startInput({ buffers: 2 });
  assert.equal((await close(bed, input)).problem, '');
  assert.equal(await input.close(), await input.close());
  assert.deepEqual(
    bed.winmm.calls.map((call) => call.replace(' keys', '')).slice(6),
    ['Stop', 'Reset', 'UnprepareHeader', 'UnprepareHeader', 'Close'].map((name) => `midiIn${name}`),
  );
});

captureTest('an input that was never started is closed as well', async (bed) => {
  const input = await bed.openInput();
  assert.deepEqual(await close(bed, input), {
    name: 'keys',
    closed: true,
    hung: false,
    gone: false,
    problem: '',
    tookMs: 0,
  });
});

captureTest('what comes in while closing is taken, until the device is closed', async (bed) => {
  const input = await bed.startInput();
  bed.device.long([0xf0, 1]);
  const { device } = bed;
  bed.winmm.script('midiInStop', {
    delayMs: 40,
    meanwhile: () => {
      bed.clock.setTimer(10, () => device.long([2, 3]));
      bed.clock.setTimer(20, () => device.short(0xf8));
    },
  });
  bed.winmm.script('midiInReset', { delayMs: 5, meanwhile: () => device.long([4]) });
  bed.winmm.script('midiInClose', { delayMs: 5, meanwhile: () => device.short(NOTE_ON) });
  assert.equal((await close(bed, input)).closed, true);
  assert.deepEqual(received(input), ['short f8', 'broken f0 01 02 03 04', 'short 90 3c 40']);
  assert.deepEqual(bed.losses, { 'incomplete-sysex': 1 });
});

captureTest(
  'a buffer that stop returns has the time of its arrival, whatever its stamp',
  async (bed) => {
    const input = await bed.startInput();
    const { device } = bed;
    bed.clock.advance(500);
    bed.winmm.script('midiInStop', {
      meanwhile: () => device.long([0xf0, 1], { wMsg: MIM_LONGERROR, dwParam2: 86_400_000 }),
    });
    await close(bed, input);
    assert.deepEqual(bed.losses, { 'incomplete-sysex': 1 });
    assert.equal(rowsOf(input.intake.batch)[0]![0], 500);
  },
);

captureTest('a sysex whose end comes with the reset is whole', async (bed) => {
  const input = await bed.startInput();
  bed.device.long([0xf0, 1]);
  const { device } = bed;
  bed.winmm.script('midiInReset', { meanwhile: () => device.long([2, 0xf7]) });
  await close(bed, input);
  assert.deepEqual(received(input), ['sysex f0 01 02 f7']);
  assert.deepEqual(bed.losses, {});
});

captureTest(
  'buffers that reset returns later, or without a callback, are waited for',
  async (bed) => {
    const input = await bed.startInput();
    const { device } = bed;
    bed.winmm.script('midiInReset', {
      result: MMSYSERR_NOERROR,
      meanwhile: () => {
        const queue = [...device.open!.queue];
        device.open!.queue.length = 0;
        bed.clock.setTimer(700, () => {
          device.open!.queue.push(...queue);
          device.long([0xf0, 5, 0xf7], { withoutCallback: true });
          while (device.queued > 0) device.long([], { withoutCallback: true });
        });
      },
    });
    const { closed, tookMs } = await close(bed, input);
    assert.equal(closed, true);
    assert.ok(tookMs >= 700 && tookMs < 720);
    assert.deepEqual(received(input), ['sysex f0 05 f7']);
  },
);

captureTest('a driver that calls back after close reaches nothing of ours', async (bed) => {
  const input = await bed.startInput();
  const { device } = bed;
  await close(bed, input);
  device.short(NOTE_ON);
  device.callBack(MIM_LONGDATA, 1);
  assert.equal(input.poll(), 0);
  assert.deepEqual(received(input), []);
});

captureTest(
  'a driver that answers late, when its handle was given up, changes nothing',
  async (bed) => {
    const input = await bed.startInput();
    bed.winmm.script('midiInReset', { delayMs: 30_000 });
    const { closed, hung, problem, tookMs } = await close(bed, input);
    assert.deepEqual(
      [closed, hung, problem, tookMs],
      [false, true, 'midiInReset did not return', 2000],
    );
    await bed.clock.advanceAsync(30_000);
    await settlePromises();
    assert.equal(bed.winmm.callCount('midiInClose'), 0);
    bed.leaves = KEPT;
  },
);

const CLOSING: ScriptedFunction[] = [
  'midiInStop',
  'midiInReset',
  'midiInUnprepareHeader',
  'midiInClose',
];

for (const name of CLOSING) {
  captureTest(`${name} hangs: the handle is abandoned within 2 s, its memory kept`, async (bed) => {
    const input = await bed.startInput();
    bed.device.short(NOTE_ON);
    bed.winmm.script(name, { hangs: true });
    const { closed, hung, problem, tookMs } = await close(bed, input);
    assert.deepEqual([closed, hung, problem], [false, true, `${name} did not return`]);
    assert.equal(tookMs, 2000);
    assert.deepEqual(received(input), ['short 90 3c 40']);
    bed.leaves = KEPT;
  });

  captureTest(`${name} takes 1.9 s: waited for`, async (bed) => {
    const input = await bed.startInput();
    bed.winmm.script(name, { delayMs: 1900, times: 1 });
    const { closed, problem, tookMs } = await close(bed, input);
    assert.deepEqual([closed, problem, tookMs], [true, '', 1900]);
  });
}

captureTest('midiInStop fails: no matter', async (bed) => {
  const input = await bed.startInput();
  bed.winmm.script('midiInStop', { result: MMSYSERR_ERROR, worksAnyway: true });
  assert.equal((await close(bed, input)).problem, '');
});

captureTest('midiInReset fails and returns nothing: memory stays with the driver', async (bed) => {
  const input = await bed.startInput();
  bed.winmm.script('midiInReset', { result: MMSYSERR_ERROR });
  const { closed, hung, problem, tookMs } = await close(bed, input);
  assert.deepEqual([closed, hung], [false, false]);
  assert.match(
    problem,
    /^midiInReset failed: MMSYSERR_ERROR \(1\); midiInUnprepareHeader failed: MIDI/,
  );
  assert.ok(tookMs <= 5000);
  // The fake driver counts these calls as misuse, since its reset did nothing.
  bed.winmm.misuse.length = 0;
  bed.leaves = KEPT;
});

captureTest(
  'midiInReset fails but has returned the buffers: closed, no memory lost',
  async (bed) => {
    const input = await bed.startInput();
    bed.winmm.script('midiInReset', { result: MMSYSERR_NODRIVER, worksAnyway: true });
    const { closed, problem, tookMs } = await close(bed, input);
    assert.deepEqual(
      [closed, problem, tookMs],
      [true, 'midiInReset failed: MMSYSERR_NODRIVER (6)', 0],
    );
  },
);

captureTest('midiInUnprepareHeader fails: closed nevertheless, no memory lost', async (bed) => {
  const input = await bed.startInput();
  bed.winmm.script('midiInUnprepareHeader', { result: MMSYSERR_INVALHANDLE });
  const { closed, problem, tookMs } = await close(bed, input);
  assert.equal(closed, true);
  assert.equal(problem, 'midiInUnprepareHeader failed: MMSYSERR_INVALHANDLE (5)');
  assert.equal(tookMs, 0);
  // All are asked for together; nothing is asked again.
  assert.equal(bed.winmm.callCount('midiInUnprepareHeader'), 4);
});

captureTest('midiInClose fails: abandoned, memory kept', async (bed) => {
  const input = await bed.startInput();
  bed.winmm.script('midiInClose', { result: MMSYSERR_INVALHANDLE });
  const { closed, hung, problem } = await close(bed, input);
  assert.deepEqual(
    [closed, hung, problem],
    [false, false, 'midiInClose failed: MMSYSERR_INVALHANDLE (5)'],
  );
  bed.leaves = { ...KEPT };
});

captureTest(
  'a buffer that never comes back: bounded, and memory kept even if close succeeds',
  async (bed) => {
    const input = await bed.startInput();
    const { device } = bed;
    bed.winmm.script('midiInReset', { meanwhile: () => device.open!.queue.splice(1, 1) });
    const { closed, tookMs } = await close(bed, input);
    assert.equal(closed, true);
    assert.equal(tookMs, 2000);
    bed.leaves = { liveBlocks: 1, openHandles: 0, pendingTimers: 0 };
  },
);

captureTest('STILLPLAYING for ever: given up after 5 s in all', async (bed) => {
  const input = await bed.startInput();
  bed.winmm.script('midiInReset', { delayMs: 1500 });
  bed.winmm.script('midiInUnprepareHeader', { result: MIDIERR_STILLPLAYING });
  bed.winmm.script('midiInClose', { result: MIDIERR_STILLPLAYING });
  const { closed, hung, problem, tookMs } = await close(bed, input);
  assert.deepEqual([closed, hung], [false, false]);
  assert.match(
    problem,
    /midiInUnprepareHeader failed: MIDIERR_STILLPLAYING \(65\); midiInClose failed/,
  );
  assert.ok(tookMs >= 4900 && tookMs <= 5010, `${tookMs}`);
  bed.leaves = KEPT;
});

captureTest('every call slow, none hung: 5 s in all', async (bed) => {
  const input = await bed.startInput();
  for (const name of CLOSING) bed.winmm.script(name, { delayMs: 1900 });
  const { closed, tookMs } = await close(bed, input);
  assert.equal(closed, false);
  assert.equal(tookMs, 5000);
  await bed.clock.advanceAsync(2000);
  bed.leaves = KEPT;
});

captureTest('what a driver says after MIM_CLOSE is not taken', async (bed) => {
  const input = await bed.startInput();
  bed.device.short(NOTE_ON);
  const { device, winmm } = bed;
  const midiInClose = winmm.midiInClose.bind(winmm);
  winmm.midiInClose = async (handle) => {
    const result = await midiInClose(handle);
    for (let count = 0; count < 10; count++) device.short(0x7f7f90, 0);
    return result;
  };
  assert.equal((await close(bed, input)).closed, true);
  assert.deepEqual(received(input), ['short 90 3c 40']);
  assert.deepEqual(bed.losses, {});
});
