/** Takes that begin and end by themselves, on a fake clock and a disk in memory. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type MidiEvent, parseMidi } from 'midi-file';
import type { TakeLimits } from '../../../src/files/growing/growing-take.js';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';
import type { SavedTake } from '../../../src/takes/recorder.js';
import { SplitTakes } from '../../../src/takes/split-takes.js';
import { TakeTempo } from '../../../src/takes/tempo-source.js';
import { FakeClock } from '../../support/fake-clock.js';
import { temporaryFolder } from '../../support/run-midirec.js';
import { ioError, MemoryDisk } from '../../support/smf-memory-disk.js';
import { batchOf, TAKE_SETTINGS } from '../../support/smf-takes.js';

const TICKS_PER_MS = 1.92;

class Bed {
  readonly clock = new FakeClock();
  readonly disk = new MemoryDisk();
  readonly warnings: string[] = [];
  readonly saved: SavedTake[] = [];
  readonly takes: SplitTakes;

  constructor(idleMs = 1000, pattern = '{take}.mid', limits?: TakeLimits) {
    this.takes = new SplitTakes({
      pattern,
      idleMs,
      settings: { ...TAKE_SETTINGS, ppq: 960, disk: this.disk, ...(limits && { limits }) },
      clock: this.clock,
      tempo: new TakeTempo(undefined),
      onSaved: (take) => this.saved.push(take),
      reporter: { warn: (line) => this.warnings.push(line), say: () => {} },
    });
    const zeroMs = this.clock.nowMs();
    this.takes.begin(['Piano'], () => this.clock.nowMs() - zeroMs);
    this.#zeroMs = zeroMs;
  }
  readonly #zeroMs: number;

  /** The process stands still for a while; what was played meanwhile is read later. */
  async stall(ms: number): Promise<void> {
    this.clock.stall(ms);
    await this.clock.advanceAsync(1);
  }

  /** Lets time pass up to `timeMs` and plays a message there. */
  async play(timeMs: number, packed: number): Promise<void> {
    await this.until(timeMs);
    const batch = new EventBatch(1);
    batch.addShort(timeMs, 0, packed);
    this.takes.write(batch);
  }

  /** A sysex, or a part of one, that began at `timeMs` and has come by now. */
  sysex(timeMs: number, kind: number, bytes: number[], part = 0): void {
    const batch = new EventBatch(1);
    const nowMs = this.clock.nowMs() - this.#zeroMs;
    batch.addBytes(timeMs, 0, kind, Uint8Array.from(bytes), nowMs, part);
    this.takes.write(batch);
  }

  async until(timeMs: number): Promise<void> {
    await this.clock.advanceAsync(timeMs - (this.clock.nowMs() - this.#zeroMs));
  }

  /** Ends the recording; the takes as lists of what was played, at milliseconds of the take. */
  async finish(endMs = Number.POSITIVE_INFINITY): Promise<string[][]> {
    await this.takes.finish(endMs);
    return [...this.disk.files.keys()]
      .sort()
      .map((path) => describe(this.disk.files.get(resolve(path))!.content));
  }
}

function describe(content: Uint8Array): string[] {
  const lines: string[] = [];
  let ticks = 0;
  for (const event of parseMidi(content).tracks[0]!) {
    ticks += event.deltaTime;
    const text = textOf(event);
    if (text !== undefined) lines.push(`${Math.round(ticks / TICKS_PER_MS)} ${text}`);
  }
  return lines;
}

function textOf(event: MidiEvent): string | undefined {
  switch (event.type) {
    case 'noteOn':
      return `on ${event.noteNumber}`;
    case 'noteOff':
      return `off ${event.noteNumber}`;
    case 'controller':
      return `cc ${event.controllerType} ${event.value}`;
    case 'programChange':
      return `pc ${event.programNumber}`;
    case 'endOfTrack':
      return 'end';
    default:
      return undefined;
  }
}

const on = (key: number) => 0x400090 | (key << 8);
const off = (key: number) => 0x80 | (key << 8);
const cc = (controller: number, value: number) => 0xb0 | (controller << 8) | (value << 16);

test('silence parts takes; each starts half a second before its first note', async () => {
  const bed = new Bed();
  await bed.play(5000, on(60));
  await bed.play(5400, off(60));
  await bed.play(9000, on(62));
  await bed.play(9100, off(62));
  assert.deepEqual(await bed.finish(), [
    ['500 on 60', '900 off 60', '1900 end'],
    ['500 on 62', '600 off 62', '1600 end'],
  ]);
});

test('of each take its length and its notes are told when it is saved', async () => {
  const bed = new Bed();
  for (const key of [60, 62, 64]) {
    await bed.play(5000 + key, on(key));
    await bed.play(5100 + key, off(key));
  }
  await bed.play(9000, on(62));
  await bed.play(9100, off(62));
  await bed.finish();
  assert.deepEqual(
    bed.saved.map(({ path, notes, lengthMs }) => [path, notes, lengthMs]),
    [
      [resolve('001.mid'), 3, 1604],
      [resolve('002.mid'), 1, 1600],
    ],
  );
});

test('a held note and a pedal that is down hold a take open', async () => {
  const bed = new Bed();
  await bed.play(1000, on(60));
  await bed.play(8000, off(60));
  await bed.play(8500, cc(64, 127));
  await bed.play(8600, on(62));
  await bed.play(8700, off(62));
  await bed.play(15_000, cc(64, 0));
  await bed.play(15_500, on(64));
  await bed.play(15_600, off(64));
  const takes = await bed.finish();
  assert.equal(takes.length, 1);
  assert.equal(takes[0]?.at(-1), '16100 end');
  assert.deepEqual(bed.warnings, []);
});

test('letting go of a key or a pedal begins no take', async () => {
  const bed = new Bed();
  await bed.play(1000, on(60));
  await bed.play(1100, off(60));
  await bed.play(5000, off(62));
  await bed.play(6000, cc(64, 0));
  await bed.until(9000);
  const takes = await bed.finish();
  assert.deepEqual(
    takes.map((take) => take.filter((line) => /off|64 0/.test(line)).length),
    [1],
  );
});

test('after a stall, silence is none before it is known what was played meanwhile', async () => {
  const bed = new Bed();
  const batch = new EventBatch();
  await bed.play(1000, on(60));
  await bed.play(1100, off(60));
  await bed.stall(2500);
  for (const [timeMs, packed] of [
    [1900, on(61)],
    [2000, off(61)],
    [2800, on(62)],
    [2900, off(62)],
  ] as const) {
    batch.addShort(timeMs, 0, packed);
  }
  bed.takes.write(batch);
  await bed.until(9000);
  assert.equal((await bed.finish()).length, 1);
});

test('the last take is no longer than the recording', async () => {
  const bed = new Bed();
  await bed.play(1000, on(60));
  await bed.play(1100, off(60));
  assert.deepEqual((await bed.finish(1300))[0]!.at(-1), '800 end');
});

test('a key held when the recording ends is not called stuck', async () => {
  const bed = new Bed();
  await bed.play(1000, on(60));
  assert.deepEqual(await bed.finish(), [['500 on 60', '1500 end']]);
  assert.deepEqual(bed.warnings, []);
});

test('a stuck note ends after the limit, and is said', async () => {
  const bed = new Bed();
  await bed.play(1000, on(60));
  await bed.until(600_900);
  assert.notEqual(bed.takes.path, undefined);
  await bed.until(602_000);
  assert.equal(bed.takes.path, undefined);
  await bed.play(621_000, on(61));
  await bed.play(621_100, off(61));
  const takes = await bed.finish();
  assert.deepEqual(takes, [
    ['500 on 60', '1500 end'],
    ['500 on 61', '600 off 61', '1600 end'],
  ]);
  assert.ok(bed.warnings.some((line) => line.includes('may be stuck')));
});

test('a stuck note is forgotten with its take: the next one ends with the next silence', async () => {
  const bed = new Bed();
  await bed.play(1000, on(60));
  await bed.play(620_000, on(61));
  await bed.play(620_100, off(61));
  await bed.until(622_000);
  assert.equal(bed.takes.path, undefined);
  assert.equal((await bed.finish()).length, 2);
  assert.equal(bed.warnings.length, 1);
});

test('no take begins before the recording', async () => {
  const bed = new Bed();
  await bed.play(100, 0x05c0);
  await bed.play(200, on(60));
  await bed.play(300, off(60));
  assert.deepEqual(await bed.finish(), [['100 pc 5', '200 on 60', '300 off 60', '1300 end']]);
});

test('messages that wait for a note are bounded: the take begins without one', async () => {
  const bed = new Bed();
  await bed.until(2000);
  const batch = new EventBatch();
  for (let count = 0; count < 4095; count++) batch.addShort(2000, 0, cc(7, count % 128));
  bed.takes.write(batch);
  assert.equal(bed.takes.path, undefined);
  await bed.play(2000, cc(7, 99));
  assert.notEqual(bed.takes.path, undefined);
  const [take, ...others] = await bed.finish();
  assert.deepEqual(others, []);
  assert.deepEqual(take!.slice(-2), ['500 cc 7 99', '1500 end']);
  assert.equal(take!.length, 4097);
});

test('takes that can be begun nowhere: said once for all of them, and counted', async () => {
  const bed = new Bed();
  let isFull = true;
  bed.disk.fault = ({ kind }) => (isFull && kind === 'create' ? ioError('ENOSPC') : undefined);
  for (const timeMs of [1000, 2000, 3000]) await bed.play(timeMs, on(60));
  assert.equal(bed.warnings.length, 1);
  assert.match(bed.warnings[0]!, /a take could not be begun/);
  isFull = false;
  await bed.play(4000, on(60));
  await bed.play(4100, off(60));
  await bed.until(6000);
  isFull = true;
  await bed.play(7000, on(60));
  assert.equal(bed.warnings.length, 2);
  const { lost, isTroubled, saved } = await bed.takes.finish(8000);
  assert.deepEqual([isTroubled, saved], [true, 1]);
  assert.deepEqual(lost, { count: 4, firstTimeMs: 1000, lastTimeMs: 7000 });
});

test('what was set before the take stands at its head', async () => {
  const bed = new Bed();
  await bed.play(1000, 0x05c0);
  await bed.play(1001, cc(7, 99));
  await bed.until(5000);
  await bed.play(9700, cc(64, 127));
  await bed.play(10_500, on(60));
  await bed.play(10_600, off(60));
  await bed.play(10_700, cc(64, 0));
  const [settings, take] = await bed.finish();
  assert.deepEqual(
    settings,
    ['500 pc 5', '501 cc 7 99', '1501 end'],
    'moved alone, it is a take of its own',
  );
  assert.deepEqual(take, [
    '0 pc 5',
    '0 cc 7 99',
    '0 cc 64 127',
    '500 on 60',
    '600 off 60',
    '700 cc 64 0',
    '1700 end',
  ]);
});

test('clock, time code and active sensing are not playing', async () => {
  const bed = new Bed();
  await bed.play(1000, 0xf8);
  await bed.play(1010, 0x00f1);
  await bed.play(2000, on(60));
  await bed.play(2100, off(60));
  for (let timeMs = 2200; timeMs < 6000; timeMs += 100) {
    await bed.play(timeMs, timeMs % 200 === 0 ? 0xfe : 0x10f1);
  }
  assert.deepEqual(await bed.finish(), [['500 on 60', '600 off 60', '1600 end']]);
});

test('a take is split even if all of it comes in one batch', async () => {
  const bed = new Bed();
  const batch = new EventBatch();
  for (const timeMs of [1000, 5000, 9000]) {
    batch.addShort(timeMs, 0, on(60));
    batch.addShort(timeMs + 100, 0, off(60));
  }
  bed.takes.write(batch);
  assert.equal((await bed.finish()).length, 3);
});

test('--force replaces what was there before, but no take of the same recording', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'jam.mid'), 'old');
  const clock = new FakeClock();
  const takes = new SplitTakes({
    pattern: join(folder, 'jam.mid'),
    idleMs: 1000,
    settings: { ...TAKE_SETTINGS, overwrite: true, ppq: 960 },
    clock,
    tempo: new TakeTempo(undefined),
    reporter: { warn: () => {}, say: () => {} },
  });
  takes.begin(['Piano'], () => clock.nowMs());
  const batch = new EventBatch();
  for (const timeMs of [1000, 5000, 9000]) {
    batch.addShort(timeMs, 0, on(60));
    batch.addShort(timeMs + 100, 0, off(60));
  }
  takes.write(batch);
  const { saved } = await takes.finish(20_000);
  assert.equal(saved, 3);
  assert.deepEqual(readdirSync(folder).sort(), ['jam-2.mid', 'jam-3.mid', 'jam.mid']);
});

