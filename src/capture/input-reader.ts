/** Reads what a driver has put into the ring and the buffers of an input, and keeps account of what it could not. */
import type { Clock } from '../midi/clock.js';
import type { CallbackRing, RingVisitor } from '../winmm/callback-ring.js';
import {
  MIM_CLOSE,
  MIM_DATA,
  MIM_ERROR,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MIM_MOREDATA,
} from '../winmm/constants.js';
import { mmresultName } from '../winmm/mmresult.js';
import type { MidiHandle, Mmresult, WinMm } from '../winmm/winmm.js';
import { BuffersInFlight, GONE_RESULTS } from './buffers/buffers-in-flight.js';
import type { HeaderPool } from './buffers/header-pool.js';
import type { EventIntake } from './event-intake.js';
import type { MessageTimes } from './timing/message-times.js';

/** A driver that is in one call of midiInAddBuffer for so many looks hangs. */
const ADD_LOOKS = 20;
const ADD_LOOK_MS = 500;
/** What is shorter is a pause between two readings and nothing else. */
const SHORTEST_GAP_MS = 250;

export interface InputReaderOptions {
  winmm: WinMm;
  handle: MidiHandle;
  ring: CallbackRing;
  pool: HeaderPool;
  times: MessageTimes;
  /** Where the events go. */
  intake: EventIntake;
}

export class InputReader implements RingVisitor {
  readonly #winmm: WinMm;
  readonly #handle: MidiHandle;
  readonly #ring: CallbackRing;
  readonly #pool: HeaderPool;
  readonly #times: MessageTimes;
  readonly #intake: EventIntake;
  readonly #buffers: BuffersInFlight;
  #goneReason = '';
  #isClosing = false;
  /** MIM_CLOSE has come, which is the last of all messages. */
  #isClosed = false;
  #lostBefore: number;
  /** What the driver has said that it dropped; undefined if it does not tell. */
  #dropped: number | undefined;
  /** And how often the kernel had no room. */
  #overruns = 0;
  /** What the driver has said of messages whose time is not their own, and when it was asked. */
  #late = 0;
  #readMs = 0;
  #gapMs: readonly [from: number, to: number] = [0, 0];
  #isSweepDue = false;
  /** How many buffers the driver had taken when it was seen without one. */
  #starvedAt = 0;
  #answered = 0;
  #addingLooks = 0;
  #lookedMs = 0;

