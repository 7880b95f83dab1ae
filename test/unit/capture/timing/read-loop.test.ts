/** Inputs are read when something has come: at once, once for each time, and by the dozen in a flood. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUSY_POLL_MS } from '../../../../src/capture/timing/poll-rhythm.js';
import { ReadLoop } from '../../../../src/capture/timing/read-loop.js';
import { FakeClock } from '../../../support/fake-clock.js';

const NEXT_MS = 900;

class Bed {
  readonly clock = new FakeClock(0);
  /** When it was read, and how many messages there were. */
  readonly reads: [nowMs: number, messages: number][] = [];
  canArm = true;
  #waiting = 0;
  #wake: (() => void) | undefined;
  readonly loop = new ReadLoop(this.clock, {
    read: () => {
      const taken = this.#waiting;
      this.#waiting = 0;
      this.reads.push([this.clock.nowMs(), taken]);
      return taken;
    },
    arm: (wake) => {
      if (!this.canArm || this.#waiting > 0) return false;
      this.#wake = wake;
      return true;
    },
    nextReadMs: () => NEXT_MS,
  });

  send(messages = 1): void {
    this.#waiting += messages;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  takeReads(): [number, number][] {
    return this.reads.splice(0);
  }
}

test('it sleeps until something comes, and reads that at once, but not within the call', () => {
  const bed = new Bed();
  bed.loop.start();
  assert.deepEqual(bed.takeReads(), []);
  bed.clock.advance(0);
  assert.deepEqual(bed.takeReads(), [[0, 0]]);
  bed.clock.advance(500);
  bed.send();
  bed.send();
  assert.deepEqual(bed.takeReads(), [], 'a driver may be calling');
  bed.clock.advance(0);
  assert.equal(bed.reads[0]![1], 2);
  assert.ok(bed.reads.every(([nowMs]) => nowMs === 500));
});

test('what nobody tells of is looked at as often as the reader says', () => {
  const bed = new Bed();
  bed.loop.start();
  bed.clock.advance(2 * NEXT_MS);
  assert.deepEqual(bed.takeReads(), [
    [0, 0],
    [NEXT_MS, 0],
    [2 * NEXT_MS, 0],
  ]);
});

test('in a flood nobody is woken for each message, and behind it the sleep goes on', () => {
  const bed = new Bed();
  bed.loop.start();
  bed.clock.advance(100);
  bed.takeReads();
  bed.send(1000);
  for (let ms = 0; ms < 40; ms++) {
    bed.clock.advance(1);
    bed.send(100);
  }
  const reads = bed.takeReads();
  assert.ok(reads.length <= 40 / BUSY_POLL_MS + 2, `${reads.length} reads`);
  bed.clock.advance(2 * BUSY_POLL_MS);
  bed.takeReads();
  bed.send();
  bed.clock.advance(0);
  assert.equal(bed.reads[0]![1], 1);
});

test('where nobody wakes it looks by itself, often as long as something comes', () => {
  const bed = new Bed();
  bed.canArm = false;
  bed.loop.start();
  bed.clock.advance(10_000);
  bed.takeReads();
  for (let round = 0; round < 10; round++) {
    bed.send();
    bed.clock.advance(round === 0 ? 500 : BUSY_POLL_MS);
    assert.equal(
      bed.takeReads().reduce((sum, [, taken]) => sum + taken, 0),
      1,
    );
  }
});

test('what is still being written when all has been read is read a moment later, after any silence', () => {
  const bed = new Bed();
  bed.loop.start();
  bed.clock.advance(3_600_000);
  bed.canArm = false;
  bed.send(0);
  bed.clock.advance(0);
  bed.canArm = true;
  bed.send();
  bed.takeReads();
  bed.clock.advance(BUSY_POLL_MS);
  assert.equal(bed.reads[0]![1], 1);
});

test('when it is stopped nothing is read any more, whoever wakes', () => {
  const bed = new Bed();
  bed.loop.start();
  bed.clock.advance(10);
  bed.takeReads();
  bed.loop.stop();
  bed.send();
  bed.clock.advance(10_000);
  assert.deepEqual(bed.reads, []);
  assert.equal(bed.clock.pendingTimers, 0);
});
