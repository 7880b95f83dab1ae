/** What a recording sends: messages passed on, clicks, and the take that begins behind the count-in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Backing, withBacking } from '../../../../src/cli/record/record-backing.js';
import { defineRecord } from '../../../../src/cli/record/record-options.js';
import { RecordThru } from '../../../../src/cli/record/record-thru.js';
import { tempoOf } from '../../../../src/files/smf/tempo-track.js';
import type { EventBatch } from '../../../../src/midi/event-batch.js';
import {
  MIDIERR_NOTREADY,
  MMSYSERR_ERROR,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
} from '../../../../src/winmm/constants.js';
import { backendOver } from '../../../support/backend-bed.js';
import { rowsOf } from '../../../support/capture-bed.js';
import { ConsoleLog } from '../../../support/console-log.js';
import { FakeClock, settlePromises } from '../../../support/fake-clock.js';
import { optionsFrom } from '../../../support/option-bed.js';
import { ScriptedOutput } from '../../../support/scripted-output.js';
import { smfOf } from '../../../support/smf-notation.js';
import { batchOf, type EventNotation } from '../../../support/smf-takes.js';

class Bed {
  readonly clock = new FakeClock();
  readonly winmm = new ScriptedOutput(this.clock);
  readonly log = new ConsoleLog();
  thru: RecordThru | undefined;
  backing: Backing | undefined;
  /** By how much a reading of the session's clock is late: the process was preempted. */
  lateMs = 0;

  /** Opens what `args` ask for, as a recording does, and starts it. */
  async start(...args: string[]): Promise<RecordThru> {
    const backend = backendOver(this.winmm, this.clock);
    const options = optionsFrom(defineRecord, args);
    const { backing } = this;
    this.thru = await RecordThru.open(withBacking(options, backing), backend, this.log, backing);
    const nowMs = () => this.clock.nowMs() - 1000 + this.lateMs;
    this.thru.attach({
      zeroMs: 1000,
      get nowMs() {
        return nowMs();
      },
    });
    this.thru.start();
    return this.thru;
  }

  /** Events come in; @returns those that are left of them */
  arrive(...events: EventNotation[]): EventBatch {
    const batch = batchOf(...events);
    this.thru?.sessionOptions.onArrival?.(batch, 0);
    return batch;
  }

  /** Short messages that were sent since the last time, as hex. */
  takeSent(): string[] {
    return this.winmm.shorts
      .splice(0)
      .map((packed) => Buffer.of(packed, packed >>> 8, packed >>> 16).toString('hex'));
  }

  /** In steps: whoever looks at the clock in between sees it move. */
  async pass(ms: number): Promise<void> {
    await settlePromises();
    for (let passed = 0; passed < ms; passed++) await this.clock.advanceAsync(1);
  }
}

test('without outputs nothing is asked of the session', async () => {
  const bed = new Bed();
  const thru = await bed.start();
  assert.deepEqual(thru.sessionOptions, {});
  assert.equal(await thru.close(), false);
  assert.deepEqual(bed.log.lines, []);
});

test('--thru passes on what comes in, to the channels that it is mapped to', async () => {
  const bed = new Bed();
  await bed.start('--thru', 'synth', '--thru-channel', '1:3');
  bed.arrive([0, '903c40'], [0, '913c40'], [0, 'f8']);
  await bed.pass(0);
  assert.deepEqual(bed.takeSent(), ['923c40', '913c40', 'f80000']);
});

test('what an input has let sound ends when it goes, and the rest at the end', async () => {
  const bed = new Bed();
  const thru = await bed.start('--thru', '0');
  bed.arrive([0, '903c40', 0], [0, '914040', 1]);
  await bed.pass(0);
  bed.takeSent();
  thru.letGo(1);
  await bed.pass(0);
  assert.deepEqual(bed.takeSent(), ['814040']);
  assert.equal(await thru.close(), false);
  assert.deepEqual(bed.takeSent(), ['803c40']);
  assert.equal(bed.winmm.calls.at(-1), 'close');
  assert.match(bed.log.lines.join('\n'), /^tell: passed on 2 messages, 99 % within 0\.0 ms$/m);
});

test('suspended, it lets go of what sounds, and goes on', async () => {
  const bed = new Bed();
  const thru = await bed.start('--thru', '0');
  bed.arrive([0, '903c40']);
  await thru.silence();
  bed.arrive([0, '904040']);
  await bed.pass(0);
  assert.deepEqual(bed.takeSent(), ['903c40', '803c40', '904040']);
});

