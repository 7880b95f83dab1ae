import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sounding } from '../../../src/midi/sounding.js';

const noteOn = (key: number, channel = 0, velocity = 64) =>
  0x90 | channel | (key << 8) | (velocity << 16);
const noteOff = (key: number, channel = 0) => 0x80 | channel | (key << 8);
const control = (controller: number, value: number, channel = 0) =>
  0xb0 | channel | (controller << 8) | (value << 16);

test('a key sounds until it is let go of, by note-off or by velocity 0', () => {
  const sounding = new Sounding();
  sounding.update(0, noteOn(60));
  sounding.update(0, noteOn(64));
  assert.equal(sounding.keys, 2);
  sounding.update(0, noteOff(60));
  sounding.update(0, noteOn(64, 0, 0));
  assert.ok(sounding.isSilent);
});

test('channels and devices are apart', () => {
  const sounding = new Sounding();
  sounding.update(0, noteOn(60, 1));
  sounding.update(0, noteOff(60, 2));
  sounding.update(1, noteOff(60, 1));
  assert.equal(sounding.keys, 1);
  sounding.update(0, noteOff(60, 1));
  assert.ok(sounding.isSilent);
});

test('sustain and sostenuto count from 64 on', () => {
  for (const pedal of [64, 66]) {
    const sounding = new Sounding();
    sounding.update(0, control(pedal, 63));
    assert.ok(sounding.isSilent);
    sounding.update(0, control(pedal, 64));
    assert.ok(!sounding.isSilent);
    sounding.update(0, control(pedal, 0));
    assert.ok(sounding.isSilent);
  }
});

test('channel modes let go of what they let go of', () => {
  const sounding = new Sounding();
  sounding.update(0, noteOn(60));
  sounding.update(0, noteOn(60, 1));
  sounding.update(0, control(64, 127));
  sounding.update(0, control(123, 0));
  assert.equal(sounding.keys, 1, 'all notes off is for its channel');
  assert.ok(!sounding.isSilent, 'the pedal is still down');
  sounding.update(0, control(121, 0));
  sounding.update(0, noteOff(60, 1));
  assert.ok(sounding.isSilent);
});
