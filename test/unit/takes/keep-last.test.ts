/** Saving what was played before, on a fake clock and a disk in memory. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parseMidi } from 'midi-file';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';
import { KeepLast } from '../../../src/takes/keep-last.js';
import { TakeTempo } from '../../../src/takes/tempo-source.js';
import { parseTrigger } from '../../../src/takes/trigger-rule.js';
import { FakeClock } from '../../support/fake-clock.js';
import { type DiskStep, ioError, MemoryDisk } from '../../support/smf-memory-disk.js';
import { TAKE_SETTINGS } from '../../support/smf-takes.js';

const TICKS_PER_MS = 1.92;

class Bed {
  readonly clock = new FakeClock();
  readonly disk = new MemoryDisk();
  readonly warnings: string[] = [];
  readonly said: string[] = [];
  readonly #zeroMs = this.clock.nowMs();
  readonly keeper: KeepLast;

  constructor(overwrite = false, triggers: string[] = []) {
    this.keeper = new KeepLast({
      pattern: '{take}.mid',
      keepMs: 60_000,
      triggers: triggers.map((text) => parseTrigger(text)),
      settings: { ...TAKE_SETTINGS, overwrite, ppq: 960, disk: this.disk },
      clock: this.clock,
      tempo: new TakeTempo(undefined),
      reporter: { warn: (line) => this.warnings.push(line), say: (line) => this.said.push(line) },
    });
    this.keeper.begin(['Piano'], () => this.nowMs);
  }

  get nowMs(): number {
    return this.clock.nowMs() - this.#zeroMs;
  }

  finish(endMs = this.nowMs) {
    return this.keeper.finish(endMs);
  }

  play(timeMs: number, ...messages: number[]): void {
    this.clock.advance(timeMs - this.nowMs);
    const batch = new EventBatch(1);
    for (const packed of messages) batch.addShort(timeMs, 0, packed);
    this.keeper.write(batch);
  }

  get paths(): string[] {
    return [...this.disk.files.keys()].sort();
  }

  /** Times of the notes that begin in a take, in milliseconds. */
  onsets(path: string): number[] {
    const onsets: number[] = [];
    let ticks = 0;
    for (const event of parseMidi(this.disk.files.get(path)!.content).tracks[0]!) {
      ticks += event.deltaTime;
      if (event.type === 'noteOn') onsets.push(Math.round(ticks / TICKS_PER_MS));
    }
    return onsets;
  }
}

const NOTE = 0x403c90;
const NOTE_OFF = 0x403c80;

test('each save has what was played since the one before', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE, NOTE_OFF);
  bed.keeper.save();
  bed.play(5000, NOTE, NOTE_OFF);
  bed.keeper.save('second.mid');
  const result = await bed.finish();
  assert.deepEqual(bed.paths, [resolve('001.mid'), resolve('second.mid')]);
  assert.deepEqual(bed.onsets(resolve('001.mid')), [500]);
  assert.deepEqual(bed.onsets(resolve('second.mid')), [500]);
  assert.equal(result.saved, 2);
  assert.equal(result.isTroubled, false);
});

test('clock and active sensing are not playing: a take begins shortly before its first note', async () => {
  const bed = new Bed();
  for (let timeMs = 0; timeMs < 30_000; timeMs += 300) bed.play(timeMs, 0xfe, 0xf8, 0x00f1);
  bed.keeper.save();
  assert.deepEqual(bed.said, ['nothing was played since the last time']);
  bed.play(30_000, NOTE);
  bed.keeper.save();
  await bed.finish();
  assert.deepEqual(bed.onsets(resolve('001.mid')), [500]);
});

test('a place that takes no file: the take goes to the temporary folder, and it is said', async () => {
  const bed = new Bed();
  const refuses = (step: DiskStep) => 'path' in step && !step.path.startsWith(bed.disk.tempFolder);
  bed.disk.fault = (step) =>
    step.kind === 'create' && refuses(step) ? ioError('ENOSPC') : undefined;
  bed.play(1000, NOTE);
  bed.keeper.save();
  const result = await bed.finish();
  assert.equal(result.saved, 1);
  assert.ok(result.isTroubled);
  assert.match(bed.warnings.join(), /no space left.*001\.mid/);
  assert.deepEqual(bed.onsets(bed.paths[0]!), [500]);
});

