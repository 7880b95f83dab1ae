/**
 * One MIDI output at work: open, short messages, long messages through a few reused buffers, close.
 *
 * Source: midiOutLongMsg, midiOutPrepareHeader, midiOutReset and MOM_DONE of the Windows SDK;
 * MODM_LONGDATA of the Windows NT DDK.
 */
import { sleep } from '../midi/clock.js';
import { isRealtime, SYSEX_START } from '../midi/status.js';
import type { RingVisitor } from '../winmm/callback-ring.js';
import type { CloseReport } from '../winmm/calls/device-close.js';
import { DeviceMemory } from '../winmm/calls/device-memory.js';
import { type DeviceToOpen, openDevice } from '../winmm/calls/device-open.js';
import { answerOf, hungDriver } from '../winmm/calls/hung-driver.js';
import {
  MIDIERR_NOTREADY,
  MIDIERR_STILLPLAYING,
  MMSYSERR_NOERROR,
  MOM_DONE,
} from '../winmm/constants.js';
import type { Address } from '../winmm/memory.js';
import { check, MmresultError } from '../winmm/mmresult.js';
import { MIDIHDR_SIZE } from '../winmm/structures.js';
import type { MidiHandle, Mmresult } from '../winmm/winmm.js';
import { blockLengthFor, LongBuffer } from './long-buffer.js';
import { closeOutput } from './output-close.js';

/** A message may take twice its time on a MIDI cable (31,250 baud at ten bits a byte) … */
const SLOWEST_BYTES_PER_MS = 3.125 / 2;
/** … and this much longer. */
const DONE_GRACE_MS = 5000;

/** Small messages travel together, so that the driver need not wait for us between them … */
const MOST_IN_FLIGHT = 16;
/** … but no more than a third of a second on a cable, so that stopping is soon. */
const MOST_BYTES_IN_FLIGHT = 1024;
const SMALLEST_CAPACITY = 1024;
/** How often to look for MOM_DONE, and to ask a busy driver again. */
const POLL_MS = 1;
/** Drivers that answer at once would keep timers and signals from running for ever. */
const LONGEST_RUN_MS = 4;

/** MOM_DONE is as many messages as there are buffers in flight; the rest is for drivers that say it twice. */
const RING_SLOTS = 1024;

export interface OutputOptions extends DeviceToOpen {
  /** How long the driver may take for one message; by default twice its time on a cable, and 5 s. */
  doneLimitMs?: number;
}

/** Thrown by what was under way when the output was closed. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/**
 * An opened output. Messages go out in the order of the calls, whoever waits for them or not.
 *
 * After an error of a driver the output can still be used, as far as the driver lets it; it is
 * to be closed in any case.
 */
export class Output implements RingVisitor {
  readonly name: string;
  /** Bytes of long messages that the driver has sent. */
  bytesSent = 0;
  readonly #options: OutputOptions;
  readonly #memory: DeviceMemory;
  readonly #handle: MidiHandle;
  readonly #buffers = new Map<Address, LongBuffer>();
  readonly #free: LongBuffer[] = [];
  /** In the order in which they were given to the driver. */
  readonly #inFlight: LongBuffer[] = [];
  #bytesInFlight = 0;
  #lastReturnMs = 0;
  #ranSinceMs: number;
  #isInsideSysex = false;
  #isClosing = false;
  #lastTask: Promise<unknown> = Promise.resolve();

  /**
   * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer
   */
  static async open(options: OutputOptions): Promise<Output> {
    const { winmm, clock } = options;
    const memory = DeviceMemory.take(winmm.memory, clock.nowMs(), RING_SLOTS);
    const handle = await openDevice('midiOut', options, memory);
    return new Output(options, memory, handle);
  }

  private constructor(options: OutputOptions, memory: DeviceMemory, handle: MidiHandle) {
    this.#options = options;
    this.#memory = memory;
    this.#handle = handle;
    this.name = options.name;
    this.#ranSinceMs = options.clock.nowMs();
  }

  /** Buffers that are with the driver. */
  get buffersInFlight(): number {
    return this.#inFlight.length;
  }

