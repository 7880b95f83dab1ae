/** The demo instruments beside the demo synth: what each says, and what it keeps, as its manual has it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDemoCz101 } from '../../../../../src/embedded/drivers/demo/demo-cz101.js';
import { createDemoDw8000 } from '../../../../../src/embedded/drivers/demo/demo-dw8000.js';
import { createDemoDx7 } from '../../../../../src/embedded/drivers/demo/demo-dx7.js';
import type { DemoInstrument } from '../../../../../src/embedded/drivers/demo/demo-instrument.js';
import { createDemoRack } from '../../../../../src/embedded/drivers/demo/demo-rack.js';
import { banksOf, singlesOf } from '../../../../../src/sysex/instruments/banks/banks.js';
import { loadInstruments } from '../../../../../src/sysex/instruments/load.js';
import { FakeClock } from '../../../../support/fake-clock.js';

/** A rack whose line carries all that it says, with the time. */
function rackOf(...instruments: DemoInstrument[]) {
  const clock = new FakeClock();
  const { input, output } = createDemoRack(clock, instruments);
  const heard: number[] = [];
  input!.open({
    deliver: (bytes) => {
      heard.push(...bytes);
      return undefined;
    },
    lost() {},
    gone() {},
  });
  input!.start();
  return {
    clock,
    play: (...bytes: number[]) => output!.play(Uint8Array.from(bytes)),
    /** What is said within this time. */
    said(ms: number): number[] {
      clock.advance(ms);
      return heard.splice(0);
    },
  };
}

test('the bank of the DX7 has no bit that a DX7 does not have: taken apart and put together it is the same', async () => {
  const rack = rackOf(createDemoDx7());
  rack.play(0xf0, 0x43, 0x20, 0x09, 0xf7);
  const bank = Uint8Array.from(rack.said(1400));
  const { table } = await loadInstruments();
  const singles = singlesOf(bank, table)!.map(({ bytes }) => bytes);
  assert.deepEqual(banksOf(singles, table)![0]!.bytes, bank);
});

test('the DX7 sends 32 voices with names, and keeps a bank only if its checksum is right', () => {
  const rack = rackOf(createDemoDx7());
  rack.play(0xf0, 0x43, 0x20, 0x09, 0xf7);
  const bank = rack.said(1400);
  assert.equal(bank.length, 4104);
  assert.deepEqual(bank.slice(0, 6), [0xf0, 0x43, 0x00, 0x09, 0x20, 0x00]);
  assert.equal(bank.slice(6, -1).reduce((sum, byte) => sum + byte) % 128, 0);
  const nameOf = (voice: number) => {
    const at = 6 + voice * 128 + 118;
    return String.fromCharCode(...bank.slice(at, at + 10));
  };
  assert.equal(nameOf(0), 'BRASS 1   ');
  assert.equal(nameOf(31), 'BELLS 4   ');

  const changed = [...bank];
  changed[6] = 99;
  changed[7] = (bank[6]! + bank[7]! - 99) & 0x7f;
  rack.play(...changed);
  rack.play(0xf0, 0x43, 0x20, 0x09, 0xf7);
  assert.deepEqual(rack.said(1400), changed);

  changed[8] = (changed[8]! + 1) & 0x7f;
  rack.play(...changed);
  rack.play(0xf0, 0x43, 0x20, 0x09, 0xf7);
  assert.notDeepEqual(rack.said(1400), changed);
  rack.play(0xf0, 0x43, 0x20, 0x00, 0xf7);
  const voice = rack.said(100);
  assert.deepEqual([voice.length, ...voice.slice(0, 6)], [163, 0xf0, 0x43, 0, 0, 1, 0x1b]);
  assert.equal(String.fromCharCode(...voice.slice(-12, -2)), 'BRASS 1   ');
  rack.play(0xf0, 0x43, 0x21, 0x09, 0xf7);
  assert.deepEqual(rack.said(1400), [], 'another device number is not its own');
});

test('the DW-8000 sends the program that was called, and says when one is written', () => {
  const rack = rackOf(createDemoDw8000());
  const ask = () => {
    rack.play(0xf0, 0x42, 0x30, 0x03, 0x10, 0xf7);
    return rack.said(100);
  };
  rack.play(0xc0, 5);
  const fifth = ask();
  assert.deepEqual([fifth.length, ...fifth.slice(0, 5)], [57, 0xf0, 0x42, 0x30, 0x03, 0x40]);
  rack.play(0xc0, 6);
  assert.notDeepEqual(ask(), fifth);
  rack.play(...fifth);
  assert.deepEqual(rack.said(100), []);
  rack.play(0xf0, 0x42, 0x30, 0x03, 0x11, 6, 0xf7);
  assert.deepEqual(rack.said(100), [0xf0, 0x42, 0x30, 0x03, 0x21, 0xf7]);
  rack.play(0xf0, 0x42, 0x30, 0x03, 0x11, 64, 0xf7);
  assert.deepEqual(rack.said(100), [0xf0, 0x42, 0x30, 0x03, 0x22, 0xf7]);
  rack.play(0xc0, 1);
  rack.play(0xc0, 6);
  assert.deepEqual(ask(), fifth);
});

test('the CZ-101 says within one sysex when it is ready, in both directions', () => {
  const rack = rackOf(createDemoCz101());
  const ready = [0xf0, 0x44, 0x00, 0x00, 0x70, 0x30];
  const tone = Array.from({ length: 256 }, (_, at) => at % 16);
  rack.play(0xf0, 0x44, 0x00, 0x00, 0x70, 0x20, 0x21);
  assert.deepEqual(rack.said(20), ready);
  for (let at = 0; at < 256; at += 128) {
    rack.play(...tone.slice(at, at + 128));
    assert.deepEqual(rack.said(50), []);
  }
  rack.play(0xf7);
  assert.deepEqual(rack.said(20), [0xf7]);

  rack.play(0xf0, 0x44, 0x00, 0x00, 0x70, 0x10, 0x21);
  assert.deepEqual(rack.said(20), ready);
  rack.play(0x70, 0x31);
  assert.deepEqual(rack.said(100), tone);
  rack.play(0xf7);
  assert.deepEqual(rack.said(20), [0xf7]);
  // People put their "go on" into the request itself.
  rack.play(0xf0, 0x44, 0x00, 0x00, 0x70, 0x10, 0x21, 0x70, 0x31, 0xf7);
  assert.deepEqual(rack.said(200), [...ready, ...tone, 0xf7]);
});

test('the CZ-101 loses what comes too fast, and stores no half of a tone', () => {
  const rack = rackOf(createDemoCz101());
  const ask = () => {
    rack.clock.advance(200);
    rack.play(0xf0, 0x44, 0x00, 0x00, 0x70, 0x10, 0x21, 0x70, 0x31, 0xf7);
    return rack.said(200);
  };
  const before = ask();
  assert.equal(before.length, 263);
  rack.play(0xf0, 0x44, 0, 0, 0x70, 0x20, 0x21, ...new Array(256).fill(1), 0xf7);
  rack.said(200);
  rack.play(0xf7);
  rack.said(20);
  assert.deepEqual(ask(), before);
});