test('a mark between two takes stands at the beginning of the next; one behind the last is said', async () => {
  const bed = new Bed(1000);
  const mark = async (timeMs: number, text: string) => {
    await bed.until(timeMs);
    bed.takes.write(batchOf([timeMs, `#${text}`]));
  };
  await bed.play(0, 0x40_3c90);
  await bed.play(100, 0x40_3c80);
  await mark(3000, 'between');
  await bed.play(5000, 0x40_3e90);
  await bed.play(5100, 0x40_3e80);
  await mark(9000, 'behind');
  const { remarks, saved } = await bed.takes.finish(9100);
  assert.equal(saved, 2);
  assert.deepEqual(remarks, ['a mark after the last take left out']);
  const [first, second] = [...bed.disk.files.values()].map(({ content }) => Buffer.from(content));
  assert.doesNotMatch(first!.toString('latin1'), /between|behind/);
  assert.match(second!.toString('latin1'), /between/);
});

test('a long sysex is not cut by the silence between its parts, however slow the line', async () => {
  const bed = new Bed();
  await bed.until(335_000);
  bed.sysex(0, EventKind.SYSEX_PART, [0xf0, 1]);
  await bed.until(670_000);
  bed.sysex(335_000, EventKind.SYSEX_PART, [2], 1);
  await bed.until(1_000_000);
  bed.sysex(670_000, EventKind.SYSEX, [3, 0xf7], 2);
  await bed.until(1_002_000);
  assert.equal(bed.takes.path, undefined);
  await bed.finish();
  assert.equal(bed.saved.length, 1);
  assert.deepEqual(bed.warnings, []);
});

