/** One MIDI input at work: opened, started, read, closed. */

import { CABLE_BYTES_PER_MS } from '../midi/status.js';
import { CallbackRing } from '../winmm/callback-ring.js';
import type { CloseReport } from '../winmm/calls/device-close.js';
import { DeviceMemory } from '../winmm/calls/device-memory.js';
import { type DeviceToOpen, OPEN_LIMIT_MS, openDevice } from '../winmm/calls/device-open.js';
import { answerOf } from '../winmm/calls/hung-driver.js';
import { wentAway } from '../winmm/devices.js';
import { check } from '../winmm/mmresult.js';
import type { DeviceIdentity, MidiHandle, Mmresult } from '../winmm/winmm.js';
import { HeaderPool } from './buffers/header-pool.js';
import { EventIntake } from './event-intake.js';
import { closeInput } from './input-close.js';
import { InputReader } from './input-reader.js';
import type { LossLedger } from './loss-ledger.js';
import { isStill } from './presence/listed-ids.js';
import { MessageTimes } from './timing/message-times.js';

/** At the speed of a MIDI line a buffer of the default size takes 1.3 s to fill, and a synthesizer may pause. */
const UNSEEN_PAUSE_MS = 3000;

/** Messages that make a batch at most, so that a flood makes no large one … */
const MOST_PER_BATCH = 1 << 16;
/** … and bytes of sysex: all that the buffers hold would be copied, and wait for the disk, at once. */
const MOST_SYSEX_PER_BATCH = 1 << 20;
/** A batch is read in steps of so many messages. */
const READ_AT_ONCE = 256;

export interface InputOptions extends DeviceToOpen {
  /** As what the list of devices has it now. */
  listed: DeviceIdentity;
  ledger: LossLedger;
  /** Index of this input in the take. */
  device: number;
  buffers: number;
  bufferSize: number;
  /** Slots of the callback ring, a power of two. */
  ringSlots: number;
  /** Called at the first message, before it is timed: it tells best when zero was, on the clock. */
  onZeroLearned?: (device: number, zeroMs: number) => void;
  /** Where its events go: for a device that is back, on with what it had. One of its own if left out. */
  intake?: EventIntake;
}

/**
 * An opened input. It belongs to JavaScript's thread: the driver's threads only ever touch the
 * ring and the buffers.
 */
export class Input {
  readonly name: string;
  /** The midiIn… id that it was opened with. */
  readonly deviceId: number;
  /** Its name in the list of devices when it was opened; undefined if its driver did not tell. */
  readonly listed: DeviceIdentity;
  readonly device: number;
  readonly intake: EventIntake;
  readonly #options: InputOptions;
  readonly #memory: DeviceMemory;
  readonly #pool: HeaderPool;
  readonly #handle: MidiHandle;
  readonly #times: MessageTimes;
  readonly #reader: InputReader;
  #starting: Promise<Mmresult> | undefined;
  #isReleased = false;
  #strandedBytes = 0;

  /**
   * Opens a device, prepares its buffers and gives all of them to the driver. Nothing arrives
   * before `start`.
   *
   * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer, NO_DEVICE if
   *   another one has come to its id meanwhile; RangeError if there is no memory for the buffers
   */
  static async open(options: InputOptions): Promise<Input> {
    const { winmm, clock, buffers, bufferSize, ringSlots } = options;
    const poolLength = HeaderPool.byteLength(buffers, bufferSize);
    const memory = DeviceMemory.take(winmm.memory, clock.nowMs(), ringSlots, poolLength);
    const handle = await openDevice('midiIn', options, memory);
    const pool = new HeaderPool(memory.takeBlock(poolLength), buffers, bufferSize);
    const input = new Input(options, memory, pool, handle);
    try {
      await input.#requireSame();
      await input.#reader.giveAll(options.name, clock);
    } catch (error) {
      await input.close();
      throw error;
    }
    return input;
  }

