/** The ring loses nothing it accepted, keeps order, and counts what it had no room for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CallbackRing,
  RING_HEAD,
  RING_LOST,
  RING_MASK,
  RING_SLOT_SIZE,
  RING_SLOTS,
  RING_TAIL,
  RING_WAITING,
  RING_WAKER,
  RING_WAKER_ARGUMENT,
} from '../../../src/winmm/callback-ring.js';

type Message = [wMsg: number, dwParam1: number, dwParam2: number, counter: number];

/** A ring in memory of its own, whose head and tail begin at `first`. */
function makeRing(slotCount: number, first = 0): { ring: CallbackRing; bytes: Uint8Array } {
  const bytes = new Uint8Array(CallbackRing.byteLength(slotCount));
  const view = new DataView(bytes.buffer);
  view.setUint32(RING_HEAD, first, true);
  view.setUint32(RING_TAIL, first, true);
  return { ring: new CallbackRing({ address: 0x1_0000_0000, bytes }, slotCount), bytes };
}

function take(ring: CallbackRing, limit?: number): Message[] {
  const messages: Message[] = [];
  const onRingMessage = (...message: Message) => {
    messages.push(message);
  };
  const taken = ring.drain({ onRingMessage }, limit);
  assert.equal(taken, messages.length);
  return messages;
}

function pushNumbered(ring: CallbackRing, from: number, to: number): void {
  for (let n = from; n < to; n++) assert.equal(ring.push(0x3c3, n, n, n), true);
}

const numbersOf = (messages: Message[]) => messages.map(([, dwParam1]) => dwParam1);

test('the layout is the one that the machine code knows', () => {
  const { ring, bytes } = makeRing(8);
  const view = new DataView(bytes.buffer);
  assert.deepEqual(
    [RING_HEAD, RING_TAIL, RING_MASK, RING_LOST, RING_SLOTS, RING_SLOT_SIZE],
    [0, 64, 128, 192, 256, 24],
  );
  assert.equal(CallbackRing.byteLength(8), 256 + 8 * 24);
  assert.equal(view.getUint32(128, true), 7);
  assert.deepEqual([RING_WAITING, RING_WAKER, RING_WAKER_ARGUMENT], [132, 136, 144]);
  ring.setWaker({ address: 0x7ff6_8123_4567, argument: 0x1f_4000_0040 });
  ring.arm();
  assert.equal(
    Buffer.from(bytes.subarray(132, 152)).toString('hex'),
    '01000000674523 81f67f0000400000401f000000'.replaceAll(' ', ''),
  );
  ring.disarm();
  assert.equal(view.getUint32(132, true), 0);
  ring.push(0x3c4, 0x7ff6_8123_4567, 0xfedc_ba98, 0x1_9000_0002);
  assert.equal(view.getUint32(0, true), 1);
  assert.equal(
    Buffer.from(bytes.subarray(256, 280)).toString('hex'),
    'c403008098badcfe67452381f67f00000200009001000000',
  );
});

test('a message comes out as it went in, 64-bit values whole', () => {
  const { ring } = makeRing(4);
  const message: Message = [0x3c4, 0x7ff6_8123_4567, 0xffff_ffff, 2 ** 52 + 1];
  ring.push(...message);
  assert.equal(ring.hasMessages, true);
  assert.deepEqual(take(ring), [message]);
  assert.equal(ring.hasMessages, false);
  assert.deepEqual(take(ring), []);
});

test('who asks is woken once, by the next message', () => {
  const { ring } = makeRing(4);
  let wakes = 0;
  ring.onWake = () => {
    wakes++;
  };
  pushNumbered(ring, 0, 1);
  assert.equal(wakes, 0, 'nobody has asked');
  assert.equal(ring.arm(), false, 'there is something already');
  take(ring);
  assert.equal(ring.arm(), true);
  pushNumbered(ring, 1, 3);
  assert.equal(wakes, 1);
  take(ring);
  assert.equal(ring.arm(), true);
  ring.disarm();
  pushNumbered(ring, 3, 4);
  assert.equal(wakes, 1);
});