test('no place at all: what was played stays, and is saved at the end if there is a place by then', async () => {
  const bed = new Bed();
  bed.disk.fault = (step) => (step.kind === 'create' ? ioError('ENOSPC') : undefined);
  bed.play(1000, NOTE);
  bed.keeper.save('mine.mid');
  assert.deepEqual(bed.paths, []);
  assert.match(bed.warnings.join(), /not saved/);
  bed.disk.fault = () => undefined;
  bed.play(2000, NOTE_OFF, NOTE);
  const result = await bed.finish();
  assert.deepEqual(bed.paths, [resolve('mine.mid')]);
  assert.deepEqual(bed.onsets(resolve('mine.mid')), [500, 1500]);
  assert.equal(result.saved, 1);
});

test('a disk that is full by then: the take is in the temporary folder', async () => {
  const bed = new Bed();
  bed.disk.fault = (step) =>
    (step.kind === 'write' && step.file === 0) ||
    (step.kind === 'create' && step.file > 0 && !step.path.startsWith(bed.disk.tempFolder))
      ? ioError('ENOSPC')
      : undefined;
  bed.play(1000, NOTE);
  bed.keeper.save();
  const result = await bed.finish();
  assert.ok(result.isTroubled);
  assert.equal(result.lost, undefined);
  assert.deepEqual(bed.onsets(result.last!.path!), [500]);
});

test('what the end saves, if nothing was saved before, is not said to be since the last save', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE);
  const { saved, remarks } = await bed.finish();
  assert.deepEqual([saved, remarks], [1, ['what was played is saved, unasked']]);
});

test('no take is longer than the recording', async () => {
  const bed = new Bed();
  bed.play(100, NOTE, NOTE_OFF);
  const { last } = await bed.finish();
  assert.equal(last?.lengthMs, 100);
  assert.deepEqual(bed.onsets(resolve('001.mid')), [100]);
});

test('the end saves what nobody asked for, once', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE);
  bed.keeper.save();
  bed.play(2000, 0xfe);
  const first = await bed.finish();
  assert.deepEqual([first.saved, first.remarks], [1, []]);
  bed.play(3000, NOTE_OFF, NOTE);
  const second = await bed.finish();
  assert.equal(second.saved, 2);
  assert.match(second.remarks.join(), /saved, too/);
  assert.deepEqual(bed.onsets(resolve('002.mid')), [500]);
});

test('a pedal that asked for a take, and keys that were held then, make no take of their own when they are let go', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE, 0x7f42b0);
  bed.keeper.save();
  bed.play(1100, 0x4042b0, 0x0042b0, 0x0014b0, NOTE_OFF, 0x003c90);
  const first = await bed.finish();
  assert.deepEqual([first.saved, first.remarks], [1, []]);
  bed.play(2000, 0x4014b0);
  assert.equal((await bed.finish()).saved, 2, 'a controller that is moved is music');
});

test('what was kept when it was stopped is saved, however long closing takes', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE);
  bed.clock.advance(64_000);
  const result = await bed.finish(60_500);
  assert.equal(result.saved, 1);
  assert.equal(result.last!.lengthMs, 60_000);
  assert.deepEqual(bed.onsets(resolve('001.mid')), [500]);
});

test('no place at the end either: what was played is lost, and counted', async () => {
  const bed = new Bed();
  bed.disk.fault = (step) => (step.kind === 'create' ? ioError('ENOSPC') : undefined);
  bed.play(1000, NOTE, NOTE_OFF);
  const result = await bed.finish();
  assert.deepEqual([result.saved, result.isTroubled], [0, true]);
  assert.deepEqual(result.lost, { count: 2, firstTimeMs: 1000, lastTimeMs: 1000 });
  assert.match(bed.warnings.join(), /not saved/);
});

test('large sysex does not fill memory: the oldest goes, and that is said', () => {
  const bed = new Bed();
  const payload = new Uint8Array(8 * 1024 * 1024);
  for (let number = 0; number < 40; number++) {
    const batch = new EventBatch(1);
    batch.addBytes(number, 0, EventKind.SYSEX, payload);
    bed.keeper.write(batch);
  }
  bed.keeper.save();
  const [, missing] = /the first (\d+) events are missing/.exec(bed.warnings.join()) ?? [];
  assert.ok(Number(missing) >= 22, `${missing}`);
});

