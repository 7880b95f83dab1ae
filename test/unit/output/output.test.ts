/** Tests of an output: how buffers travel, whatever kind of driver there is. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Output } from '../../../src/output/output.js';
import {
  MIDIERR_NODEVICE,
  MIDIERR_NOTREADY,
  MMSYSERR_ALLOCATED,
  MMSYSERR_ERROR,
  MMSYSERR_NOERROR,
} from '../../../src/winmm/constants.js';
import { FakeClock, settlePromises } from '../../support/fake-clock.js';
import { countRetired } from '../../support/retired-memory.js';
import { ScriptedOutput } from '../../support/scripted-output.js';

let clock: FakeClock;
let winmm: ScriptedOutput;
beforeEach(() => {
  clock = new FakeClock();
  winmm = new ScriptedOutput(clock);
});

const open = (doneLimitMs?: number) =>
  Output.open({
    winmm,
    clock,
    deviceId: 0,
    name: 'synth',
    ...(doneLimitMs === undefined ? {} : { doneLimitMs }),
  });

/** Lets time pass until `promise` has settled. */
async function finish<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  promise.then(
    () => {
      isSettled = true;
    },
    () => {
      isSettled = true;
    },
  );
  for (let round = 0; round < 3000 && !isSettled; round++) await clock.advanceAsync(10);
  assert.ok(isSettled, 'it takes for ever');
  return promise;
}

/** Whether all memory is where another output can have it, some time later. */
const isAllRetired = () => countRetired(winmm.memory, winmm.ringSlots, clock.nowMs()) > 0;

/** Closes, and looks whether anything is left behind. */
async function closeCleanly(output: Output): Promise<void> {
  const report = await finish(output.close());
  assert.deepEqual(report, { name: 'synth', closed: true, hung: false, gone: false, problem: '' });
  assert.deepEqual(winmm.misuse, []);
  assert.ok(isAllRetired());
  assert.equal(clock.pendingTimers, 0);
}

const sysexOf = (length: number, fill = 1) => {
  const bytes = new Uint8Array(length).fill(fill);
  bytes[0] = 0xf0;
  bytes[length - 1] = 0xf7;
  return bytes;
};

describe('an output over a synchronous driver', () => {
  it('has sent a message when sendLong resolves, without a timer', async () => {
    const output = await open();
    await output.sendLong(sysexOf(5));
    assert.deepEqual(winmm.sentBytes, [...sysexOf(5)]);
    assert.equal(output.bytesSent, 5);
    assert.equal(clock.pendingTimers, 0);
    await closeCleanly(output);
    assert.ok(!winmm.calls.includes('reset'), 'midiOutReset is not for closing');
  });

  it('uses its buffers again, and larger ones for larger messages', async () => {
    const output = await open();
    for (const length of [3, 1024, 9, 5000, 70_000, 4, 5001]) {
      await output.sendLong(sysexOf(length));
    }
    assert.equal(winmm.calls.filter((call) => call === 'prepare').length, 3);
    assert.deepEqual(
      winmm.sent.map(({ bytes }) => bytes.length),
      [3, 1024, 9, 5000, 70_000, 4, 5001],
    );
    await closeCleanly(output);
  });

  it('keeps the order of the calls, waited for or not', async () => {
    const output = await open();
    const all: Promise<void>[] = [];
    for (let number = 0; number < 100; number++) all.push(output.sendLong(sysexOf(4, number)));
    await Promise.all(all);
    assert.deepEqual(
      winmm.sent.map(({ bytes }) => bytes[1]),
      Array.from({ length: 100 }, (_, number) => number),
    );
    await closeCleanly(output);
  });

  it('sends short messages in turn', async () => {
    const output = await open();
    await Promise.all([output.sendLong(sysexOf(4)), output.sendShort(0x403c90)]);
    assert.deepEqual(winmm.calls.slice(-2), ['long', 'short']);
    assert.deepEqual(winmm.shorts, [0x403c90]);
    await closeCleanly(output);
  });
});

