/**
 * One MIDI output at work: open, short messages, long messages through a few reused buffers, close.
 *
 * Source: midiOutLongMsg, midiOutPrepareHeader, midiOutReset and MOM_DONE of the Windows SDK;
 * MODM_LONGDATA of the Windows NT DDK.
 */

import { CABLE_BYTES_PER_MS, isRealtime, SYSEX_START } from '../midi/status.js';
import { sleep, Turns } from '../midi/waiting.js';
import type { CloseReport } from '../winmm/calls/device-close.js';
import { DeviceMemory } from '../winmm/calls/device-memory.js';
import { type DeviceToOpen, openDevice } from '../winmm/calls/device-open.js';
import { hungDriver } from '../winmm/calls/hung-driver.js';
import { MIDIERR_NOTREADY, MIDIERR_STILLPLAYING, MMSYSERR_NOERROR } from '../winmm/constants.js';
import { check } from '../winmm/mmresult.js';
import type { MidiHandle, Mmresult } from '../winmm/winmm.js';
import { BuffersInFlight } from './buffers-in-flight.js';
import { DriverCall } from './driver-call.js';
import { closeOutput } from './output-close.js';

/** A message may take twice its time on a MIDI cable … */
const SLOWEST_BYTES_PER_MS = CABLE_BYTES_PER_MS / 2;
/** … and this much longer. */
const DONE_GRACE_MS = 5000;

/** How often to ask a busy driver again, and to look at the flags of one that has not called back so far. */
const POLL_MS = 1;
/** How long to wait for a driver that calls back before its flags are looked at. */
const LOOK_MS = 100;
/** Drivers that answer at once would keep timers and signals from running for ever. */
const LONGEST_RUN_MS = 4;

/** MOM_DONE is as many messages as there are buffers in flight; the rest is for drivers that say it twice. */
const RING_SLOTS = 1024;

export interface OutputOptions extends DeviceToOpen {
  /** How long the driver may take for one message, in milliseconds; by default twice its time on a cable, and 5,000 more. */
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
export class Output {
  readonly name: string;
  /** Bytes of long messages that the driver has sent. */
  bytesSent = 0;
  readonly #options: OutputOptions;
  readonly #memory: DeviceMemory;
  readonly #handle: MidiHandle;
  readonly #call: DriverCall;
  readonly #buffers: BuffersInFlight;
  #lastReturnMs = 0;
  #ranSinceMs: number;
  #isInsideSysex = false;
  #isClosing = false;
  readonly #turns = new Turns();

  /**
   * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer within
   *   ten seconds; RangeError if there is no memory
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
    this.#call = new DriverCall(options.name, options.clock);
    this.#buffers = new BuffersInFlight(options.winmm, this.#call, handle, memory);
    this.name = options.name;
    this.#ranSinceMs = options.clock.nowMs();
  }

  /**
   * Sends a message of one to three bytes. A driver that is busy is asked again, for a while.
   *
   * @param packed - status byte | first data byte << 8 | second data byte << 16
   * @throws MmresultError if the driver refuses, or is still busy at the end; BrokenOff if the output
   *   is closed meanwhile
   */
  sendShort(packed: number): Promise<void> {
    return this.#turns.take(async () => {
      const { winmm, name } = this.#options;
      const limitMs = this.#limitMs(this.#buffers.byteLength);
      const send = () => winmm.midiOutShortMsg(this.#handle, packed);
      const result = await this.#askWhileBusy(limitMs, () =>
        this.#call.make('midiOutShortMsg', send, limitMs),
      );
      check('midiOutShortMsg', result, name);
    });
  }

  /**
   * Sends bytes in one buffer, and waits until the driver has sent them.
   *
   * @param bytes - one or more whole messages, or a piece of a sysex whose other pieces precede and follow
   * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not complete;
   *   BrokenOff if the output is closed meanwhile; RangeError if there is no memory for them
   */
  async sendLong(bytes: Uint8Array): Promise<void> {
    await this.submit(bytes);
    await this.drain();
  }

  /**
   * Like `sendLong`, but waits only until the driver has taken the bytes. Many small messages go
   * out much faster this way; `drain` waits for the last of them.
   *
   * @throws what `sendLong` throws
   */
  submit(bytes: Uint8Array): Promise<void> {
    return this.#turns.take(() => this.#submit(bytes));
  }

  /**
   * Waits until the driver has sent everything.
   *
   * @throws what `sendLong` throws
   */
  drain(): Promise<void> {
    return this.#turns.take(() => this.#waitUntil(() => this.#buffers.oldest === undefined));
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
    this.#memory.ring.onWake();
    const { winmm, clock, name } = this.#options;
    const report = await closeOutput({
      winmm,
      clock,
      name,
      handle: this.#handle,
      buffers: this.#buffers.all,
      call: this.#call,
      isInsideSysex: this.#isInsideSysex,
      poll: () => this.#poll(),
    });
    if (report.closed) this.#memory.retire(clock.nowMs());
    return report;
  }

  async #submit(bytes: Uint8Array): Promise<void> {
    const { clock, name } = this.#options;
    await this.#letOthersRun();
    this.#call.requireReturned();
    await this.#waitUntil(() => this.#buffers.hasRoomFor(bytes.length));
    const buffer = await this.#buffers.fill(bytes, name);
    const limitMs = this.#limitMs(this.#buffers.byteLength + bytes.length);
    const give = () => this.#buffers.give(buffer, clock.nowMs());
    const result = await this.#askWhileBusy(limitMs, () =>
      this.#call.make('midiOutLongMsg', give, limitMs),
    );
    if (result !== MMSYSERR_NOERROR) this.#buffers.release(buffer);
    check('midiOutLongMsg', result, name);
    this.#isInsideSysex = endsInsideSysex(bytes, this.#isInsideSysex);
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
      const oldest = this.#buffers.oldest!;
      const limitMs = this.#limitMs(oldest.length);
      if (clock.nowMs() - Math.max(oldest.givenMs, this.#lastReturnMs) >= limitMs) {
        throw hungDriver(`the driver has not sent ${oldest.length} bytes`, limitMs, this.name);
      }
      await this.#untilCalledBack();
      this.#ranSinceMs = clock.nowMs();
    }
  }

  #untilCalledBack(): Promise<void> {
    const { ring } = this.#memory;
    return new Promise((resolve) => {
      const isWoken = ring.arm() && this.#buffers.callsBack;
      const cancel = this.#options.clock.setTimer(isWoken ? LOOK_MS : POLL_MS, resolve);
      ring.onWake = () => {
        cancel();
        resolve();
      };
    });
  }

  #poll(): void {
    const byteLength = this.#buffers.poll();
    if (byteLength === 0) return;
    // What midiOutReset returns has not been sent, or not all of it.
    if (!this.#isClosing) this.bytesSent += byteLength;
    this.#lastReturnMs = this.#options.clock.nowMs();
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

/** Whether the wire is in the middle of a sysex behind `bytes`. */
function endsInsideSysex(bytes: Uint8Array, wasInside: boolean): boolean {
  for (let index = bytes.length - 1; index >= 0; index--) {
    const byte = bytes[index];
    if (byte >= 0x80 && !isRealtime(byte)) return byte === SYSEX_START;
  }
  return wasInside;
}
