import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBatch } from '../../../src/midi/event-batch.js';
import { Trigger } from '../../../src/takes/trigger.js';
import { parseTrigger } from '../../../src/takes/trigger-rule.js';

function count(rule: string, events: [number, number][]): number {
  const trigger = new Trigger(parseTrigger(rule));
  let pulled = 0;
  for (const [timeMs, packed] of events) {
    const batch = new EventBatch(1);
    batch.addShort(timeMs, 0, packed);
    pulled += trigger.pullsIn(batch).length;
  }
  return pulled;
}

const pedal = (value: number) => 0x0040b0 | (value << 16);

test('the grammar', () => {
  assert.deepEqual(parseTrigger('cc 64 x3'), {
    kind: 'cc',
    numbers: [64],
    channel: undefined,
    times: 3,
  });
  assert.deepEqual(parseTrigger('CHORD C4+e4+67 ch 10'), {
    kind: 'chord',
    numbers: [60, 64, 67],
    channel: 9,
    times: 1,
  });
  assert.deepEqual(parseTrigger('note F#3').numbers, [54]);
  assert.deepEqual(parseTrigger('note Bb-1 x 2').numbers, [10]);
});

for (const text of [
  '',
  'cc',
  'cc 128',
  'note H2',
  'cc 64 ch 17',
  'cc 64 x0',
  'chord C4+',
  'pedal 64',
  'note G9 ch 0',
]) {
  test(`'${text}' is not a trigger`, () => {
    assert.throws(() => parseTrigger(text), { code: 'USAGE', exitCode: 2 });
  });
}

test('a pedal pressed three times, holding values do not count', () => {
  const press = (timeMs: number): [number, number][] => [
    [timeMs, pedal(127)],
    [timeMs + 1, pedal(126)],
    [timeMs + 50, pedal(0)],
  ];
  assert.equal(count('cc 64 x3', [...press(0), ...press(200)]), 0);
  assert.equal(count('cc 64 x3', [...press(0), ...press(200), ...press(400)]), 1);
  assert.equal(count('cc 64 x3', [...press(0), ...press(200), ...press(1500)]), 0, 'too slow');
  assert.equal(count('cc 64 x2', [0, 100, 200, 300].flatMap(press)), 2);
});

test('a pedal that is held at one instrument hides none at another', () => {
  const trigger = new Trigger(parseTrigger('cc 64'));
  const batch = new EventBatch(2);
  batch.addShort(1, 0, pedal(127));
  batch.addShort(2, 1, pedal(127));
  batch.addShort(3, 0, pedal(126));
  assert.deepEqual(trigger.pullsIn(batch), [1, 2]);
});

test('a chord counts when all of its keys are down, in any order', () => {
  const on = (key: number) => 0x400090 | (key << 8);
  const off = (key: number) => 0x80 | (key << 8);
  assert.equal(
    count('chord 60+64', [
      [0, on(64)],
      [5, on(60)],
    ]),
    1,
  );
  assert.equal(
    count('chord 60+64', [
      [0, on(64)],
      [1, off(64)],
      [5, on(60)],
    ]),
    0,
  );
  assert.equal(
    count('chord 60+64', [
      [0, on(64)],
      [5, on(60) | 1],
    ]),
    0,
    'another channel',
  );
});

test('program changes and notes, with a channel', () => {
  assert.equal(count('pc 127', [[0, 0x7fc5]]), 1);
  assert.equal(count('pc 127 ch 6', [[0, 0x7fc5]]), 1);
  assert.equal(count('pc 127 ch 7', [[0, 0x7fc5]]), 0);
  assert.equal(count('note 60', [[0, 0x003c90]]), 0, 'velocity 0 is a note-off');
});
