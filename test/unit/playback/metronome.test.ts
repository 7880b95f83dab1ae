/** Clicks: by the time signature, without drift, and out again where they come back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bars } from '../../../src/midi/tempo/bars.js';
import { TempoMap } from '../../../src/midi/tempo/tempo-map.js';
import { sleep } from '../../../src/midi/waiting.js';
import { ClickFilter } from '../../../src/playback/click-filter.js';
import { clickOn } from '../../../src/playback/clicks.js';
import { Metronome } from '../../../src/playback/metronome.js';
import { rowsOf } from '../../support/capture-bed.js';
import { FakeClock } from '../../support/fake-clock.js';
import { batchOf } from '../../support/smf-takes.js';

function barsOf(microseconds = 500_000, signature = { numerator: 4, denominator: 4 }): Bars {
  return new Bars(new TempoMap(960, microseconds), 960, [{ tick: 0, ...signature }]);
}

/** Velocities of a bar's clicks. */
function accentsOf(numerator: number, denominator: number): number[] {
  const bars = barsOf(500_000, { numerator, denominator });
  return Array.from({ length: numerator }, (_, beat) => clickOn(bars.beat(beat), 9).on >>> 16);
}

test('accents by time signature', () => {
  assert.deepEqual(accentsOf(4, 4), [121, 83, 83, 83]);
  assert.deepEqual(accentsOf(3, 8), [121, 83, 83]);
  assert.deepEqual(accentsOf(6, 8), [121, 83, 83, 107, 83, 83]);
  assert.deepEqual(accentsOf(6, 4), [121, 83, 83, 83, 83, 83]);
});

test('beats last as long as the lower number says; bars before the first one have accents too', () => {
  const bars = barsOf(500_000, { numerator: 3, denominator: 8 });
  assert.equal(bars.beat(0).lengthMs, 250);
  assert.deepEqual(clickOn(bars.beat(-3), 0), clickOn(bars.beat(0), 0));
  assert.deepEqual(clickOn(bars.beat(0), 0), { on: 0x79_4c90, off: 0x40_4c80 });
});

class Bed {
  readonly clock = new FakeClock(0);
  readonly sent: string[] = [];
  readonly metronome: Metronome;
  ended: Promise<void> | undefined;

  constructor(bars = barsOf()) {
    const { clock } = this;
    this.metronome = new Metronome({
      output: { sendShort: async () => {} },
      clock,
      waitUntil: (dueMs, signal) => sleep(clock, dueMs - clock.nowMs(), signal),
      bars,
      channel: 9,
      onSend: (packed) => {
        const bytes = Buffer.of(packed, packed >>> 8, packed >>> 16);
        this.sent.push(`${clock.nowMs()} ${bytes.toString('hex')}`);
      },
    });
  }
}

test('a count-in, then on and on; each click ends', async () => {
  const bed = new Bed();
  bed.ended = bed.metronome.run(2000, -2);
  await bed.clock.advanceAsync(2300);
  assert.deepEqual(bed.sent, [
    '1000 994d53',
    '1040 894d40',
    '1500 994d53',
    '1540 894d40',
    '2000 994c79',
    '2040 894c40',
  ]);
});

test('no drift, however odd the tempo', async () => {
  const bed = new Bed(barsOf(333_333));
  bed.metronome.run(0, 0);
  await bed.clock.advanceAsync(10_001);
  const [last] = bed.sent.filter((line) => line.includes(' 99')).slice(-1);
  assert.equal(Math.round(Number(last?.split(' ')[0]) * 1000), 9_999_990);
});

test('stopped in a click: it ends, and no timer stays behind', async () => {
  const bed = new Bed();
  const ended = bed.metronome.run(100, 0);
  await bed.clock.advanceAsync(110);
  bed.metronome.stop();
  await ended;
  assert.deepEqual(bed.sent, ['100 994c79', '110 894c40']);
  assert.equal(bed.clock.pendingTimers, 0);
});

test('clicks that were missed stay silent', async () => {
  const bed = new Bed();
  bed.metronome.run(0, 0);
  await bed.clock.advanceAsync(100);
  bed.clock.stall(1700);
  await bed.clock.advanceAsync(300);
  assert.deepEqual(
    bed.sent.map((line) => Number(line.split(' ')[0])),
    [0, 40, 2000, 2040],
  );
});

test('a click that comes back is taken out, once through each input; what is played stays', () => {
  const filter = new ClickFilter();
  filter.note(0x79_4c99, 1000);
  filter.note(0x40_4c89, 1040);
  const batch = batchOf(
    [999, '993c40'],
    [1002, '994c79'],
    [1002, '994c79', 1],
    [1003, '994c79'],
    [1004, '994c50'],
    [1042, '994c00'],
    [1043, '894c40', 1],
    [1044, '894c40'],
  );
  filter.filter(batch, 0);
  assert.deepEqual(
    rowsOf(batch).map(([timeMs, device, , bytes]) => [timeMs, device, bytes]),
    [
      [999, 0, '99 3c 40'],
      [1003, 0, '99 4c 79'],
      [1004, 0, '99 4c 50'],
      [1044, 0, '89 4c 40'],
    ],
  );
  assert.equal(filter.returned, 4);
});

test('the same key at another time is music', () => {
  const filter = new ClickFilter();
  filter.note(0x79_4c99, 1000);
  const batch = batchOf([960, '994c79'], [1230, '994c79']);
  filter.filter(batch, 0);
  assert.equal(batch.count, 2);
});

test('a click that comes back late, as over a network, is taken out, too', () => {
  const filter = new ClickFilter();
  filter.note(0x79_4c99, 1000);
  filter.note(0x40_4c89, 1040);
  const batch = batchOf([1090, '994c79'], [1130, '894c40']);
  filter.filter(batch, 0);
  assert.equal(batch.count, 0);
});

test('the same key played in a click that does not come back keeps its end', () => {
  const filter = new ClickFilter();
  filter.note(0x79_4c99, 1000);
  filter.note(0x40_4c89, 1040);
  const batch = batchOf([1010, '994c50'], [1050, '894c40']);
  filter.filter(batch, 0);
  assert.equal(batch.count, 2);
});

test('rows that were there before are left alone', () => {
  const filter = new ClickFilter();
  filter.note(0x79_4c99, 1000);
  const batch = batchOf([1001, '994c79'], [1002, '994c79']);
  filter.filter(batch, 1);
  assert.deepEqual(
    rowsOf(batch).map(([timeMs]) => timeMs),
    [1001],
  );
});