  private constructor(
    options: InputOptions,
    memory: DeviceMemory,
    pool: HeaderPool,
    handle: MidiHandle,
  ) {
    const { winmm, clock, device, ledger } = options;
    this.name = options.name;
    this.deviceId = options.deviceId;
    this.listed = options.listed;
    this.device = device;
    this.intake = options.intake ?? new EventIntake(device, ledger);
    this.#options = options;
    this.#memory = memory;
    this.#pool = pool;
    this.#handle = handle;
    this.#times = new MessageTimes(winmm, clock, (zeroMs) =>
      options.onZeroLearned?.(device, zeroMs),
    );
    this.#reader = new InputReader({
      winmm,
      handle,
      ring: memory.ring,
      pool,
      times: this.#times,
      intake: this.intake,
    });
  }

  /**
   * Opens the device anew, for one that went away and is back. It is to be started and placed as
   * if it were new, but its events go on where those of this input ended.
   *
   * @param deviceId - where it is in the list now
   * @param listed - as what it is listed there
   * @param buffers - how many it gets this time
   * @throws what `open` throws
   */
  openAgain(deviceId: number, listed: DeviceIdentity, buffers: number): Promise<Input> {
    return Input.open({ ...this.#options, deviceId, listed, buffers, intake: this.intake });
  }

  /** Ids shift when devices come and go: between the list and the opening, too. */
  async #requireSame(): Promise<void> {
    const { winmm, clock, name, deviceId, listed } = this.#options;
    const listing = winmm.listInputs();
    const now = await answerOf('midiInGetDevCaps', name, listing, clock, OPEN_LIMIT_MS);
    if (!isStill(listed, now, deviceId)) throw wentAway(name);
  }

  /** How many sysex buffers it has, and how much memory each of them takes. */
  get buffers(): { count: number; byteLength: number } {
    const { count, bufferSize } = this.#pool;
    return { count, byteLength: HeaderPool.byteLength(1, bufferSize) };
  }

  /** How it is known that the device has gone; empty as long as it seems to be there. */
  get goneReason(): string {
    return this.#reader.goneReason;
  }

  /** Memory that was left to the driver when it was closed: it can never be used again. */
  get strandedBytes(): number {
    return this.#strandedBytes;
  }

  /**
   * How long the sysex under way may show nothing before it counts as broken off, in milliseconds; 0
   * if none is. Longer where the driver does not show what it has written.
   */
  get sysexPauseMs(): number {
    this.#watchBuffer();
    const { isInSysex, isSysexSeen } = this.intake;
    if (!isInSysex) return 0;
    return isSysexSeen ? this.#pool.bufferSize / CABLE_BYTES_PER_MS : UNSEEN_PAUSE_MS;
  }

  /** When bytes of sysex were seen last, on the take's clock; undefined before the first. */
  get lastSysexMs(): number | undefined {
    this.#watchBuffer();
    return this.intake.lastSysexMs;
  }

  /** Buffers that are with the driver at this moment. */
  get buffersQueued(): number {
    return this.#pool.queued;
  }

  /**
   * Starts the input; its time stamps count from here.
   *
   * @returns the moment of zero: milliseconds on the clock
   * @throws MmresultError, MidirecError TIMEOUT
   */
  async start(): Promise<number> {
    const { winmm, clock, name } = this.#options;
    this.#times.markStarting();
    this.#starting = winmm.midiInStart(this.#handle);
    const result = await answerOf('midiInStart', name, this.#starting, clock, OPEN_LIMIT_MS);
    check('midiInStart', result, name);
    return this.#times.markStarted();
  }

  /**
   * Places the input on the take's clock.
   *
   * @param zeroMs - what `start` returned
   * @param takeZeroMs - the take's zero, on the same clock
   */
  place(zeroMs: number, takeZeroMs: number): void {
    this.#times.place(zeroMs, takeZeroMs);
  }

  /**
   * Takes everything that has arrived out of the ring and into the intake, and gives the buffers
   * back. After a close that succeeded there is nothing to take.
   *
   * @param limit - take no more messages than this. By default no more than the ring holds, so that
   *   a driver which never pauses cannot keep us here for ever
   * @returns how many messages the driver had sent
   */
  poll(limit = this.#memory.ring.slotCount): number {
    return this.#isReleased ? 0 : this.#reader.read(limit);
  }

  /**
   * Takes as much of it as makes a batch.
   *
   * @returns how many messages the driver had sent, and whether there may be more
   */
  pollBatch(): { messages: number; isMore: boolean } {
    const { counts } = this.intake;
    const mostBytes = counts.sysexBytes + MOST_SYSEX_PER_BATCH;
    let messages = 0;
    let isMore = true;
    while (isMore && messages < MOST_PER_BATCH && counts.sysexBytes < mostBytes) {
      const taken = this.poll(READ_AT_ONCE);
      messages += taken;
      isMore = taken === READ_AT_ONCE;
    }
    return { messages, isMore };
  }

  /**
   * Asks for one call of `onWake` when the next message comes: from within a driver's callback, so it may
   * only see to it that `poll` is called soon.
   *
   * @returns false if the input is to be polled again without it
   */
  arm(onWake: () => void): boolean {
    return this.#isReleased || this.#reader.arm(onWake);
  }

  #watchBuffer(): void {
    if (!this.#isReleased) this.#reader.watchBuffer();
  }

  /** Ends what is under way: a sysex without F7 becomes a broken one. Call it after the last poll. */
  finish(): void {
    this.intake.finish();
  }

  /**
   * Stops, resets and closes the device, each step bounded. After this no buffer is given back to
   * the driver; what arrives meanwhile is still taken. Calling it again gives the same promise.
   */
  close(): Promise<CloseReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  #closing: Promise<CloseReport> | undefined;

  async #close(): Promise<CloseReport> {
    const { winmm, clock, name } = this.#options;
    this.#reader.beginClosing();
    const report = await closeInput({
      winmm,
      clock,
      name,
      handle: this.#handle,
      pool: this.#pool,
      starting: this.#starting,
      adding: this.#reader.adding,
      poll: () => this.poll(),
    });
    this.#reader.takeUnreturned();
    this.#isReleased = report.closed;
    // With a buffer that has not come back a driver may still do what it likes; with the ring, if it lives.
    const isStranded = !report.closed || this.#pool.queued > 0;
    const isRingFree = report.closed || report.gone;
    const { count, byteLength } = this.buffers;
    if (isStranded) this.#strandedBytes = count * byteLength;
    if (isRingFree) this.#memory.retire(clock.nowMs(), isStranded);
    else this.#strandedBytes += CallbackRing.byteLength(this.#memory.ring.slotCount);
    return report;
  }
}
