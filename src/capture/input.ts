/** One MIDI input at work: open, its buffers in flight, its messages into a batch. */
import type { Clock } from '../midi/clock.js';
import { MidirecError } from '../midi/errors.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { isRealtime, shortMessageLength } from '../midi/status.js';
import { CallbackRing, type RingVisitor } from '../winmm/callback-ring.js';
import {
  MIM_DATA,
  MIM_ERROR,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MIM_MOREDATA,
  MMSYSERR_NOERROR,
} from '../winmm/constants.js';
import { check, mmresultName } from '../winmm/mmresult.js';
import { MIDIHDR_SIZE } from '../winmm/structures.js';
import type { MidiHandle, WinMm } from '../winmm/winmm.js';
import { waitAtMost } from './bounded-wait.js';
import { CounterClock } from './counter-clock.js';
import { HeaderPool } from './header-pool.js';
import { type CloseReport, closeInput } from './input-close.js';
import type { LossLedger } from './loss-ledger.js';
import { type AssemblyVisitor, SysexAssembler } from './sysex-assembler.js';
import { CLOSE_TOLERANCE_MS, LOOSE_TOLERANCE_MS, TimeStamps } from './time-stamps.js';

/** How long a driver may take to open or to start before it counts as hung. */
export const OPEN_LIMIT_MS = 10_000;

export interface InputOptions {
  winmm: WinMm;
  clock: Clock;
  ledger: LossLedger;
  /** midiIn… device id, resolved right before: ids shift when devices come and go. */
  deviceId: number;
  /** The device's name, for messages. */
  name: string;
  /** Index of this input in the take. */
  device: number;
  buffers: number;
  bufferSize: number;
  /** Slots of the callback ring, a power of two. */
  ringSlots: number;
}

/** What has come in through an input. */
export interface InputCounts {
  shortMessages: number;
  sysexMessages: number;
  sysexBytes: number;
}

/**
 * An opened input. It belongs to JavaScript's thread: the driver's threads only ever touch the
 * ring and the buffers.
 */
export class Input implements RingVisitor, AssemblyVisitor {
  readonly name: string;
  /** The midiIn… id that it was opened with. */
  readonly deviceId: number;
  readonly device: number;
  readonly counts: InputCounts = { shortMessages: 0, sysexMessages: 0, sysexBytes: 0 };
  /** Events that were drained and not yet taken: in order of time. The session empties it. */
  readonly batch = new EventBatch();
  /** Take time at which the last buffer with sysex in it came, whole messages or not; undefined before the first. */
  lastSysexMs: number | undefined;
  readonly #options: InputOptions;
  readonly #ring: CallbackRing;
  readonly #pool: HeaderPool;
  readonly #counterClock: CounterClock;
  readonly #assembler = new SysexAssembler(this);
  readonly #handle: MidiHandle;
  #timeStamps: TimeStamps | undefined;
  #takeZeroMs = 0;
  #isClosing = false;
  #lostBefore = 0;
  #stampMs = 0;
  #lastRowMs = 0;

  /**
   * Opens a device, prepares its buffers and gives all of them to the driver. Nothing arrives
   * before `start`.
   *
   * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer;
   *   RangeError if there is no memory for the buffers
   */
  static async open(options: InputOptions): Promise<Input> {
    const { winmm, clock, deviceId, name, ringSlots } = options;
    const ring = new CallbackRing(
      winmm.memory.allocate(CallbackRing.byteLength(ringSlots)),
      ringSlots,
    );
    // Touched now, so that memory does not seem to grow while the ring goes round for the first time.
    ring.block.bytes.fill(0, CallbackRing.byteLength(0));
    // Some stacks enumerate lazily and know no device before this call.
    winmm.midiInGetNumDevs();
    const opened = await waitAtMost(clock, winmm.midiInOpen(deviceId, ring), OPEN_LIMIT_MS);
    // Of a driver that has not answered, the ring is left to it: it may still come to use it.
    if (!opened.done) throw hungDriver('midiInOpen', name);
    if (opened.value.result !== MMSYSERR_NOERROR) winmm.memory.free(ring.block);
    check('midiInOpen', opened.value.result, name);
    const input = new Input(options, ring, opened.value.handle);
    try {
      input.#queueAllBuffers();
    } catch (error) {
      await input.close();
      throw error;
    }
    return input;
  }

  private constructor(options: InputOptions, ring: CallbackRing, handle: MidiHandle) {
    this.#options = options;
    this.#ring = ring;
    this.#handle = handle;
    this.name = options.name;
    this.deviceId = options.deviceId;
    this.device = options.device;
    this.#counterClock = new CounterClock(options.winmm.readCounter());
    this.#pool = new HeaderPool(options.winmm.memory, options.buffers, options.bufferSize);
  }