  /**
   * Sends a message of one to three bytes. A driver that is busy is asked again, for a while.
   *
   * @param packed - status byte | first data byte << 8 | second data byte << 16
   * @throws MmresultError; BrokenOff if the output is closed meanwhile
   */
  sendShort(packed: number): Promise<void> {
    return this.#inTurn(async () => {
      const { winmm, name } = this.#options;
      const limitMs = this.#limitMs(this.#bytesInFlight);
      const result = await this.#askWhileBusy(limitMs, async () =>
        winmm.midiOutShortMsg(this.#handle, packed),
      );
      check('midiOutShortMsg', result, name);
    });
  }

  /**
   * Sends bytes in one buffer, and waits until the driver has sent them.
   *
   * @param bytes - one or more whole messages, or a piece of a sysex whose other pieces precede and follow
   * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not complete;
   *   BrokenOff if the output is closed meanwhile
   */
  async sendLong(bytes: Uint8Array): Promise<void> {
    await this.submit(bytes);
    await this.drain();
  }

  /**
   * Like `sendLong`, but waits only until the driver has taken the bytes. Many small messages go
   * out much faster this way; `drain` waits for the last of them.
   */
  submit(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#submit(bytes));
  }

  /** Waits until the driver has sent everything. Throws what `sendLong` throws. */
  drain(): Promise<void> {
    return this.#inTurn(() => this.#waitUntil(() => this.#inFlight.length === 0));
  }

  /**
   * Closes the device; what is under way is broken off. Every step is bounded, and what goes
   * wrong is in the report. Never throws. Calling it again gives the same promise.
   *
   * midiOutReset is called only if the driver has not returned a buffer. A sysex of which the
   * end is missing then is ended with F7, which midiOutReset leaves to the application.
   */
  close(): Promise<CloseReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  #closing: Promise<CloseReport> | undefined;

  async #close(): Promise<CloseReport> {
    this.#poll();
    this.#isClosing = true;
    const { winmm, clock, name } = this.#options;
    const report = await closeOutput({
      winmm,
      clock,
      name,
      handle: this.#handle,
      buffers: [...this.#buffers.values()],
      isInsideSysex: this.#isInsideSysex,
      poll: () => this.#poll(),
    });
    if (report.closed) this.#memory.retire(clock.nowMs());
    return report;
  }

  /** RingVisitor: one message of the driver. */
  onRingMessage(wMsg: number, dwParam1: number): void {
    if (wMsg === MOM_DONE) this.#buffers.get(dwParam1)?.takeCallback();
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#lastTask.then(task);
    this.#lastTask = turn.catch(() => {});
    return turn;
  }

  async #submit(bytes: Uint8Array): Promise<void> {
    await this.#letOthersRun();
    await this.#waitUntil(() => this.#hasRoomFor(bytes.length));
    const buffer = this.#takeBuffer(bytes.length);
    buffer.fill(bytes);
    const limitMs = this.#limitMs(this.#bytesInFlight + bytes.length);
    const result = await this.#askWhileBusy(limitMs, () => this.#give(buffer, limitMs));
    if (result !== MMSYSERR_NOERROR) {
      this.#free.push(buffer);
      throw new MmresultError('midiOutLongMsg', result, this.name);
    }
    this.#isInsideSysex = endsInsideSysex(bytes, this.#isInsideSysex);
  }

  #hasRoomFor(length: number): boolean {
    const count = this.#inFlight.length;
    if (count === 0) return true;
    return count < MOST_IN_FLIGHT && this.#bytesInFlight + length <= MOST_BYTES_IN_FLIGHT;
  }

  /**
   * A prepared buffer that is large enough. Buffers are kept until the output is closed: their
   * sizes are powers of two, and of the large ones only one is in flight, so there are never many.
   */
  #takeBuffer(length: number): LongBuffer {
    const { winmm, name } = this.#options;
    const index = this.#free.findIndex(({ capacity }) => capacity >= length);
    if (index >= 0) return this.#free.splice(index, 1)[0];
    const block = this.#memory.takeBlock(blockLengthFor(capacityFor(length)));
    const buffer = new LongBuffer(block);
    const result = winmm.midiOutPrepareHeader(this.#handle, buffer.address, MIDIHDR_SIZE);
    if (result !== MMSYSERR_NOERROR) this.#memory.putBack(block);
    check('midiOutPrepareHeader', result, name);
    this.#buffers.set(buffer.address, buffer);
    return buffer;
  }

  async #give(buffer: LongBuffer, limitMs: number): Promise<Mmresult> {
    const { winmm, clock, name } = this.#options;
    buffer.markGiven(clock.nowMs());
    this.#inFlight.push(buffer);
    this.#bytesInFlight += buffer.length;
    const call = winmm.midiOutLongMsg(this.#handle, buffer.address, MIDIHDR_SIZE).then((result) => {
      buffer.isInCall = false;
      if (result !== MMSYSERR_NOERROR) this.#takeBackRefused(buffer);
      return result;
    });
    return answerOf('midiOutLongMsg', name, call, clock, limitMs);
  }

  /** A driver that refuses a buffer does not return it with MOM_DONE. */
  #takeBackRefused(buffer: LongBuffer): void {
    buffer.isDone = true;
    this.#inFlight.splice(this.#inFlight.indexOf(buffer), 1);
    this.#bytesInFlight -= buffer.length;
  }

  async #askWhileBusy(limitMs: number, ask: () => Promise<Mmresult>): Promise<Mmresult> {
    const { clock } = this.#options;
    const untilMs = clock.nowMs() + limitMs;
    for (;;) {
      // Once it is closed, the ring is gone: there is nothing to be polled any more.
      if (this.#isClosing) throw new BrokenOff();
      this.#poll();
      const result = await ask();
      const isBusy = result === MIDIERR_NOTREADY || result === MIDIERR_STILLPLAYING;
      if (!isBusy || clock.nowMs() >= untilMs) return result;
      await sleep(clock, POLL_MS);
    }
  }

  async #waitUntil(isEnough: () => boolean): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      if (this.#isClosing) throw new BrokenOff();
      this.#poll();
      if (isEnough()) return;
      const oldest = this.#inFlight[0];
      const limitMs = this.#limitMs(oldest.length);
      if (clock.nowMs() - Math.max(oldest.givenMs, this.#lastReturnMs) >= limitMs) {
        throw hungDriver(`the driver has not sent ${oldest.length} bytes`, limitMs, this.name);
      }
      await sleep(clock, POLL_MS);
      this.#ranSinceMs = clock.nowMs();
    }
  }

  /** Takes back what the driver has returned. */
  #poll(): void {
    this.#memory.ring.drain(this);
    for (let index = 0; index < this.#inFlight.length; ) {
      const buffer = this.#inFlight[index];
      buffer.takeFlags();
      if (!buffer.isReturned) {
        index++;
        continue;
      }
      this.#inFlight.splice(index, 1);
      this.#free.push(buffer);
      this.#bytesInFlight -= buffer.length;
      // What midiOutReset returns has not been sent, or not all of it.
      if (!this.#isClosing) this.bytesSent += buffer.length;
      this.#lastReturnMs = this.#options.clock.nowMs();
    }
  }

  async #letOthersRun(): Promise<void> {
    const { clock } = this.#options;
    if (clock.nowMs() - this.#ranSinceMs < LONGEST_RUN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#ranSinceMs = clock.nowMs();
  }

  #limitMs(byteLength: number): number {
    return this.#options.doneLimitMs ?? byteLength / SLOWEST_BYTES_PER_MS + DONE_GRACE_MS;
  }
}

/** A power of two, so that a buffer is seldom replaced by one that is a little larger. */
function capacityFor(length: number): number {
  let capacity = SMALLEST_CAPACITY;
  while (capacity < length) capacity *= 2;
  return capacity;
}

/** Whether the wire is in the middle of a sysex behind `bytes`. */
function endsInsideSysex(bytes: Uint8Array, wasInside: boolean): boolean {
  for (let index = bytes.length - 1; index >= 0; index--) {
    const byte = bytes[index];
    if (byte >= 0x80 && !isRealtime(byte)) return byte === SYSEX_START;
  }
  return wasInside;
}
