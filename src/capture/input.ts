/** One MIDI input at work: open, its buffers in flight, what it receives handed to an intake, close. */
import type { RingVisitor } from '../winmm/callback-ring.js';
import type { CloseReport } from '../winmm/calls/device-close.js';
import { DeviceMemory } from '../winmm/calls/device-memory.js';
import { type DeviceToOpen, OPEN_LIMIT_MS, openDevice } from '../winmm/calls/device-open.js';
import { answerOf } from '../winmm/calls/hung-driver.js';
import {
  MIM_CLOSE,
  MIM_DATA,
  MIM_ERROR,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MIM_MOREDATA,
  MMSYSERR_NOERROR,
} from '../winmm/constants.js';
import { check, mmresultName } from '../winmm/mmresult.js';
import type { MidiHandle, Mmresult } from '../winmm/winmm.js';
import { BuffersInFlight, GONE_RESULTS } from './buffers/buffers-in-flight.js';
import { HeaderPool } from './buffers/header-pool.js';
import { EventIntake } from './event-intake.js';
import { closeInput } from './input-close.js';
import type { LossLedger } from './loss-ledger.js';
import { CounterClock } from './timing/counter-clock.js';
import { CLOSE_TOLERANCE_MS, LOOSE_TOLERANCE_MS, TimeStamps } from './timing/time-stamps.js';

/** What a byte takes on the slowest line, 31,250 baud. */
const MS_PER_BYTE = 0.32;

export interface InputOptions extends DeviceToOpen {
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
export class Input implements RingVisitor {
  readonly name: string;
  /** The midiIn… id that it was opened with. */
  readonly deviceId: number;
  /** Its name in the list of devices when it was opened; undefined if its driver did not tell. */
  readonly listedName: string | undefined;
  readonly device: number;
  readonly intake: EventIntake;
  readonly #options: InputOptions;
  readonly #memory: DeviceMemory;
  readonly #pool: HeaderPool;
  readonly #handle: MidiHandle;
  readonly #buffers: BuffersInFlight;
  readonly #counterClock: CounterClock;
  #starting: Promise<Mmresult> | undefined;
  /** Before midiInStart was called; zero is not earlier. */
  #startedAfterMs = 0;
  #zeroMs = 0;
  #hasLearnedZero = false;
  #closing: Promise<CloseReport> | undefined;
  #isReleased = false;
  /** MIM_CLOSE has come, which is the last of all messages. */
  #isClosed = false;
  #leavesMemory = true;
  #goneReason = '';
  #timeStamps: TimeStamps | undefined;
  #takeZeroMs = 0;
  #lostBefore = 0;
  /** What the driver has said that it dropped; undefined if it does not tell. */
  #dropped: number | undefined;
  #isSweepDue = false;
  #stampMs = 0;

  /**
   * Opens a device, prepares its buffers and gives all of them to the driver. Nothing arrives
   * before `start`.
   *
   * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer;
   *   RangeError if there is no memory for the buffers
   */
  static async open(options: InputOptions): Promise<Input> {
    const { winmm, clock, deviceId, buffers, bufferSize, ringSlots } = options;
    const poolLength = HeaderPool.byteLength(buffers, bufferSize);
    const memory = DeviceMemory.take(winmm.memory, clock.nowMs(), ringSlots, poolLength);
    const listedName = winmm.midiInGetDevCaps(deviceId).caps?.szPname;
    const handle = await openDevice('midiIn', options, memory);
    const pool = new HeaderPool(memory.takeBlock(poolLength), buffers, bufferSize);
    const input = new Input(options, listedName, memory, pool, handle);
    try {
      input.#buffers.prepareAll(options.name);
    } catch (error) {
      await input.close();
      throw error;
    }
    return input;
  }

  private constructor(
    options: InputOptions,
    listedName: string | undefined,
    memory: DeviceMemory,
    pool: HeaderPool,
    handle: MidiHandle,
  ) {
    this.name = options.name;
    this.deviceId = options.deviceId;
    this.listedName = listedName;
    this.device = options.device;
    this.intake = options.intake ?? new EventIntake(options.device, options.ledger);
    this.#options = options;
    this.#memory = memory;
    this.#pool = pool;
    this.#lostBefore = memory.ring.lost;
    this.#handle = handle;
    this.#buffers = new BuffersInFlight(options.winmm, handle, pool);
    this.#counterClock = new CounterClock(options.winmm.readCounter());
    this.#dropped = options.winmm.messagesDropped(handle);
  }