test('a long sysex that never ends holds a take up for so long as a stuck note, and its rest is told of', async () => {
  const bed = new Bed();
  await bed.until(1000);
  bed.sysex(1000, EventKind.SYSEX_PART, [0xf0, 1]);
  await bed.until(600_000);
  assert.notEqual(bed.takes.path, undefined);
  await bed.until(602_000);
  assert.equal(bed.takes.path, undefined);
  assert.match(bed.warnings.join(), /001\.mid ends within a sysex of Piano/);
});

test('the silence after a sysex begins at its end', async () => {
  const bed = new Bed();
  await bed.until(11_000);
  bed.sysex(1000, EventKind.SYSEX, [0xf0, 1, 0xf7]);
  await bed.play(11_900, on(60));
  await bed.play(12_000, off(60));
  await bed.finish();
  assert.equal(bed.saved.length, 1);
});

test('a name that no folder takes: takes have the usual one, in the temporary folder', async () => {
  const long = `${'n'.repeat(300)}.mid`;
  const bed = new Bed(1000, long);
  bed.disk.fault = (step) =>
    step.kind === 'create' && step.path.endsWith(long) ? ioError('ENAMETOOLONG') : undefined;
  await bed.play(1000, on(60));
  await bed.play(1100, off(60));
  const { saved, lost, last } = await bed.takes.finish(2000);
  assert.deepEqual([saved, lost], [1, undefined]);
  assert.match(last!.path!, /^[/\\].*temp[/\\]take-\d{8}-\d{6}\.mid$/);
  assert.match(bed.warnings.join(), /the name is too long.*; this take goes to /);
});