  /** Buffers that are with the driver at this moment. */
  get buffersQueued(): number {
    return this.#pool.queued;
  }

  /** Whether a sysex has begun and not ended yet. */
  get isInSysex(): boolean {
    return this.#assembler.pendingLength > 0;
  }

  /**
   * Starts the input; its time stamps count from here.
   *
   * @returns the moment of zero: milliseconds on the clock
   * @throws MmresultError, MidirecError TIMEOUT
   */
  async start(): Promise<number> {
    const { winmm, clock, name } = this.#options;
    const beforeMs = clock.nowMs();
    const started = await waitAtMost(clock, winmm.midiInStart(this.#handle), OPEN_LIMIT_MS);
    if (!started.done) throw hungDriver('midiInStart', name);
    check('midiInStart', started.value, name);
    return (beforeMs + clock.nowMs()) / 2;
  }

  /**
   * Places the input on the take's clock.
   *
   * @param zeroMs - what `start` returned
   * @param takeZeroMs - the take's zero, on the same clock
   */
  place(zeroMs: number, takeZeroMs: number): void {
    const machineCode = this.#options.winmm.callbackKind === 'machine-code';
    const toleranceMs = machineCode ? CLOSE_TOLERANCE_MS : LOOSE_TOLERANCE_MS;
    this.#takeZeroMs = takeZeroMs;
    this.#timeStamps = new TimeStamps(zeroMs - takeZeroMs, toleranceMs);
  }

  /**
   * Takes everything that has arrived out of the ring and into `batch`, and gives the buffers back.
   *
   * @returns how many messages the driver had sent
   */
  poll(): number {
    this.#counterClock.calibrate(this.#options.winmm.readCounter());
    const taken = this.#ring.drain(this);
    const lost = this.#ring.lost;
    if (lost !== this.#lostBefore) this.#accountForOverflow(lost);
    return taken;
  }

  /** Ends what is under way: a sysex without F7 becomes a broken one. Call it after the last poll. */
  finish(): void {
    this.#assembler.break();
  }

  /**
   * Stops, resets and closes the device, each step bounded. After this no buffer is given back to
   * the driver; what arrives meanwhile is still taken.
   */
  close(): Promise<CloseReport> {
    this.#isClosing = true;
    const { winmm, clock, name } = this.#options;
    return closeInput({
      winmm,
      clock,
      name,
      handle: this.#handle,
      pool: this.#pool,
      ring: this.#ring,
      poll: () => {
        this.poll();
        this.#sweep();
      },
    });
  }

  /** RingVisitor: one message of the driver. */
  onRingMessage(wMsg: number, dwParam1: number, dwParam2: number, counter: number): void {
    switch (wMsg) {
      case MIM_DATA:
      case MIM_MOREDATA:
        this.#takeShort(dwParam1, dwParam2, counter);
        break;
      case MIM_LONGDATA:
      case MIM_LONGERROR:
        this.#takeBuffer(wMsg, dwParam1, dwParam2, counter);
        break;
      case MIM_ERROR: {
        const timeMs = this.#timeOf(dwParam2, counter);
        this.#lose('invalid-message', timeMs, 1, formatPacked(dwParam1));
        break;
      }
    }
  }

  /** AssemblyVisitor: a short message out of a sysex buffer. */
  onShort(packed: number, timeMs: number): void {
    this.counts.shortMessages++;
    this.batch.addShort(this.#inOrder(timeMs), this.device, packed, this.#stampMs);
  }

  /** AssemblyVisitor */
  onSysex(payload: Uint8Array, timeMs: number): void {
    this.#addSysex(EventKind.SYSEX, payload, timeMs);
  }

  /** AssemblyVisitor */
  onBrokenSysex(payload: Uint8Array, timeMs: number): void {
    this.#lose('incomplete-sysex', timeMs);
    this.#addSysex(EventKind.BROKEN_SYSEX, payload, timeMs);
  }

  #addSysex(kind: number, payload: Uint8Array, timeMs: number): void {
    this.counts.sysexMessages++;
    this.counts.sysexBytes += payload.length;
    this.batch.addBytes(this.#inOrder(timeMs), this.device, kind, payload, this.#stampMs);
  }

  #takeShort(dwParam1: number, dwParam2: number, counter: number): void {
    const timeMs = this.#timeOf(dwParam2, counter);
    const status = dwParam1 & 0xff;
    const length = shortMessageLength(status);
    if (length === 0) {
      this.#lose('invalid-message', timeMs, 1, formatPacked(dwParam1));
      return;
    }
    if (this.#assembler.pendingLength > 0 && !isRealtime(status)) this.#assembler.break();
    this.onShort(
      length === 3 ? dwParam1 & 0xffffff : dwParam1 & (length === 2 ? 0xffff : 0xff),
      timeMs,
    );
  }

  #takeBuffer(wMsg: number, address: number, dwParam2: number, counter: number): void {
    const index = this.#pool.indexAt(address);
    // A driver that gives back what it does not have, or says so twice: there is nothing new in it.
    if (index < 0 || !this.#pool.isQueued(index) || this.#pool.isStillFilling(index)) return;
    const bytes = this.#pool.recorded(index);
    if (bytes.length === 0) {
      // Reclaimed by midiInReset: no data, and its time means nothing.
      this.#giveBack(index);
      return;
    }
    const timeMs = this.#timeOf(dwParam2, counter);
    if (!this.#isClosing && this.#pool.isStarved) this.#lose('no-buffer', timeMs);
    this.lastSysexMs = this.#stampMs;
    this.#assembler.feed(bytes, timeMs);
    if (wMsg === MIM_LONGERROR) {
      this.#lose('damaged-sysex', timeMs);
      this.#assembler.break();
    }
    this.#giveBack(index);
  }

  #giveBack(index: number): void {
    this.#pool.markReturned(index);
    if (this.#isClosing) return;
    this.#pool.renew(index);
    const { winmm } = this.#options;
    const result = winmm.midiInAddBuffer(this.#handle, this.#pool.addressOf(index), MIDIHDR_SIZE);
    if (result === MMSYSERR_NOERROR) {
      this.#pool.markQueued(index);
    } else {
      this.#lose('buffer-refused', this.#lastRowMs, 1, mmresultName(result));
    }
  }

  #queueAllBuffers(): void {
    const { winmm, name } = this.#options;
    for (let index = 0; index < this.#pool.count; index++) {
      const address = this.#pool.addressOf(index);
      check(
        'midiInPrepareHeader',
        winmm.midiInPrepareHeader(this.#handle, address, MIDIHDR_SIZE),
        name,
      );
      check('midiInAddBuffer', winmm.midiInAddBuffer(this.#handle, address, MIDIHDR_SIZE), name);
      this.#pool.markQueued(index);
    }
  }

  #accountForOverflow(lost: number): void {
    const count = (lost - this.#lostBefore) >>> 0;
    this.#lostBefore = lost;
    const lastMs = this.#takeMs(this.#options.clock.nowMs());
    this.#lose('ring-overflow', this.#lastRowMs, count);
    this.#lose('ring-overflow', lastMs, 0);
    this.#sweep();
  }

  /** Takes buffers whose callback found the ring full: their data is not lost, nor are they. */
  #sweep(): void {
    if (this.#ring.hasMessages) return;
    for (const index of this.#pool.sweepDone()) {
      if (this.#ring.hasMessages) return;
      const bytes = this.#pool.recorded(index);
      if (bytes.length > 0) this.#assembler.feed(bytes, this.#lastRowMs);
      this.#giveBack(index);
    }
  }

  #timeOf(dwParam2: number, counter: number): number {
    this.#stampMs = this.#takeMs(this.#counterClock.timeMs(counter));
    const timeStamps = this.#timeStamps;
    if (timeStamps === undefined) return this.#lastRowMs;
    const timeMs = timeStamps.timeOf(dwParam2, this.#stampMs);
    if (timeStamps.wasBad) this.#lose('bad-time-stamp', timeMs);
    return timeMs;
  }

  #takeMs(clockMs: number): number {
    return clockMs - this.#takeZeroMs;
  }

  /** A long sysex carries the time at which it began, but realtime may have passed it by meanwhile. */
  #inOrder(timeMs: number): number {
    if (timeMs > this.#lastRowMs) this.#lastRowMs = timeMs;
    return this.#lastRowMs;
  }

  #lose(kind: Parameters<LossLedger['add']>[0], timeMs: number, count = 1, detail = ''): void {
    this.#options.ledger.add(kind, this.device, timeMs, count, detail);
  }
}

function hungDriver(call: string, name: string): MidirecError {
  return new MidirecError(
    'TIMEOUT',
    `${call} did not return within ${OPEN_LIMIT_MS / 1000} s (${name})`,
    {
      hint: 'the driver hangs: unplug the device and plug it in again, or restart the machine',
    },
  );
}

/** The bytes of a packed message that is no message, for a person. */
function formatPacked(packed: number): string {
  const bytes = [packed & 0xff, (packed >>> 8) & 0xff, (packed >>> 16) & 0xff];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