  constructor({ winmm, handle, ring, pool, times, intake }: InputReaderOptions) {
    this.#winmm = winmm;
    this.#handle = handle;
    this.#ring = ring;
    this.#pool = pool;
    this.#times = times;
    this.#intake = intake;
    this.#buffers = new BuffersInFlight(winmm, handle, pool, (result, isAgain) => {
      if (this.#isGone(result) || isAgain || this.#isClosing) return;
      this.#intake.lose('buffer-refused', this.#intake.lastMs, 1, mmresultName(result));
    });
    this.#lostBefore = ring.lost;
    this.#dropped = winmm.messagesDropped(handle);
  }

  /** How it is known that the device has gone; empty as long as it seems to be there. */
  get goneReason(): string {
    return this.#goneReason;
  }

  /**
   * Prepares all buffers and gives them to the driver.
   *
   * @param name - the device's, for messages
   * @throws MmresultError; MidirecError TIMEOUT if it does not answer
   */
  giveAll(name: string, clock: Clock): Promise<void> {
    return this.#buffers.prepareAll(name, clock);
  }

  /** The last call of midiInAddBuffer, if one has not returned yet: with it, all of them have. */
  get adding(): Promise<Mmresult> | undefined {
    return this.#buffers.adding;
  }

  /** From now on no buffer is given to the driver, and nothing that it drops is a loss. */
  beginClosing(): void {
    this.#isClosing = true;
    this.#buffers.end();
  }

  /**
   * Asks the ring for one call of `onWake`, at the next message.
   *
   * @returns false if the input is to be read again without it: there is something to read already, or
   *   a buffer to be given back once more
   */
  arm(onWake: () => void): boolean {
    this.#ring.onWake = onWake;
    return this.#ring.arm() && !this.#buffers.areAnyHeld && !this.#isSweepDue;
  }

  /** Looks how far a sysex under way has come in the buffer that is being filled. */
  watchBuffer(): void {
    this.#intake.watchBuffer(this.#pool.lookIntoOldest(), this.#times.nowMs);
  }

  /**
   * Takes what has arrived out of the ring and into the intake, and gives the buffers back.
   *
   * @param limit - no more messages than this
   * @returns how many messages the driver had sent
   */
  read(limit: number): number {
    // Some drivers return buffers in midiInReset without a callback.
    if (this.#isClosing) this.#isSweepDue = true;
    this.#times.calibrate();
    const taken = this.#ring.drain(this, limit);
    const { lost } = this.#ring;
    if (lost !== this.#lostBefore) this.#accountForOverflow(lost);
    if (this.#isSweepDue) this.#sweep();
    this.#buffers.giveBackHeld();
    if (!this.#isClosing) this.#watchAdding();
    if (!this.#isClosing && this.#dropped !== undefined) this.#accountForDropped();
    if (!this.#isClosing) this.#accountForOverruns();
    this.#accountForLate();
    this.watchBuffer();
    return taken;
  }

  /** For when the input is closed, or given up: what the driver has written and never gave back. After this nothing is taken. */
  takeUnreturned(): void {
    this.#isClosed = true;
    for (const bytes of this.#pool.unreturned()) {
      this.#intake.takeBytes(bytes, this.#intake.lastMs, this.#times.nowMs);
    }
  }

  /** RingVisitor: one message of the driver. */
  onRingMessage(wMsg: number, dwParam1: number, dwParam2: number, counter: number): void {
    // A bad driver calls back even after that.
    if (this.#isClosed) return;
    switch (wMsg) {
      case MIM_DATA:
      case MIM_MOREDATA: {
        const timeMs = this.#timeOf(dwParam2, counter);
        this.#intake.takeShort(dwParam1, timeMs, this.#times.stampMs);
        break;
      }
      case MIM_LONGDATA:
      case MIM_LONGERROR:
        this.#takeBuffer(wMsg, dwParam1, dwParam2, counter);
        break;
      case MIM_ERROR:
        this.#intake.takeInvalid(dwParam1, this.#timeOf(dwParam2, counter));
        break;
      case MIM_CLOSE:
        if (this.#isClosing) this.#isClosed = true;
        else this.#hasGone('its driver has closed it');
        break;
    }
  }

  #takeBuffer(wMsg: number, address: number, dwParam2: number, counter: number): void {
    const index = this.#buffers.indexReturned(address);
    if (index < 0) return;
    // A buffer that was given to the driver before this one came back before it: its callback got lost.
    if (this.#isSweepDue || this.#ring.lost !== this.#lostBefore) this.#sweep(index);
    const { length } = this.#pool.recorded(index);
    // An empty buffer is one that midiInReset has returned: its time means nothing.
    const timeMs =
      length === 0 ? this.#intake.lastMs : this.#timeOfBuffer(dwParam2, counter, length);
    this.#readBuffer(index, timeMs);
    const isDamage = wMsg === MIM_LONGERROR && (length > 0 || !this.#isClosing);
    if (isDamage) this.#intake.takeDamage(timeMs);
  }

  /** Reads a buffer that the driver has returned, and gives it back. */
  #readBuffer(index: number, timeMs: number): void {
    const bytes = this.#pool.recorded(index);
    if (bytes.length === 0) {
      this.#buffers.hold(index);
      return;
    }
    const isStarved = !this.#isClosing && this.#dropped === undefined && this.#pool.isStarved;
    // Once, until it has a buffer again.
    if (isStarved && this.#pool.given !== this.#starvedAt) this.#intake.lose('no-buffer', timeMs);
    if (isStarved) this.#starvedAt = this.#pool.given;
    this.#intake.takeBytes(bytes, timeMs, this.#times.stampMs);
    this.#buffers.giveBack(index);
  }

  /** Whether a driver comes back from midiInAddBuffer. Looks are counted, not milliseconds: while the machine sleeps nothing hangs. */
  #watchAdding(): void {
    const { nowMs } = this.#times;
    const { adding, answered } = this.#buffers;
    if (adding === undefined || answered !== this.#answered) this.#addingLooks = 0;
    else if (nowMs - this.#lookedMs < ADD_LOOK_MS) return;
    else if (++this.#addingLooks === ADD_LOOKS) {
      this.#hasGone(`midiInAddBuffer did not return within ${(ADD_LOOKS * ADD_LOOK_MS) / 1000} s`);
    }
    this.#answered = answered;
    this.#lookedMs = nowMs;
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

  #accountForOverruns(): void {
    const overruns = this.#winmm.overruns(this.#handle);
    if (overruns === undefined || overruns === this.#overruns || !this.#times.isPlaced) return;
    this.#intake.lose('overrun', this.#readMs, (overruns - this.#overruns) >>> 0);
    this.#intake.lose('overrun', this.#times.nowMs, 0);
    this.#overruns = overruns;
  }

  #accountForDropped(): void {
    const dropped = this.#winmm.messagesDropped(this.#handle);
    if (dropped === undefined || dropped === this.#dropped) return;
    const count = (dropped - (this.#dropped ?? 0)) >>> 0;
    this.#dropped = dropped;
    this.#intake.lose('dropped-message', this.#times.nowMs, count);
  }

  /** Messages that came while this process did not run: where the last pause between two readings was. */
  #accountForLate(): void {
    const { nowMs } = this.#times;
    if (nowMs - this.#readMs > SHORTEST_GAP_MS) this.#gapMs = [this.#readMs, nowMs];
    this.#readMs = nowMs;
    const late = this.#winmm.messagesLate(this.#handle);
    if (late === undefined || late === this.#late || !this.#times.isPlaced) return;
    const [fromMs, toMs] = this.#gapMs;
    this.#intake.lose('late-reading', fromMs, 0);
    this.#intake.lose('late-reading', toMs, (late - this.#late) >>> 0);
    this.#late = late;
    this.#intake.addMarker('midirec did not run until here', toMs);
  }

  #accountForOverflow(lost: number): void {
    const count = (lost - this.#lostBefore) >>> 0;
    this.#lostBefore = lost;
    this.#intake.lose('ring-overflow', this.#intake.lastMs, count);
    this.#intake.lose('ring-overflow', this.#times.nowMs, 0);
    this.#isSweepDue = true;
  }

  /**
   * Takes buffers whose callback found the ring full: neither their data is lost, nor are they.
   *
   * @param before - only those that were queued before this one; by default all, which has to wait
   *   until the ring is empty, for their callbacks may stand in it
   */
  #sweep(before?: number): void {
    const isOfAll = before === undefined;
    if (isOfAll && this.#ring.hasMessages) return;
    for (const index of this.#pool.sweepDone(before)) {
      if (isOfAll && this.#ring.hasMessages) return;
      this.#readBuffer(index, this.#intake.lastMs);
    }
    if (isOfAll) this.#isSweepDue = false;
  }

  /** What a driver stamps in midiInStop is not to be believed: Windows MIDI Services does it with the system's uptime. */
  #timeOfBuffer(dwParam2: number, counter: number, length: number): number {
    if (!this.#isClosing || !this.#times.isPlaced) return this.#timeOf(dwParam2, counter, length);
    return this.#times.arrivalOf(counter);
  }

  /** @param bufferedBytes - how many bytes may have come in since the message was stamped */
  #timeOf(dwParam2: number, counter: number, bufferedBytes = 0): number {
    const times = this.#times;
    const timeMs = times.timeOf(dwParam2, counter, bufferedBytes);
    if (times.wasBad) this.#intake.lose('bad-time-stamp', timeMs);
    return times.isPlaced ? timeMs : this.#intake.lastMs;
  }
}