test('a mark while a take waits for its first note has its place in it', async () => {
  const bed = new Bed();
  await bed.play(5000, cc(7, 99));
  await bed.until(5300);
  bed.takes.write(batchOf([5300, '#now']));
  await bed.play(5600, on(60));
  await bed.play(5700, off(60));
  await bed.takes.finish(9000);
  const [track] = parseMidi(bed.disk.read(resolve('001.mid'))!).tracks;
  let ticks = 0;
  const at = track!.map((event) => {
    ticks += event.deltaTime;
    return `${Math.round(ticks / TICKS_PER_MS)} ${event.type}`;
  });
  assert.deepEqual(at.slice(3), [
    '0 controller',
    '200 marker',
    '500 noteOn',
    '600 noteOff',
    '1600 endOfTrack',
  ]);
});

test('what a take has no room for is counted at the time at which it was played', async () => {
  const bed = new Bed(1000, undefined, { waitingBytes: 1e9, trackBytes: 60 });
  await bed.play(5000, on(60));
  bed.disk.fault = ({ kind }) => (kind === 'create' ? ioError('ENOSPC') : undefined);
  for (let nth = 1; nth <= 30; nth++) await bed.play(5000 + nth * 10, off(60));
  bed.disk.fault = () => undefined;
  await bed.until(9000);
  const { lost } = await bed.takes.finish(9000);
  assert.equal(lost?.lastTimeMs, 5300);
  assert.equal(lost!.firstTimeMs, 5300 - (lost!.count - 1) * 10);
});
