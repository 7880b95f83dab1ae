/** Where tests of the capture lie: a fake clock, a scripted WinMm, and what came out as rows that read well. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Input } from '../../src/capture/input.js';
import { LossLedger } from '../../src/capture/loss-ledger.js';
import { CaptureSession, type SessionOptions } from '../../src/capture/session.js';
import { type EventBatch, EventKind } from '../../src/midi/event-batch.js';
import { shortMessageLength } from '../../src/midi/status.js';
import { MIM_DATA } from '../../src/winmm/constants.js';
import { FakeClock } from './fake-clock.js';
import { hex } from './input-client.js';
import { countRetired } from './retired-memory.js';
import type { ScriptedInput } from './scripted-input.js';
import { ScriptedWinMm } from './scripted-winmm.js';

/** An event: take time, index of the input, what it is, its bytes as hex or a marker's text. */
export type Row = readonly [timeMs: number, device: number, kind: string, bytes: string];

const KIND_NAMES = ['short', 'sysex', 'broken', 'marker', 'part'];

export function rowsOf(batch: EventBatch): Row[] {
  const rows: Row[] = [];
  for (let row = 0; row < batch.count; row++) {
    const kind = batch.kind[row]!;
    rows.push([batch.timeMs[row]!, batch.device[row]!, KIND_NAMES[kind]!, textOf(batch, row)]);
  }
  return rows;
}

function textOf(batch: EventBatch, row: number): string {
  const kind = batch.kind[row]!;
  if (kind === EventKind.MARKER) return new TextDecoder().decode(batch.payload[row]);
  if (kind !== EventKind.SHORT) return hex(batch.payload[row]!);
  const packed = batch.packed[row]!;
  const bytes = [packed & 0xff, (packed >>> 8) & 0xff, (packed >>> 16) & 0xff];
  return hex(bytes.slice(0, shortMessageLength(packed & 0xff)));
}

/** F0, `length` - 2 data bytes, F7. */
export function sysexOf(length: number, seed = 0): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + seed) & 0x7f);
  bytes[0] = 0xf0;
  bytes[length - 1] = 0xf7;
  return bytes;
}

export class CaptureBed {
  readonly clock = new FakeClock(1000);
  readonly winmm: ScriptedWinMm;
  readonly ledger = new LossLedger();
  /** Everything that a session has handed on. */
  readonly rows: Row[] = [];
  /** What is expected to be left over at the end, besides memory that may be used again. */
  leaves = { liveBlocks: 0, openHandles: 0, pendingTimers: 0 };

  constructor(names: string[]) {
    this.winmm = new ScriptedWinMm(this.clock, names);
  }

  get device(): ScriptedInput {
    return this.winmm.devices[0]!;
  }

  /** Counts of the ledger by kind. */
  get losses(): Record<string, number> {
    return lossesOf(this.session?.ledger ?? this.ledger);
  }

  session: CaptureSession | undefined;

  openInput(options: { buffers?: number; bufferSize?: number; ringSlots?: number } = {}) {
    const { winmm, clock, ledger } = this;
    return Input.open({
      winmm,
      clock,
      ledger,
      deviceId: 0,
      name: this.winmm.devices[0]?.name ?? 'none',
      listed: { name: this.winmm.devices[0]?.name },
      device: 0,
      buffers: 4,
      bufferSize: 16,
      ringSlots: 64,
      ...options,
    });
  }

  /** Opened, started, and its zero the take's zero. */
  async startInput(options: Parameters<CaptureBed['openInput']>[0] = {}): Promise<Input> {
    const input = await this.openInput(options);
    const zeroMs = await input.start();
    input.place(zeroMs, zeroMs);
    return input;
  }

  /** Blocks of memory that are in use, or lost; those that wait for another input are not. A ring and its buffers are two. */
  get liveBlocks(): number {
    const { memory, ringSlots } = this.winmm;
    return memory.liveBlocks - countRetired(memory, ringSlots, this.clock.nowMs());
  }

  /** The driver of every handle that was opened calls back once more, as it must not: nothing happens. */
  callBackLate(): void {
    const rows = this.rows.length;
    for (const device of this.winmm.everPlugged) {
      if (device.open?.phase === 'closed') device.callBack(MIM_DATA, 0x7f7f90);
    }
    this.session?.poll();
    assert.equal(this.rows.length, rows, 'a callback after midiInClose was taken');
  }

  async openSession(options: Partial<SessionOptions> = {}): Promise<CaptureSession> {
    const { winmm, clock } = this;
    const devices = winmm.devices.map(({ name }, deviceId) => ({ deviceId, name }));
    const small = { buffers: 4, bufferSize: 16 };
    this.session = await CaptureSession.open({ winmm, clock, devices, ...small, ...options });
    return this.session;
  }

  async startSession(options: Partial<SessionOptions> = {}): Promise<CaptureSession> {
    const session = await this.openSession(options);
    await session.start((batch) => this.rows.push(...rowsOf(batch)));
    return session;
  }

  /** Lets time pass until `promise` is settled, at most `limitMs`; answers how long it took. */
  async timeUntil(promise: Promise<unknown>, limitMs = 60_000): Promise<number> {
    const startMs = this.clock.nowMs();
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await this.clock.advanceAsync(0);
    while (!isSettled && this.clock.nowMs() - startMs < limitMs) await this.clock.advanceAsync(1);
    assert.ok(isSettled, `not settled within ${limitMs} ms`);
    return this.clock.nowMs() - startMs;
  }
}

export function lossesOf(ledger: LossLedger): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, count } of ledger.entries()) counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
}

/**
 * A test on a bed with inputs of the given names. At its end WinMM must have been used as it is
 * meant to be, and nothing may be left over but what the test says in `bed.leaves`.
 */
export function captureTest(
  title: string,
  run: (bed: CaptureBed) => Promise<void>,
  names: string[] = ['keys'],
): void {
  test(title, async () => {
    const bed = new CaptureBed(names);
    await run(bed);
    assert.deepEqual(bed.winmm.misuse, []);
    const { liveBlocks } = bed;
    assert.deepEqual(
      { liveBlocks, openHandles: bed.winmm.openHandles, pendingTimers: bed.clock.pendingTimers },
      bed.leaves,
    );
    bed.callBackLate();
  });
}