test('nobody is promised to be woken by producers that cannot', () => {
  const { ring } = makeRing(4);
  ring.setWaker(undefined);
  assert.equal(ring.arm(), false);
  ring.setWaker({ address: 0x1_0000_0000, argument: 0 });
  assert.equal(ring.arm(), true);
});

test('a full ring refuses, and counts', () => {
  const { ring } = makeRing(4);
  pushNumbered(ring, 0, 4);
  assert.equal(ring.push(0x3c3, 4, 1000, 4), false);
  assert.equal(ring.push(0x3c3, 5, 0xffff_fffe, 5), false);
  assert.equal(ring.lost, 2);
  assert.deepEqual(numbersOf(take(ring)), [0, 1, 2, 3]);
  pushNumbered(ring, 6, 10);
  assert.deepEqual(numbersOf(take(ring)), [6, 7, 8, 9]);
  assert.equal(ring.lost, 2);
});

test('head and tail wrap at 2^32, empty and full', () => {
  const { ring, bytes } = makeRing(4, 0xffff_fffe);
  pushNumbered(ring, 0, 4);
  assert.equal(ring.push(0x3c3, 4, 4, 4), false);
  assert.equal(new DataView(bytes.buffer).getUint32(RING_HEAD, true), 2);
  assert.equal(ring.hasMessages, true);
  assert.deepEqual(numbersOf(take(ring)), [0, 1, 2, 3]);
  assert.equal(new DataView(bytes.buffer).getUint32(RING_TAIL, true), 2);
  assert.equal(ring.hasMessages, false);
  pushNumbered(ring, 5, 9);
  assert.deepEqual(numbersOf(take(ring)), [5, 6, 7, 8]);
});

test('the count of refusals wraps at 2^32', () => {
  const { ring, bytes } = makeRing(1);
  new DataView(bytes.buffer).setUint32(RING_LOST, 0xffff_ffff, true);
  ring.push(0x3c3, 0, 0, 0);
  ring.push(0x3c3, 1, 1, 1);
  assert.equal(ring.lost, 0);
});

test('a limit leaves the rest for the next time', () => {
  const { ring } = makeRing(8);
  pushNumbered(ring, 0, 8);
  assert.deepEqual(take(ring, 0), []);
  assert.deepEqual(numbersOf(take(ring, 3)), [0, 1, 2]);
  pushNumbered(ring, 8, 11);
  assert.deepEqual(numbersOf(take(ring, 1)), [3]);
  assert.deepEqual(numbersOf(take(ring)), [4, 5, 6, 7, 8, 9, 10]);
});

test('a slot that is reserved and not yet written holds back what is behind it', () => {
  const { ring, bytes } = makeRing(4);
  pushNumbered(ring, 0, 3);
  const view = new DataView(bytes.buffer);
  const state = RING_SLOTS + RING_SLOT_SIZE;
  const published = view.getUint32(state, true);
  view.setUint32(state, 0, true);
  assert.deepEqual(numbersOf(take(ring)), [0]);
  assert.equal(ring.hasMessages, true);
  view.setUint32(state, published, true);
  assert.deepEqual(numbersOf(take(ring)), [1, 2]);
});

test('a wMsg of 0 is a message too', () => {
  const { ring } = makeRing(2);
  ring.push(0, 7, 8, 9);
  assert.deepEqual(take(ring), [[0, 7, 8, 9]]);
});

test('what a visitor pushes comes out of the same drain, as far as there is room', () => {
  const { ring } = makeRing(4);
  pushNumbered(ring, 0, 2);
  const seen: number[] = [];
  ring.drain({
    onRingMessage(_wMsg, dwParam1) {
      seen.push(dwParam1);
      if (dwParam1 < 10) ring.push(0x3c3, dwParam1 + 10, 0, 0);
    },
  });
  assert.deepEqual(seen, [0, 1, 10, 11]);
  assert.equal(ring.lost, 0);
  assert.deepEqual(take(ring), []);
});