describe('an output over an asynchronous driver', () => {
  it('waits for MOM_DONE', async () => {
    winmm.work = () => {};
    const output = await open();
    const sending = output.sendLong(sysexOf(8));
    await clock.advanceAsync(700);
    assert.equal(output.bytesSent, 0);
    winmm.complete(winmm.queue[0]!);
    await finish(sending);
    assert.equal(output.bytesSent, 8);
    await closeCleanly(output);
  });

  it('does not poll while nothing is outstanding', async () => {
    const output = await open();
    await output.sendLong(sysexOf(8));
    await settlePromises();
    assert.equal(clock.pendingTimers, 0);
    await closeCleanly(output);
  });

  it('has small messages in flight together, large ones alone', async () => {
    winmm.work = () => {};
    const output = await open();
    const small = Array.from({ length: 20 }, () => output.submit(sysexOf(10)));
    const large = output.submit(sysexOf(3000));
    await clock.advanceAsync(5);
    assert.equal(winmm.queue.length, 16);
    for (let count = 0; count < 20; count++) {
      winmm.complete(winmm.queue[0]!);
      await clock.advanceAsync(2);
    }
    await Promise.all(small);
    assert.equal(winmm.queue.length, 1);
    winmm.complete(winmm.queue[0]!);
    await finish(Promise.all([large, output.drain()]));
    assert.equal(output.bytesSent, 3200);
    await closeCleanly(output);
  });

  it('accepts MHDR_DONE without MOM_DONE', async () => {
    winmm.work = (pmh) => winmm.setDone(pmh);
    const output = await open();
    for (let count = 0; count < 3; count++) await finish(output.sendLong(sysexOf(8)));
    await closeCleanly(output);
  });

  it('does not take a late MOM_DONE for that of the next message', async () => {
    winmm.work = (pmh) => winmm.setDone(pmh);
    const output = await open();
    await finish(output.sendLong(sysexOf(8)));
    let second = 0;
    winmm.work = (pmh) => {
      second = pmh;
      winmm.callBack(pmh);
    };
    const sending = output.sendLong(sysexOf(9));
    for (let count = 0; count < 10; count++) await clock.advanceAsync(10);
    assert.equal(output.bytesSent, 8);
    winmm.complete(second);
    await finish(sending);
    await closeCleanly(output);
  });

  it('accepts MOM_DONE from a driver that sets no flags', async () => {
    winmm.work = (pmh) => {
      winmm.header(pmh).dwFlags &= 2;
      winmm.queue.length = 0;
      winmm.callBack(pmh);
    };
    const output = await open();
    for (let count = 0; count < 3; count++) await finish(output.sendLong(sysexOf(8)));
    await closeCleanly(output);
  });
});