test('what was more than memory keeps is in the result, also where nothing that was played is left', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE);
  const clock = new EventBatch(1);
  for (let row = 0; row < 4_000_000; row++) clock.addShort(1001, 0, 0xf8);
  bed.keeper.write(clock);
  const { saved, remarks, lost } = await bed.finish();
  assert.deepEqual([saved, remarks, lost?.firstTimeMs], [0, [], 1000]);
  assert.match(bed.warnings.join(), /more was played than memory keeps/);
});

test('what memory did not keep is said and counted once, whoever saves next', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE);
  const clock = new EventBatch(1);
  for (let row = 0; row < 4_000_000; row++) clock.addShort(1001, 0, 0xf8);
  bed.keeper.write(clock);
  bed.keeper.save();
  const { lostEvents } = bed.keeper;
  bed.keeper.save();
  const { lost } = await bed.finish();
  assert.equal(bed.warnings.length, 1);
  assert.deepEqual(bed.said, ['nothing was played since the last time']);
  assert.deepEqual([lost?.firstTimeMs, lost?.count], [1000, lostEvents]);
});

test('what saves when it is played: every rule sees every message', async () => {
  const bed = new Bed(false, ['cc 66', 'note C2']);
  bed.play(1000, NOTE, NOTE_OFF, 0x7f42b0);
  assert.deepEqual(bed.paths, [resolve('001.mid')]);
  bed.play(2000, 0x0042b0, NOTE, NOTE_OFF, 0x402490, 0x002490);
  bed.play(3000, NOTE);
  await bed.finish();
  const names = ['001.mid', '002.mid', '003.mid'];
  assert.deepEqual(
    bed.paths,
    names.map((name) => resolve(name)),
  );
  assert.deepEqual(bed.onsets(resolve('002.mid')), [500, 500]);
});

test('--force is for the name that was given: neither a numbered one nor one of a command is replaced', async () => {
  const bed = new Bed(true);
  const other = Buffer.from('precious');
  bed.disk.create(resolve('mine.mid'), other);
  bed.play(1000, NOTE);
  bed.keeper.save('mine.mid');
  await bed.finish();
  assert.deepEqual(Buffer.from(bed.disk.read(resolve('mine.mid'))!), other);
});

function mark(bed: Bed, timeMs: number, text: string): void {
  const batch = new EventBatch(1);
  batch.addBytes(timeMs, 0, EventKind.MARKER, new TextEncoder().encode(text));
  bed.keeper.write(batch);
}

test('marks that were set before the first note stand at the head of the take', async () => {
  const bed = new Bed();
  mark(bed, 1000, 'verse');
  mark(bed, 2000, 'chorus');
  bed.play(10_000, NOTE, NOTE_OFF);
  await bed.finish();
  const events = parseMidi(bed.disk.files.get(resolve('001.mid'))!.content).tracks[0]!;
  const marks = events.filter(({ type }) => type === 'marker');
  assert.deepEqual(
    marks.map((event) => ('text' in event ? event.text : '')),
    ['verse', 'chorus'],
  );
  assert.deepEqual(bed.onsets(resolve('001.mid')), [500]);
});

test('marks after which nothing was played are left out, and that is said', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE);
  bed.keeper.save();
  mark(bed, 2000, 'lost');
  const { saved, remarks } = await bed.finish();
  assert.equal(saved, 1);
  assert.deepEqual(remarks, ['marks are left out: nothing was played after the last take']);
});

test('a name that no folder takes: the take has the usual one, and it is said', async () => {
  const bed = new Bed();
  bed.play(1000, NOTE);
  bed.keeper.save('{verse}.mid');
  const result = await bed.finish();
  assert.deepEqual(bed.paths, [resolve('001.mid')]);
  assert.deepEqual([result.saved, result.lost, result.isTroubled], [1, undefined, true]);
  assert.match(bed.warnings.join(), /\{verse\} stands for nothing; this take goes to .*001\.mid/);
});

test('a take that is saved in the middle of a long sysex says so', async () => {
  const bed = new Bed();
  const batch = new EventBatch(1);
  batch.addBytes(1000, 0, EventKind.SYSEX_PART, Uint8Array.of(0xf0, 1, 2));
  bed.keeper.write(batch);
  bed.clock.advance(2000);
  bed.keeper.save();
  batch.clear();
  batch.addBytes(1500, 0, EventKind.SYSEX, Uint8Array.of(3, 0xf7), 1500, 1);
  bed.keeper.write(batch);
  await bed.finish();
  assert.match(
    bed.warnings.join(),
    /001\.mid ends within a sysex of Piano: the next take has the rest/,
  );
  assert.equal(bed.paths.length, 2);
});
