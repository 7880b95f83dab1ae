import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelState } from '../../../src/midi/channel-state.js';
import { EventBatch } from '../../../src/midi/event-batch.js';

function messagesOf(state: ChannelState): string[] {
  const batch = new EventBatch();
  state.addTo(batch, 5);
  return Array.from({ length: batch.count }, (_, row) => {
    assert.equal(batch.timeMs[row], 5);
    const packed = batch.packed[row]!;
    const bytes = [packed & 0xff, (packed >>> 8) & 0xff, (packed >>> 16) & 0xff];
    return `${batch.device[row]}: ${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
  });
}

test('the last value of each counts, and the bank comes before its program', () => {
  const state = new ChannelState();
  for (const packed of [0x0005c3, 0x6407b3, 0x0100b3, 0x0220b3, 0x0009c3, 0x3207b3, 0x7f40b3]) {
    state.update(0, packed);
  }
  state.update(0, 0x4021e3);
  state.update(0, 0x0030d3);
  assert.deepEqual(messagesOf(state), [
    '0: b3 00 01',
    '0: b3 20 02',
    '0: c3 09 00',
    '0: b3 07 32',
    '0: b3 40 7f',
    '0: e3 21 40',
    '0: d3 30 00',
  ]);
});

test('notes, clock, channel modes and data entry for nothing are no state', () => {
  const state = new ChannelState();
  for (const packed of [0x403c90, 0xf8, 0x007bb0, 0x1065b0, 0x0206b0]) state.update(0, packed);
  assert.deepEqual(messagesOf(state), []);
});

test('reset all controllers leaves volume and programs alone', () => {
  const state = new ChannelState();
  for (const packed of [0x6407b0, 0x7f40b0, 0x0005c0, 0x7f00e0, 0x0079b0]) state.update(2, packed);
  assert.deepEqual(messagesOf(state), ['2: c0 05 00', '2: b0 07 64']);
});

test('a clone lives its own life', () => {
  const state = new ChannelState();
  state.update(0, 0x6407b0);
  const copy = state.clone();
  state.update(0, 0x1007b0);
  assert.deepEqual(messagesOf(copy), ['0: b0 07 64']);
});

/** Controllers of channel 1 as a state takes them. */
function control(state: ChannelState, ...pairs: [number, number][]): void {
  for (const [controller, value] of pairs) {
    state.update(0, 0xb0 | (controller << 8) | (value << 16));
  }
}

/** `controller=value` of each message that makes the state. */
function controlsOf(state: ChannelState): string[] {
  const batch = new EventBatch();
  state.addTo(batch, 0);
  return Array.from(
    batch.packed.subarray(0, batch.count),
    (packed) => `${(packed >>> 8) & 0x7f}=${(packed >>> 16) & 0x7f}`,
  );
}

test('parameters keep what they were set to, and the one that is chosen stays chosen', () => {
  const state = new ChannelState();
  // The range of the pitch wheel, twelve semitones; fine tuning; one of a maker; the range again.
  control(state, [101, 0], [100, 0], [6, 2], [38, 5], [6, 12]);
  control(state, [100, 1], [6, 65], [38, 3]);
  control(state, [99, 1], [98, 8], [6, 40], [101, 0], [100, 0]);
  assert.deepEqual(controlsOf(state), [
    ...['101=0', '100=0', '38=5', '6=12'],
    ...['101=0', '100=1', '6=65', '38=3'],
    ...['99=1', '98=8', '6=40'],
    ...['101=0', '100=0'],
  ]);
});

test('no parameter is chosen after the null number, nor after a reset; values stay', () => {
  for (const end of [
    [
      [101, 127],
      [100, 127],
      [6, 99],
    ],
    [
      [121, 0],
      [6, 99],
    ],
  ] as [number, number][][]) {
    const state = new ChannelState();
    control(state, [101, 0], [100, 0], [6, 12], ...end);
    assert.deepEqual(controlsOf(state), ['101=0', '100=0', '6=12', '101=127', '100=127']);
  }
});

test('parameters of a clone are its own, and an editor that sets thousands fills no memory', () => {
  const state = new ChannelState();
  control(state, [101, 0], [100, 0], [6, 2]);
  const copy = state.clone();
  for (let number = 0; number < 5000; number++) {
    control(state, [99, number >>> 7], [98, number & 0x7f], [6, 1]);
  }
  assert.deepEqual(controlsOf(copy), ['101=0', '100=0', '6=2', '101=0', '100=0']);
  assert.ok(controlsOf(state).length <= 3 * 512 + 2);
});