describe('an output whose driver has its difficulties', () => {
  it('says what midiOutOpen answers, and leaves nothing behind', async () => {
    winmm.onOpen = () => MMSYSERR_ALLOCATED;
    await assert.rejects(open(), { code: 'MMRESULT', result: MMSYSERR_ALLOCATED });
    Object.assign(winmm, { holderOf: (kind: string) => `${kind} user, process 7` });
    await assert.rejects(open(), { message: /already in use \(.*: midiOut user, process 7\)$/ });
    winmm.onOpen = () => MMSYSERR_ERROR;
    const cause = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    Object.assign(winmm, { systemError: () => cause });
    await assert.rejects(open(), { message: /error \(.*: EMFILE: too many open files\)$/, cause });
    assert.ok(isAllRetired());
  });

  it('does not wait for ever for midiOutOpen', async () => {
    let answer = (_result: number) => {};
    winmm.onOpen = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await assert.rejects(finish(open()), {
      code: 'TIMEOUT',
      message: 'midiOutOpen did not return within 10 s (synth)',
    });
    assert.ok(!isAllRetired(), 'the ring is left to the driver');
    answer(MMSYSERR_NOERROR);
    await settlePromises();
    assert.deepEqual(winmm.calls, ['open', 'close'], 'a late answer leaves nothing open');
    assert.ok(isAllRetired());
    assert.deepEqual(winmm.misuse, []);
  });

  it('asks again when it is busy', async () => {
    let answers = 5;
    winmm.onLong = () => (answers-- > 0 ? MIDIERR_NOTREADY : MMSYSERR_NOERROR);
    const output = await open();
    await finish(output.sendLong(sysexOf(8)));
    answers = 5;
    winmm.onShort = () => (answers-- > 0 ? MIDIERR_NOTREADY : MMSYSERR_NOERROR);
    await finish(output.sendShort(0x403c90));
    assert.equal(winmm.sent.length, 1);
    assert.equal(winmm.shorts.length, 1);
    await closeCleanly(output);
  });

  it('does not ask a busy driver for ever', async () => {
    winmm.onLong = () => MIDIERR_NOTREADY;
    const output = await open(300);
    const beganMs = clock.nowMs();
    await assert.rejects(finish(output.sendLong(sysexOf(8))), { result: MIDIERR_NOTREADY });
    assert.ok(clock.nowMs() - beganMs < 400);
    await closeCleanly(output);
  });

  it('does not wait for MOM_DONE of a buffer that was refused, and can go on', async () => {
    const output = await open();
    winmm.onLong = () => MIDIERR_NODEVICE;
    await assert.rejects(output.sendLong(sysexOf(8)), {
      result: MIDIERR_NODEVICE,
      message: /^midiOutLongMsg failed: MIDIERR_NODEVICE \(68\).*\(synth\)$/,
    });
    winmm.onLong = () => MMSYSERR_NOERROR;
    await output.sendLong(sysexOf(9));
    assert.equal(output.bytesSent, 9);
    await closeCleanly(output);
  });

  it('gives up on a driver that never completes: in twice the time on a cable and 5 s', async () => {
    winmm.work = () => {};
    const output = await open();
    const beganMs = clock.nowMs();
    await assert.rejects(finish(output.sendLong(sysexOf(3125))), {
      code: 'TIMEOUT',
      message: 'the driver has not sent 3125 bytes within 7 s (synth)',
    });
    assert.ok(clock.nowMs() - beganMs <= 7020);
    await closeCleanly(output);
    assert.ok(winmm.calls.includes('reset'));
  });

  it('gives up on a driver that hangs in midiOutLongMsg', async () => {
    winmm.onLong = () => new Promise(() => {});
    const output = await open(200);
    await assert.rejects(finish(output.sendLong(sysexOf(8))), {
      code: 'TIMEOUT',
      message: 'midiOutLongMsg did not return within 0.2 s (synth)',
    });
    const report = await finish(output.close());
    assert.equal(report.closed, false);
    assert.equal(report.hung, true);
    assert.ok(!isAllRetired(), 'buffer and ring are left to the driver');
    assert.deepEqual(winmm.misuse, []);
  });

  for (const [what, hang, send] of [
    ['midiOutShortMsg', 'onShort', (output: Output) => output.sendShort(0x403c90)],
    ['midiOutLongMsg', 'onLong', (output: Output) => output.submit(sysexOf(8))],
    ['midiOutPrepareHeader', 'onPrepare', (output: Output) => output.submit(sysexOf(8))],
  ] as const) {
    it(`asks nothing of a driver that hangs in ${what} until it is back`, async () => {
      let comeBack = (_result: number) => {};
      winmm[hang] = () =>
        new Promise((resolve) => {
          comeBack = resolve;
        });
      const output = await open();
      const late = { code: 'TIMEOUT', message: new RegExp(`^${what} did not return within`) };
      await assert.rejects(finish(send(output)), late);
      const asked = winmm.calls.length;
      const beganMs = clock.nowMs();
      const others = [output.sendShort(0x3c80), output.submit(sysexOf(9)), output.sendShort(0xf8)];
      for (const other of others) await assert.rejects(finish(other), late);
      assert.ok(clock.nowMs() - beganMs < 100, 'each other one waits as long');
      assert.equal(winmm.calls.length, asked);
      winmm[hang] = () => MMSYSERR_NOERROR;
      comeBack(MMSYSERR_NOERROR);
      await settlePromises();
      await finish(output.sendShort(0x3c80));
      assert.equal(winmm.shorts.at(-1), 0x3c80);
      await closeCleanly(output);
    });

    it(`does not close it while it hangs in ${what}`, async () => {
      winmm[hang] = () => new Promise(() => {});
      const output = await open();
      await assert.rejects(finish(send(output)), { code: 'TIMEOUT' });
      const { closed, hung, problem } = await finish(output.close());
      assert.deepEqual([closed, hung], [false, true]);
      assert.equal(problem, `${what} did not return`);
      assert.ok(!winmm.calls.includes('close'));
      assert.ok(!isAllRetired());
    });
  }

  it('gives a slow driver its time as long as it goes on', async () => {
    winmm.work = (pmh) => {
      clock.setTimer(150 * winmm.queue.length, () => winmm.complete(pmh));
    };
    const output = await open(200);
    for (let count = 0; count < 8; count++) await finish(output.submit(sysexOf(8)));
    await finish(output.drain());
    assert.equal(output.bytesSent, 64);
    await closeCleanly(output);
  });
});