  /**
   * Opens the device anew, for one that went away and is back. It is to be started and placed as
   * if it were new, but its events go on where those of this input ended.
   *
   * @param deviceId - where it is in the list now
   * @throws what `open` throws
   */
  openAgain(deviceId: number): Promise<Input> {
    return Input.open({ ...this.#options, deviceId, intake: this.intake });
  }

  /** How it is known that the device has gone; empty as long as it seems to be there. */
  get goneReason(): string {
    return this.#goneReason;
  }

  /** Whether memory was left to the driver, once it is closed: it can never be used again. */
  get leavesMemory(): boolean {
    return this.#leavesMemory;
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
    const beforeMs = clock.nowMs();
    this.#startedAfterMs = beforeMs;
    this.#starting = winmm.midiInStart(this.#handle);
    check(
      'midiInStart',
      await answerOf('midiInStart', name, this.#starting, clock, OPEN_LIMIT_MS),
      name,
    );
    // On a busy machine the answer comes late. The first messages of a callback that stamps by itself
    // tell the moment better than the middle would: see TimeStamps.
    return this.#stampsItself ? clock.nowMs() : (beforeMs + clock.nowMs()) / 2;
  }

  get #stampsItself(): boolean {
    return this.#options.winmm.callbackKind === 'machine-code';
  }

  /**
   * Places the input on the take's clock.
   *
   * @param zeroMs - what `start` returned
   * @param takeZeroMs - the take's zero, on the same clock
   */
  place(zeroMs: number, takeZeroMs: number): void {
    const toleranceMs = this.#stampsItself ? CLOSE_TOLERANCE_MS : LOOSE_TOLERANCE_MS;
    const earliestZeroMs = this.#stampsItself ? this.#startedAfterMs : zeroMs;
    this.#zeroMs = zeroMs;
    this.#takeZeroMs = takeZeroMs;
    this.#timeStamps = new TimeStamps(
      zeroMs - takeZeroMs,
      toleranceMs,
      earliestZeroMs - takeZeroMs,
    );
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
    if (this.#isReleased) return 0;
    const { ring } = this.#memory;
    this.#counterClock.calibrate(this.#options.winmm.readCounter());
    const taken = ring.drain(this, limit);
    const lost = ring.lost;
    if (lost !== this.#lostBefore) this.#accountForOverflow(lost);
    if (this.#isSweepDue) this.#sweep();
    this.#isGone(this.#buffers.giveBackHeld());
    // What comes in while the input is being closed is nobody's loss.
    if (this.#closing === undefined && this.#dropped !== undefined) this.#accountForDropped();
    return taken;
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

  async #close(): Promise<CloseReport> {
    const { winmm, clock, name } = this.#options;
    this.#buffers.end();
    const report = await closeInput({
      winmm,
      clock,
      name,
      handle: this.#handle,
      pool: this.#pool,
      starting: this.#starting,
      poll: () => {
        // Some drivers return buffers in midiInReset without a callback.
        this.#isSweepDue = true;
        this.poll();
      },
    });
    this.#isReleased = report.closed;
    // With a buffer that has not come back a driver may still do what it likes.
    this.#leavesMemory = !report.closed || this.#pool.queued > 0;
    if (!this.#leavesMemory) this.#memory.retire(clock.nowMs());
    return report;
  }

  /** RingVisitor: one message of the driver. */
  onRingMessage(wMsg: number, dwParam1: number, dwParam2: number, counter: number): void {
    // A bad driver calls back even after that.
    if (this.#isClosed) return;
    switch (wMsg) {
      case MIM_DATA:
      case MIM_MOREDATA: {
        const timeMs = this.#timeOf(dwParam2, counter);
        this.intake.takeShort(dwParam1, timeMs, this.#stampMs);
        break;
      }
      case MIM_LONGDATA:
      case MIM_LONGERROR:
        this.#takeBuffer(wMsg, dwParam1, dwParam2, counter);
        break;
      case MIM_ERROR:
        this.intake.takeInvalid(dwParam1, this.#timeOf(dwParam2, counter));
        break;
      case MIM_CLOSE:
        if (this.#closing === undefined) this.#hasGone('its driver has closed it');
        else this.#isClosed = true;
        break;
    }
  }

  #takeBuffer(wMsg: number, address: number, dwParam2: number, counter: number): void {
    const index = this.#buffers.indexReturned(address);
    if (index < 0) return;
    // A buffer that was given to the driver before this one came back before it: its callback got lost.
    if (this.#isSweepDue || this.#memory.ring.lost !== this.#lostBefore) this.#sweep(index);
    const { length } = this.#pool.recorded(index);
    // An empty buffer is one that midiInReset has returned: its time means nothing.
    const timeMs = length === 0 ? this.intake.lastMs : this.#timeOf(dwParam2, counter, length);
    this.#read(index, timeMs);
    const isDamage = wMsg === MIM_LONGERROR && (length > 0 || this.#closing === undefined);
    if (isDamage) this.intake.takeDamage(timeMs);
  }

  /** Reads a buffer that the driver has returned, and gives it back. */
  #read(index: number, timeMs: number): void {
    const pool = this.#pool;
    const bytes = pool.recorded(index);
    if (bytes.length === 0) {
      this.#buffers.hold(index);
      return;
    }
    if (this.#closing === undefined && this.#dropped === undefined && pool.isStarved) {
      this.intake.lose('no-buffer', timeMs);
    }
    this.intake.takeBytes(bytes, timeMs, this.#stampMs);
    const result = this.#buffers.giveBack(index);
    if (result === MMSYSERR_NOERROR || this.#isGone(result)) return;
    this.intake.lose('buffer-refused', timeMs, 1, mmresultName(result));
  }

  /** Whether midiInAddBuffer has answered that there is no such device any more. */
  #isGone(result: Mmresult): boolean {
    if (!GONE_RESULTS.has(result)) return false;
    this.#hasGone(`midiInAddBuffer answered ${mmresultName(result)}`);
    return true;
  }

  #hasGone(reason: string): void {
    this.#goneReason = reason;
    this.#buffers.end();
  }

  #accountForDropped(): void {
    const { winmm, clock } = this.#options;
    const dropped = winmm.messagesDropped(this.#handle);
    if (dropped === undefined || dropped === this.#dropped) return;
    const count = (dropped - (this.#dropped ?? 0)) >>> 0;
    this.#dropped = dropped;
    this.intake.lose('dropped-message', clock.nowMs() - this.#takeZeroMs, count);
  }

  #accountForOverflow(lost: number): void {
    const count = (lost - this.#lostBefore) >>> 0;
    this.#lostBefore = lost;
    this.intake.lose('ring-overflow', this.intake.lastMs, count);
    this.intake.lose('ring-overflow', this.#options.clock.nowMs() - this.#takeZeroMs, 0);
    this.#isSweepDue = true;
  }

  /**
   * Takes buffers whose callback found the ring full: neither their data is lost, nor are they.
   *
   * @param before - only those that were queued before this one; -1 for all, which has to wait
   *   until the ring is empty, for their callbacks may stand in it
   */
  #sweep(before = -1): void {
    const { ring } = this.#memory;
    if (before < 0 && ring.hasMessages) return;
    for (const index of this.#pool.sweepDone(before)) {
      if (before < 0 && ring.hasMessages) return;
      this.#read(index, this.intake.lastMs);
    }
    if (before < 0) this.#isSweepDue = false;
  }

  /** @param bufferedBytes - how many bytes may have come in since the message was stamped */
  #timeOf(dwParam2: number, counter: number, bufferedBytes = 0): number {
    const arrivalMs = this.#counterClock.timeMs(counter);
    if (!this.#hasLearnedZero) this.#learnZero(arrivalMs - dwParam2);
    this.#stampMs = arrivalMs - this.#takeZeroMs;
    const timeStamps = this.#timeStamps;
    if (timeStamps === undefined) return this.intake.lastMs;
    const timeMs = timeStamps.timeOf(dwParam2, this.#stampMs, bufferedBytes * MS_PER_BYTE);
    if (timeStamps.wasBad) this.intake.lose('bad-time-stamp', timeMs);
    return timeMs;
  }

  /** @param latestMs - when zero was at the latest, by the first message */
  #learnZero(latestMs: number): void {
    this.#hasLearnedZero = true;
    if (!this.#stampsItself || latestMs >= this.#zeroMs) return;
    const zeroMs = Math.max(this.#startedAfterMs, latestMs);
    this.#options.onZeroLearned?.(this.device, zeroMs);
  }
}