test('a driver that refuses a message ends it, with a word', async () => {
  const bed = new Bed();
  await bed.start('--thru', '0');
  bed.winmm.onShort = () => MMSYSERR_NODRIVER;
  bed.arrive([0, '903c40']);
  await bed.pass(0);
  assert.match(bed.log.lines.join('\n'), /^warn: --thru has ended: .*MMSYSERR_NODRIVER/);
});

test('an output that takes nothing holds the end up once, however many notes wait', async () => {
  const bed = new Bed();
  const thru = await bed.start('--thru', '0');
  bed.winmm.onShort = () => MIDIERR_NOTREADY;
  for (let key = 0; key < 40; key++) bed.arrive([key, `90${(0x24 + key).toString(16)}40`]);
  let isFailed: boolean | undefined;
  thru.close().then((failed) => {
    isFailed = failed;
  });
  await bed.pass(4990);
  assert.equal(isFailed, undefined);
  await bed.pass(100);
  assert.equal(isFailed, true);
  assert.match(
    bed.log.lines.join('\n'),
    /warn: --thru: synth took nothing for 5 s: notes may still sound\n(?:tell: .*\n)?warn: --thru: 40 messages not sent to synth$/,
  );
  assert.equal(bed.winmm.calls.at(-1), 'close');
});

/** What a driver answers that never comes back. */
const never = () => new Promise<number>(() => {});

test('a driver that hangs ends it, with a word at once, however many notes wait', async () => {
  const bed = new Bed();
  const thru = await bed.start('--thru', '0');
  bed.arrive([0, '903c40']);
  await bed.pass(10);
  bed.winmm.onShort = never;
  for (let key = 0; key < 40; key++) bed.arrive([key, `90${(0x24 + key).toString(16)}40`]);
  await bed.pass(5100);
  const ended = /^warn: --thru has ended: midiOutShortMsg did not return within 5 s \(synth\)$/;
  assert.match(bed.log.lines.join('\n'), ended);
  const closing = thru.close();
  await bed.pass(2100);
  assert.equal(await closing, true);
  assert.deepEqual(bed.log.lines.slice(1), [
    'warn: synth was abandoned: midiOutShortMsg did not return',
    'tell: passed on 1 message, 99 % within 0.0 ms',
    'warn: --thru: 40 messages not sent to synth',
  ]);
});

test('a driver that hangs when the recording is stopped: what it has not sent is counted', async () => {
  const bed = new Bed();
  const thru = await bed.start('--thru', '0');
  bed.winmm.onShort = never;
  for (let key = 0; key < 40; key++) bed.arrive([key, `90${(0x24 + key).toString(16)}40`]);
  await bed.pass(1000);
  const closing = thru.close();
  await bed.pass(6100);
  assert.equal(await closing, true);
  assert.deepEqual(bed.log.lines, [
    'warn: synth was abandoned: midiOutShortMsg did not return',
    'tell: passed on 0 messages, 99 % within 0.0 ms',
    'warn: --thru: 40 messages not sent to synth',
  ]);
});

test('a message that is refused and never sent is counted, and no success', async () => {
  const bed = new Bed();
  const thru = await bed.start('--thru', '0');
  bed.winmm.onShort = () => MMSYSERR_ERROR;
  bed.arrive([0, '903c40']);
  await bed.pass(10);
  bed.winmm.onShort = () => MMSYSERR_NOERROR;
  const closing = thru.close();
  await bed.pass(100);
  assert.equal(await closing, true);
  assert.match(
    bed.log.lines.join('\n'),
    /^warn: --thru: midiOutShortMsg failed: [^\n]*\(synth\); going on[^\n]*\n(?:tell: [^\n]*\n)*warn: --thru: 1 message not sent to synth$/,
  );
});

test('--metronome: clicks from a quarter of a second on; what comes back of them is left out', async () => {
  const bed = new Bed();
  const thru = await bed.start('--metronome', 'synth:2', '--bpm', '120');
  await bed.pass(245);
  assert.deepEqual(bed.takeSent(), []);
  await bed.pass(10);
  assert.deepEqual(bed.takeSent(), ['914c79']);
  await bed.pass(500);
  assert.deepEqual(bed.takeSent(), ['814c40', '914d53']);
  const left = bed.arrive([755, '914d53'], [755, '903c40']);
  assert.deepEqual(
    rowsOf(left).map(([, , , bytes]) => bytes),
    ['90 3c 40'],
  );
  await thru.close();
  assert.ok(bed.log.lines.includes('tell: 1 click came back: left out'), bed.log.lines.join());
});

