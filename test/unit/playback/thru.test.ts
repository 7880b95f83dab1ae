/** Passing on: channels, sysex, silence at the end, and what would go round for ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';
import { FeedbackWatch } from '../../../src/playback/feedback-watch.js';
import { FeedbackError, Thru } from '../../../src/playback/thru.js';
import { settlePromises } from '../../support/fake-clock.js';
import { batchOf, type EventNotation } from '../../support/smf-takes.js';

class Bed {
  nowMs = 0;
  readonly sent: string[] = [];
  readonly ends: unknown[] = [];
  /** What an output does with a message. */
  send: () => Promise<void> = async () => {};
  readonly thru: Thru;

  constructor(channelMap = Uint8Array.from({ length: 16 }, (_, channel) => channel)) {
    this.thru = new Thru({
      output: {
        sendShort: (packed) => this.#send(Buffer.of(packed, packed >>> 8, packed >>> 16)),
        submit: (bytes) => this.#send(Buffer.from(bytes)),
      },
      channelMap,
      nowMs: () => this.nowMs,
      onEnd: (why) => this.ends.push(why),
    });
  }

  passOn(...events: EventNotation[]): void {
    this.thru.passOn(batchOf(...events), 0);
  }

  #send(bytes: Buffer): Promise<void> {
    this.sent.push(bytes.toString('hex'));
    return this.send();
  }
}

test('everything is passed on in order; what is broken and what is no message is not', () => {
  const bed = new Bed();
  bed.passOn(
    [0, '903c40'],
    [0, 'f8'],
    [0, 'f07d01f7'],
    [0, '!f07d'],
    [0, '#remark'],
    [0, '803c40'],
  );
  assert.deepEqual(bed.sent, ['903c40', 'f80000', 'f07d01f7', '803c40']);
});

test('of a sysex that comes in parts nothing is, and it is counted once', () => {
  const bed = new Bed();
  const batch = new EventBatch();
  batch.addBytes(0, 0, EventKind.SYSEX_PART, Uint8Array.of(0xf0, 0x7d), 0, 0);
  batch.addBytes(1, 0, EventKind.SYSEX_PART, Uint8Array.of(1), 1, 1);
  batch.addBytes(2, 0, EventKind.SYSEX, Uint8Array.of(2, 0xf7), 2, 2);
  bed.thru.passOn(batch, 0);
  bed.passOn([3, '903c40']);
  assert.deepEqual(bed.sent, ['903c40']);
  assert.equal(bed.thru.tooLong, 1);
});

test('only new rows are', () => {
  const bed = new Bed();
  bed.thru.passOn(batchOf([0, '903c40'], [0, '803c40']), 1);
  assert.deepEqual(bed.sent, ['803c40']);
});

test('channels are mapped; system messages have none', () => {
  const map = Uint8Array.from({ length: 16 }, (_, channel) => channel);
  map[0] = 4;
  const bed = new Bed(map);
  bed.passOn([0, '903c40'], [0, 'b1407f'], [0, 'f201'], [0, 'fa']);
  assert.deepEqual(bed.sent, ['943c40', 'b1407f', 'f20100', 'fa0000']);
});

test('closing lets go of what it let sound, on the channel that it sounds on', async () => {
  const bed = new Bed(new Uint8Array(16).fill(2));
  bed.passOn([0, '903c40'], [0, 'b0407f'], [0, '903e40'], [0, '803e40']);
  await bed.thru.close();
  assert.deepEqual(bed.sent.slice(4), ['823c40', 'b24000']);
  bed.passOn([0, '903c40']);
  assert.equal(bed.sent.length, 6);
});

test('the delay counts from the driver’s callback, of what was sent', async () => {
  const bed = new Bed();
  bed.nowMs = 101.5;
  bed.passOn([100, '903c40']);
  await settlePromises();
  bed.send = () => new Promise(() => {});
  bed.passOn([10, '803c40']);
  await settlePromises();
  assert.equal(bed.thru.delay.count, 1);
  assert.equal(bed.thru.delay.worstMs, 1.5);
});

test('an output that fails ends it, once', async () => {
  const bed = new Bed();
  bed.send = () => Promise.reject(new Error('unplugged'));
  bed.passOn([0, '903c40'], [0, '913c40']);
  await settlePromises();
  assert.deepEqual(
    bed.ends.map((why) => (why as Error).message),
    ['unplugged'],
  );
});

test('an output that takes nothing: memory is bounded, and what is missing is counted', () => {
  const bed = new Bed();
  bed.send = () => new Promise(() => {});
  for (let count = 0; count < 5000; count++) {
    bed.nowMs += 20;
    bed.passOn([bed.nowMs, '903c40']);
  }
  assert.equal(bed.thru.unsent, 5000);
});

test('what goes round is noticed, and let go of', async () => {
  const bed = new Bed();
  bed.passOn([0, 'b04001']);
  for (let count = 0; count < 20; count++) {
    bed.nowMs += 2;
    bed.passOn([bed.nowMs, '903c40']);
  }
  await settlePromises();
  assert.ok(bed.ends[0] instanceof FeedbackError);
  assert.equal(bed.ends.length, 1);
  assert.equal(bed.sent.at(-1), '803c40');
  assert.equal(bed.sent.filter((sent) => sent === '903c40').length, 9);
  assert.equal(bed.thru.unsent, 20 - 9);
});

test('a roll that is passed on late, all at once, is no feedback', () => {
  const bed = new Bed();
  bed.nowMs = 2000;
  bed.passOn(...Array.from({ length: 20 }, (_, nth): EventNotation => [nth * 60, '903c40']));
  assert.equal(bed.sent.length, 20);
});

test('keys let go on all channels, which go out on one, are no feedback', () => {
  const bed = new Bed(new Uint8Array(16));
  for (let channel = 0; channel < 16; channel++) {
    for (let key = 0; key < 128; key++) {
      bed.passOn([channel * 3, Buffer.of(0x80 | channel, key, 0).toString('hex')]);
    }
  }
  assert.equal(bed.sent.length, 16 * 128);
});

test('controllers that go round are noticed, too; what comes after closing does not count', async () => {
  const bed = new Bed();
  for (let count = 0; count < 300; count++) {
    bed.nowMs += 2;
    bed.passOn([bed.nowMs, 'b04001']);
  }
  assert.ok(bed.thru.unsent > 0);
  const closed = new Bed();
  await closed.thru.close();
  closed.passOn([0, '903c40']);
  assert.equal(closed.thru.unsent, 0);
});

test('fast clock, trills and a wheel are no feedback', () => {
  const watch = new FeedbackWatch();
  for (let ms = 0; ms < 10_000; ms++) {
    // 300 beats a minute.
    if (ms % 8 === 0) assert.equal(watch.notice(0xf8, ms), false);
    if (ms % 15 === 0) assert.equal(watch.notice(0x40_3c90, ms), false);
    assert.equal(watch.notice(0xb0 | ((ms % 128) << 16), ms), false);
  }
});

test('an input that goes: what it has let sound is let go, and nothing else', async () => {
  const bed = new Bed();
  bed.passOn([0, '903c40', 0], [0, '903e40', 1], [0, 'b0407f', 1]);
  bed.sent.length = 0;
  await bed.thru.silenceDevice(1);
  assert.deepEqual(bed.sent.toSorted(), ['803e40', 'b04000']);
  bed.sent.length = 0;
  await bed.thru.silenceDevice(1);
  await bed.thru.silenceDevice(7);
  assert.deepEqual(bed.sent, []);
  await bed.thru.close();
  assert.deepEqual(bed.sent, ['803c40']);
});
