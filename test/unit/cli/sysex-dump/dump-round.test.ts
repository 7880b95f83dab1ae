/** When a round of a dump is over: by count, by silence, when nothing comes; and two rounds compared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StopRequests } from '../../../../src/cli/process/stop-requests.js';
import {
  DumpRound,
  describeVerification,
  noAnswer,
  type RoundLimits,
  verifyDump,
} from '../../../../src/cli/sysex-dump/dump-round.js';
import { FakeClock } from '../../../support/fake-clock.js';

const MESSAGE = Uint8Array.of(0xf0, 0x7d, 1, 0xf7);
const OTHER = Uint8Array.of(0xf0, 0x7d, 2, 0xf7);

/** A session on a clock that a test moves, and the rounds that listen to it. */
class Bed {
  readonly clock = new FakeClock();
  readonly stop = new StopRequests();
  lastSysexMs: number | undefined;
  sysexPauseMs = 0;
  /** What has ended, with the time: `500 idle`. */
  readonly ends: string[] = [];
  #round: DumpRound | undefined;

  get nowMs(): number {
    return this.clock.nowMs() - 1000;
  }

  begin(limits: RoundLimits): DumpRound {
    this.#round = new DumpRound(this, limits);
    return this.#round;
  }

  /** A round that is waited for. */
  listen(limits: RoundLimits): DumpRound {
    const round = this.begin(limits);
    round.wait(this.clock, this.stop).then((reason) => this.ends.push(`${this.nowMs} ${reason}`));
    return round;
  }

  /** A piece of a message comes. */
  receive(): void {
    this.lastSysexMs = this.nowMs;
    this.sysexPauseMs = 3000;
  }

  /** The end of a message comes. */
  finish(message: Uint8Array = MESSAGE): void {
    this.receive();
    this.sysexPauseMs = 0;
    this.#round?.add(message);
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
  }
}

test('count: over with the last message, however much more may come', async () => {
  const bed = new Bed();
  bed.listen({ count: 2, untilIdle: 500 });
  bed.finish();
  await bed.pass(100);
  assert.deepEqual(bed.ends, []);
  bed.finish();
  await bed.pass(20);
  assert.deepEqual(bed.ends, ['120 count']);
  assert.equal(bed.clock.pendingTimers, 0);
});

test('until-idle: a silence counts from the last byte, and none does before the first', async () => {
  const bed = new Bed();
  bed.listen({ untilIdle: 500 });
  await bed.pass(5000);
  assert.deepEqual(bed.ends, []);
  bed.finish();
  await bed.pass(480);
  bed.finish();
  await bed.pass(480);
  assert.deepEqual(bed.ends, []);
  await bed.pass(20);
  assert.deepEqual(bed.ends, ['5980 idle']);
});

test('until-idle: a message under way may pause for three seconds', async () => {
  const bed = new Bed();
  bed.listen({ untilIdle: 500 });
  bed.receive();
  await bed.pass(2980);
  assert.deepEqual(bed.ends, []);
  await bed.pass(20);
  assert.deepEqual(bed.ends, ['3000 idle']);
});

test('until-idle: a silence that is longer than that is waited for in full', async () => {
  const bed = new Bed();
  bed.listen({ untilIdle: 4000 });
  bed.receive();
  await bed.pass(3980);
  assert.deepEqual(bed.ends, []);
  await bed.pass(20);
  assert.deepEqual(bed.ends, ['4000 idle']);
});

test('a message counts that came before its round was waited for, and before its first moment', async () => {
  const bed = new Bed();
  bed.receive();
  await bed.pass(10);
  const round = bed.begin({ untilIdle: 500 });
  round.add(MESSAGE);
  bed.sysexPauseMs = 0;
  round.wait(bed.clock, bed.stop).then((reason) => bed.ends.push(`${bed.nowMs} ${reason}`));
  await bed.pass(480);
  assert.deepEqual(bed.ends, []);
  await bed.pass(20);
  assert.deepEqual(bed.ends, ['510 idle']);
});

test('timeout: over if nothing has come by then; the first byte ends it', async () => {
  const silent = new Bed();
  silent.listen({ timeout: 1000, untilIdle: 100 });
  await silent.pass(980);
  assert.deepEqual(silent.ends, []);
  await silent.pass(20);
  assert.deepEqual(silent.ends, ['1000 timeout']);

  const late = new Bed();
  late.listen({ timeout: 1000 });
  await late.pass(980);
  late.receive();
  await late.pass(60_000);
  assert.deepEqual(late.ends, []);
});

test('what came before a round is neither its first byte nor its silence', async () => {
  const bed = new Bed();
  bed.finish();
  await bed.pass(10);
  bed.listen({ timeout: 1000, untilIdle: 100 });
  await bed.pass(980);
  assert.deepEqual(bed.ends, []);
  await bed.pass(20);
  assert.deepEqual(bed.ends, ['1010 timeout']);
});

test('without any limit only a reason to stop ends it, at once', async () => {
  const bed = new Bed();
  bed.listen({});
  bed.finish();
  await bed.pass(3_600_000);
  assert.deepEqual(bed.ends, []);
  bed.stop.request('interrupt');
  await bed.pass(0);
  assert.deepEqual(bed.ends, ['3600000 interrupt']);
  assert.equal(bed.clock.pendingTimers, 0);
});

/** A dump of `first`, requested again, to which the instrument answers with `second`. */
async function verify(
  first: Uint8Array[],
  second: Uint8Array[],
  stopAfterMs = Number.POSITIVE_INFINITY,
) {
  const bed = new Bed();
  const limits = { count: first.length, timeout: 1000, untilIdle: 500, verify: true };
  const round = bed.begin(limits);
  for (const message of first) bed.finish(message);
  const requestedMs: number[] = [];
  const verifying = verifyDump(
    round,
    () => bed.begin(limits),
    async () => {
      requestedMs.push(bed.nowMs);
      for (const message of second) bed.finish(message);
      return false;
    },
    bed.clock,
    bed.stop,
  );
  await bed.pass(Math.min(stopAfterMs, 3000));
  if (stopAfterMs < 3000) bed.stop.request('interrupt');
  return { requestedMs, words: describeVerification(await verifying) };
}

test('verify: asked again when the first dump has gone silent', async () => {
  const { requestedMs, words } = await verify([MESSAGE, OTHER], [MESSAGE, OTHER]);
  assert.deepEqual(requestedMs, [500]);
  assert.equal(words, 'verified: the second dump is the same');
});

test('verify: messages that differ are named, missing ones too', async () => {
  const { words } = await verify([MESSAGE, MESSAGE, OTHER], [MESSAGE, OTHER]);
  assert.equal(words, 'the second dump differs from the first in message 2, 3');
});

test('verify: no second dump, and none that was waited for', async () => {
  assert.equal((await verify([MESSAGE], [])).words, 'not verified: no second dump came');
  for (const stopAfterMs of [100, 700]) {
    const { words } = await verify([MESSAGE], [], stopAfterMs);
    assert.equal(words, 'not verified: stopped before the second dump was there');
  }
});

test('many differences are not all listed', () => {
  const differences = Array.from({ length: 11 }, (_, index) => index + 1);
  const words = describeVerification({ outcome: 'different', differences });
  assert.match(words, /in message 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …$/);
});

test('nothing came: whoever asked is told another reason than who only listened', () => {
  assert.match(noAnswer(1500, true).message, /^no answer came within 1\.5 s$/);
  assert.match(noAnswer(1500, true).hint ?? '', /--to/);
  assert.match(noAnswer(1500, false).message, /^no sysex came within 1\.5 s$/);
});
