/** How steadily clock comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pulse, pulseText } from '../../../../src/cli/monitor/pulse.js';

test('120 bpm with half a millisecond of jitter', () => {
  const pulse = new Pulse();
  for (let tick = 0; tick < 97; tick++) {
    assert.equal(pulse.bpm === undefined, tick < 25);
    pulse.add((tick * 60_000) / 120 / 24 + (tick % 2) / 2);
  }
  assert.ok(Math.abs(pulse.bpm! - 120) < 0.01);
  assert.equal(pulseText('clock', pulse), 'clock at 120.0 bpm, 99 % of it within 0.5 ms');
});

test('sensing, with a pause that does not count', () => {
  const pulse = new Pulse();
  for (let at = 0; at < 20; at++) pulse.add(at * 300 + (at < 10 ? 0 : 60_000));
  assert.equal(pulseText('sense', pulse), 'sensing every 300 ms, 99 % of it within 0.0 ms');
});

test('all at once, as a file does it', () => {
  const pulse = new Pulse();
  for (let at = 0; at < 100; at++) pulse.add(0);
  assert.equal(pulse.bpm, undefined);
  assert.equal(pulseText('clock', pulse), undefined);
});

test('too few to judge', () => {
  const pulse = new Pulse();
  for (let at = 0; at < 10; at++) pulse.add(at * 20);
  assert.equal(pulse.bpm, undefined);
  assert.equal(pulseText('clock', pulse), undefined);
});