test('while a large ring is drained, room is given back long before the end', () => {
  const slotCount = 4096;
  const { ring } = makeRing(slotCount);
  pushNumbered(ring, 0, slotCount);
  let seen = 0;
  ring.drain({
    onRingMessage(_wMsg, dwParam1) {
      assert.equal(dwParam1, seen);
      seen++;
      if (seen >= 1024 && seen < 1024 + 1000) {
        assert.equal(ring.push(0x3c3, slotCount + seen - 1024, 0, 0), true);
      }
    },
  });
  assert.equal(seen, slotCount + 1000);
});

test('a visitor that throws loses the message it got and no other', () => {
  const { ring } = makeRing(4);
  pushNumbered(ring, 0, 4);
  const visitor = {
    onRingMessage(_wMsg: number, dwParam1: number) {
      if (dwParam1 === 1) throw new Error('no thanks');
    },
  };
  assert.throws(() => ring.drain(visitor), /no thanks/);
  assert.deepEqual(numbersOf(take(ring)), [2, 3]);
  pushNumbered(ring, 4, 8);
  assert.deepEqual(numbersOf(take(ring)), [4, 5, 6, 7]);
});

test('a second ring on the same memory goes on where the first left off', () => {
  const { ring, bytes } = makeRing(4);
  pushNumbered(ring, 0, 3);
  take(ring, 1);
  const second = new CallbackRing({ address: 0, bytes }, 4);
  assert.deepEqual(numbersOf(take(second)), [1, 2]);
});

test('a ring can lie anywhere in larger memory', () => {
  const memory = new Uint8Array(64 + CallbackRing.byteLength(2) + 64).fill(0);
  const bytes = memory.subarray(64, 64 + CallbackRing.byteLength(2));
  const ring = new CallbackRing({ address: 64, bytes }, 2);
  pushNumbered(ring, 0, 2);
  assert.equal(ring.address, 64);
  assert.deepEqual(numbersOf(take(ring)), [0, 1]);
  assert.ok(memory.subarray(0, 64).every((byte) => byte === 0));
  assert.ok(memory.subarray(-64).every((byte) => byte === 0));
});

test('the number of slots is a power of two', () => {
  for (const slotCount of [0, 3, 6, 1000, -4]) {
    const bytes = new Uint8Array(CallbackRing.byteLength(1024));
    assert.throws(() => new CallbackRing({ address: 0, bytes }, slotCount), RangeError);
  }
});

test('any mix of pushes and drains behaves like a queue of limited length', () => {
  const push = fc.record({ push: fc.integer({ min: 1, max: 12 }) });
  const drain = fc.record({ limit: fc.integer({ min: 0, max: 12 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 4, 8),
      fc.constantFrom(0, 0xffff_fff0, 0xffff_ffff, 0x7fff_fffe),
      fc.array(fc.oneof(push, drain), { maxLength: 60 }),
      (slotCount, first, steps) => {
        const { ring } = makeRing(slotCount, first);
        const queue: Message[] = [];
        let number = 0;
        let lost = 0;
        for (const step of steps) {
          if ('push' in step) {
            for (let n = 0; n < step.push; n++) {
              const message: Message = [0x3c3 + (number % 5), number * 2 ** 33, number, number];
              const hasRoom = queue.length < slotCount;
              if (hasRoom) queue.push(message);
              else lost++;
              assert.equal(ring.push(...message), hasRoom);
              number++;
            }
          } else {
            assert.deepEqual(take(ring, step.limit), queue.splice(0, step.limit));
          }
          assert.equal(ring.hasMessages, queue.length > 0);
          assert.equal(ring.lost, lost);
        }
        assert.deepEqual(take(ring), queue);
      },
    ),
  );
});