test('--count-in: the take begins with the first beat behind it', async () => {
  const bed = new Bed();
  const thru = await bed.start('--metronome', '0', '--count-in', '1', '--time-signature', '3/4');
  // A quarter of a second, and three beats of half a second.
  assert.equal(thru.nowMs, -1750);
  await bed.pass(100);
  const early = batchOf([100, '903c40'], [200, '803c40'], [1700, '904040']);
  assert.equal(thru.place(early).count, 0);
  await bed.pass(1900);
  assert.equal(thru.nowMs, 250);
  bed.lateMs = 40;
  assert.deepEqual(rowsOf(thru.place(batchOf([2000, '804040']))), [
    [0, 0, 'short', '90 40 40'],
    [250, 0, 'short', '80 40 40'],
  ]);
  await thru.close();
  assert.match(bed.log.lines.join('\n'), /^warn: 1 note played before the first bar left out/);
});

test('one that cannot be had leaves none open', async () => {
  const bed = new Bed();
  await assert.rejects(bed.start('--thru', '0', '--metronome', 'nobody'), {
    code: 'UNKNOWN_DEVICE',
  });
  assert.equal(bed.winmm.calls.at(-1), 'close');
});

test('an output that is meant twice is opened once', async () => {
  const bed = new Bed();
  const thru = await bed.start('--thru', '0', '--metronome', 'synth');
  assert.equal(bed.winmm.calls.filter((call) => call === 'open').length, 1);
  await thru.close();
  assert.equal(bed.winmm.calls.filter((call) => call === 'close').length, 1);
});

/** Three quarters at 120, in which two notes are struck; the second is not let go. */
function backingOf(): Backing {
  const smf = smfOf([`00 ff580403021808 00 903040 64 803040 64 903240 8768 ff2f00`]);
  return { name: 'backing.mid', smf, known: tempoOf(smf, 1000), ppq: 1000 };
}

test('--play: from the zero of the take on; what comes in is placed from there', async () => {
  const bed = new Bed();
  bed.backing = backingOf();
  const thru = await bed.start('--play', 'backing.mid', '--play-to', 'synth');
  assert.equal(thru.nowMs, -250);
  await bed.pass(245);
  assert.deepEqual(bed.takeSent(), []);
  await bed.pass(10);
  assert.deepEqual(bed.takeSent(), ['903040']);
  const placed = thru.place(batchOf([249, '903c40'], [251, '904040']));
  assert.deepEqual(
    rowsOf(placed).map(([timeMs, , , bytes]) => [timeMs, bytes]),
    [
      [0, '90 3c 40'],
      [1, '90 40 40'],
    ],
  );
  await bed.pass(100);
  assert.deepEqual(bed.takeSent(), ['803040']);
});

test('--play: stopped in a note, nothing is left sounding', async () => {
  const bed = new Bed();
  bed.backing = backingOf();
  const thru = await bed.start('--play', 'backing.mid', '--play-to', 'synth');
  await bed.pass(500);
  bed.takeSent();
  assert.equal(await thru.close(), false);
  assert.deepEqual(bed.takeSent(), ['803240']);
  assert.doesNotMatch(bed.log.lines.join('\n'), /is over/);
});

test('--play: over before the recording is, which goes on', async () => {
  const bed = new Bed();
  bed.backing = backingOf();
  await bed.start('--play', 'backing.mid', '--play-to', 'synth');
  await bed.pass(2000);
  assert.equal(bed.takeSent().at(-1), '803240');
  assert.deepEqual(bed.log.lines, ['say: backing.mid is over; still recording']);
});

test('--play: an output that fails is said once, and is the end of it only', async () => {
  const bed = new Bed();
  bed.backing = backingOf();
  const thru = await bed.start('--play', 'backing.mid', '--play-to', 'synth');
  bed.winmm.onShort = () => MMSYSERR_NODRIVER;
  await bed.pass(500);
  assert.match(
    bed.log.lines.join('\n'),
    /^warn: backing\.mid has stopped: .*MMSYSERR_NODRIVER[^\n]*$/,
  );
  assert.equal(await thru.close(), true);
});

test('--play with a count-in: clicks in its tempo and signature, then its zero', async () => {
  const bed = new Bed();
  bed.backing = backingOf();
  const args = ['--play', 'backing.mid', '--play-to', 'synth', '--metronome', 'synth'];
  const thru = await bed.start(...args, '--count-in', '1');
  assert.equal(thru.nowMs, -1750);
  await bed.pass(1760);
  const struck = bed.takeSent().filter((bytes) => bytes.startsWith('9'));
  assert.deepEqual(struck, ['994c79', '994d53', '994d53', '994c79', '903040']);
});
