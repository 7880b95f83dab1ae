/** Takes for tests: options with sensible values, batches from short notations, files read by three readers. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { TakeOptions, TakeResult } from '../../src/files/growing/growing-take.js';
import { TakeFile } from '../../src/files/growing/take-file.js';
import { EventBatch, EventKind } from '../../src/midi/event-batch.js';
import { FakeClock } from './fake-clock.js';
import { MemoryDisk } from './smf-memory-disk.js';
import {
  type ParsedSmf,
  parseWithMidiFile,
  parseWithMidiParserJs,
  parseWithOurs,
} from './smf-parsers.js';

/** Time, bytes in hex, device. A `!` before the bytes: a broken sysex; `#`: a marker with that text. */
export type EventNotation = readonly [timeMs: number, bytes: string, device?: number];

export function batchOf(...events: readonly EventNotation[]): EventBatch {
  const batch = new EventBatch(2);
  for (const [timeMs, notation, device = 0] of events) {
    const bytes = Buffer.from(notation.replace('!', ''), 'hex');
    if (notation.startsWith('#')) {
      batch.addBytes(timeMs, device, EventKind.MARKER, Buffer.from(notation.slice(1)));
    } else if (notation.startsWith('!')) {
      batch.addBytes(timeMs, device, EventKind.BROKEN_SYSEX, bytes);
    } else if (bytes[0] === 0xf0) {
      batch.addBytes(timeMs, device, EventKind.SYSEX, bytes);
    } else {
      batch.addShort(
        timeMs,
        device,
        bytes.reduceRight((packed, byte) => (packed << 8) | byte, 0),
      );
    }
  }
  return batch;
}

export interface TestTake {
  readonly take: TakeFile;
  readonly clock: FakeClock;
  readonly disk: MemoryDisk;
}

/** There is no such folder on the real disk, where a take looks before it is opened. */
export const TAKE_PATH = resolve('/takes/take.mid');

/** What a take needs to be told. At 120 bpm and 500 ppq a millisecond is a tick. */
export const TAKE_SETTINGS = {
  overwrite: false,
  format: 0,
  ppq: 500,
  bpm: 120,
  timeSignature: { numerator: 4, denominator: 4 },
  keepRealtime: false,
} as const;

/** Opens a take on a disk in memory. */
export function openTake(options: Partial<TakeOptions> = {}): TestTake {
  const clock = new FakeClock();
  const disk = new MemoryDisk();
  const take = TakeFile.open({
    ...TAKE_SETTINGS,
    path: TAKE_PATH,
    deviceNames: ['Piano'],
    clock,
    disk,
    ...options,
  });
  return { take, clock, disk };
}

/** Closes a take and reads what it left, after checking that nothing else is left. */
export async function closeTake(
  { take, clock, disk }: TestTake,
  endTimeMs: number,
): Promise<{ result: TakeResult; parsed: ParsedSmf }> {
  const result = await take.close(endTimeMs);
  assert.equal(clock.pendingTimers, 0);
  assert.deepEqual([...disk.files.keys()], [result.path]);
  assert.ok([...disk.files.values()].every(({ isOpen }) => !isOpen));
  const bytes = disk.read(result.path)!;
  assert.equal(bytes.length, result.byteLength);
  return { result, parsed: parseThrice(bytes) };
}

/** What three readers agree on. */
export function parseThrice(bytes: Uint8Array): ParsedSmf {
  const parsed = parseWithOurs(bytes);
  assert.deepEqual(parseWithMidiFile(bytes), parsed);
  assert.deepEqual(parseWithMidiParserJs(bytes), parsed);
  return parsed;
}
