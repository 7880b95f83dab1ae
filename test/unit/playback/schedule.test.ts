/** When messages go: absolute, caught up gently, moved after a stall, with the pauses of sysex. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATCH_UP_MS, Schedule } from '../../../src/playback/schedule.js';

/** Sends the positions in turn, each as early as the schedule lets it or `nowMs` allows. */
function sendAll(schedule: Schedule, positions: number[], nowMs = 0): number[] {
  let now = nowMs;
  return positions.map((position) => {
    now = Math.max(now, schedule.targetMs(position));
    schedule.send(position, now);
    return now;
  });
}

test('messages go at their times from the origin, at the speed', () => {
  assert.deepEqual(sendAll(new Schedule(1000, 1), [0, 10, 10, 300]), [1000, 1010, 1010, 1300]);
  assert.deepEqual(sendAll(new Schedule(1000, 2), [0, 10, 300]), [1000, 1005, 1150]);
  assert.equal(new Schedule(1000, 2).positionMs(1100), 200);
});

test('a short delay is caught up: distances shrink to no less than a half', () => {
  const schedule = new Schedule(0, 1);
  assert.deepEqual(sendAll(schedule, [0]), [0]);
  assert.deepEqual(
    sendAll(schedule, [10, 20, 30, 40, 50, 60, 70], 30),
    [30, 35, 40, 45, 50, 60, 70],
  );
  assert.equal(schedule.stalls, 0);
});

test('a long delay moves the schedule: distances stay', () => {
  const schedule = new Schedule(0, 1);
  schedule.targetMs(0);
  schedule.send(0, 0);
  schedule.targetMs(10);
  assert.equal(schedule.send(10, 510), 0);
  assert.deepEqual(sendAll(schedule, [20, 25, 100], 510), [520, 525, 600]);
  assert.deepEqual([schedule.stalls, schedule.stalledMs], [1, 500]);
});

test('lateness is what a message is behind its time', () => {
  const schedule = new Schedule(0, 1);
  schedule.targetMs(10);
  assert.equal(schedule.send(10, 10 + CATCH_UP_MS), CATCH_UP_MS);
});

test('the pause behind a sysex counts from its last byte, less what the bytes take on a cable', () => {
  const schedule = new Schedule(0, 1);
  schedule.targetMs(0);
  schedule.send(0, 0);
  // 3125 bytes are a second; the driver took two.
  schedule.pauseAfterSysex(0, 3125, 1100, true, 2000);
  assert.deepEqual(sendAll(schedule, [1100, 1200], 2000), [2100, 2200]);
  assert.equal(schedule.stalls, 0);
});

test('a driver that is quick does not shorten a pause, and does not lengthen one', () => {
  const schedule = new Schedule(0, 1);
  schedule.targetMs(0);
  schedule.send(0, 0);
  schedule.pauseAfterSysex(0, 3125, 1100, true, 1);
  assert.deepEqual(sendAll(schedule, [1100]), [1100]);
});

test('pauses between sysex stay as long as they are at any speed; notes do not wait for them', () => {
  const schedule = new Schedule(0, 4);
  schedule.targetMs(0);
  schedule.send(0, 0);
  schedule.pauseAfterSysex(0, 10, 100, true, 0);
  assert.equal(schedule.targetMs(100), 100);
  schedule.send(100, 100);
  schedule.pauseAfterSysex(100, 10, 180, false, 100);
  assert.equal(schedule.targetMs(180), 120);
});

test('rounds follow each other without drift', () => {
  const schedule = new Schedule(0, 3);
  for (let round = 0; round < 1000; round++) schedule.advance(10);
  assert.ok(Math.abs(schedule.targetMs(0) - 10_000 / 3) < 1e-6);
});
