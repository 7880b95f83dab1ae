/** Quick while something comes, slow while nothing does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BUSY_POLL_MS,
  IDLE_POLL_MS,
  PollRhythm,
} from '../../../../src/capture/timing/poll-rhythm.js';

test('idle from the beginning', () => {
  assert.equal(new PollRhythm().next(0, 0), IDLE_POLL_MS);
});

test('busy from the first message until half a second after the last', () => {
  const rhythm = new PollRhythm();
  assert.equal(rhythm.next(1000, 3), BUSY_POLL_MS);
  assert.equal(rhythm.next(1400, 0), BUSY_POLL_MS);
  assert.equal(rhythm.next(1450, 1), BUSY_POLL_MS);
  assert.equal(rhythm.next(1949, 0), BUSY_POLL_MS);
});

test('slower and slower after that, until it is idle', () => {
  const rhythm = new PollRhythm();
  rhythm.next(1000, 1);
  assert.equal(rhythm.next(1500, 0), 25);
  assert.equal(rhythm.next(3000, 0), 100);
  assert.equal(rhythm.next(6000, 0), 250);
  assert.equal(rhythm.next(11_000, 0), IDLE_POLL_MS);
  assert.equal(rhythm.next(60_000, 0), IDLE_POLL_MS);
  assert.equal(rhythm.next(60_250, 1), BUSY_POLL_MS);
});
