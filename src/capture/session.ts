/** Several inputs on one clock: opened together, read together, merged into one stream of batches. */
import { BEAT_MS, type Clock, untilBeat } from '../midi/clock.js';
import { EventBatch } from '../midi/event-batch.js';
import type { CloseReport } from '../winmm/calls/device-close.js';
import { isHungDriver } from '../winmm/calls/hung-driver.js';
import type { InputCounts } from './event-intake.js';
import type { Input } from './input.js';
import type { LossLedger } from './loss-ledger.js';
import { type DeviceChangeListener, type InputEnding, Reconnection } from './presence/reconnect.js';
import { type OpenedInputs, openInputs, type SessionOpenOptions } from './session-open.js';
import { mergeBatches } from './timing/merge.js';
import { ReadLoop } from './timing/read-loop.js';

export type { DeviceChoice } from './presence/listed-ids.js';

/** How long an event waits for an earlier one of another input: more than a callback takes to store it. */
const MERGE_DELAY_MS = 5;
/** … where the callback is JavaScript, which may be busy while the driver waits. */
const SLOW_MERGE_DELAY_MS = 50;

/** When an input was started that could not be. */
const NEVER_MS = Number.POSITIVE_INFINITY;

/** Messages that are taken by one `poll` at most, so that a flood cannot keep it for ever. */
const MOST_PER_POLL = 1 << 20;

export interface SessionOptions extends SessionOpenOptions, DeviceChangeListener {
  /**
   * Gets what has just come in through one input, before it is merged with that of others: the rows
   * of `batch` from `from` on, which it may remove.
   */
  onArrival?: (batch: EventBatch, from: number) => void;
  /** Whether an input that went away is opened again when its device is back. Default true. */
  reconnect?: boolean;
  /**
   * How an input that is there only once, such as standard input, has come to its end. Asked about
   * one that has gone: undefined for a device, which may come back.
   */
  endingOf?: (name: string) => InputEnding | undefined;
}

export class CaptureSession {
  /** The inputs that were opened. One that went away and is back is another object in the same place. */
  readonly inputs: readonly Input[];
  readonly ledger: LossLedger;
  readonly #mergeDelayMs: number;
  readonly #options: SessionOptions;
  readonly #clock: Clock;
  readonly #inputs: Input[];
  readonly #choices: OpenedInputs['choices'];
  readonly #merged = new EventBatch();
  #takeZeroMs: number | undefined;
  /** When each input was started, on the clock. */
  #zeros: number[] = [];
  #lastHandedOnMs = 0;
  #isPolling = false;
  readonly #loop: ReadLoop;
  #reconnection: Reconnection | undefined;
  /** A driver call did not return: the list of devices is not read any more. */
  #hasHung: boolean;
  #isClosing = false;
  #onBatch: (batch: EventBatch) => void = () => {};

  /**
   * Opens all inputs, one after the other. Nothing arrives before `start`.
   *
   * @throws MidirecError USAGE for a device that is given twice or more than 256; MmresultError if a driver
   *   refuses, MidirecError TIMEOUT if it does not answer within ten seconds and NO_DEVICE if the device
   *   has gone, RangeError if there is no memory for the buffers: after closing what was opened. Nothing
   *   for an input that `onOpenFailure` forgives, even if none is left
   */
  static async open(options: SessionOptions): Promise<CaptureSession> {
    let session: CaptureSession | undefined;
    const opened = await openInputs(options, (device, zeroMs) => {
      if (session !== undefined) session.#moveTakeZero(device, zeroMs);
    });
    session = new CaptureSession(options, opened);
    return session;
  }

  private constructor(options: SessionOptions, opened: OpenedInputs) {
    const { inputs, choices, ledger, hasHung } = opened;
    this.#options = options;
    this.#clock = options.clock;
    this.#mergeDelayMs =
      options.winmm.callbackKind === 'register' ? SLOW_MERGE_DELAY_MS : MERGE_DELAY_MS;
    this.#inputs = inputs;
    this.#choices = choices;
    this.inputs = inputs;
    this.ledger = ledger;
    this.#hasHung = hasHung;
    this.#loop = new ReadLoop(options.clock, {
      read: () => this.poll(),
      arm: (wake) => this.#arm(wake),
      nextReadMs: () => this.#nextReadMs(),
    });
  }

  /** Names of the inputs, without those that could not be started. */
  get startedNames(): string[] {
    return this.inputs
      .filter((_, index) => this.#zeros[index] !== NEVER_MS)
      .map(({ name }) => name);
  }

  /** When the earliest input was started, on the clock; undefined before that. The first event may still move it. */
  get zeroMs(): number | undefined {
    return this.#takeZeroMs;
  }

  /** Milliseconds since the earliest input was started: the take's clock. 0 before that. */
  get nowMs(): number {
    return this.#takeZeroMs === undefined ? 0 : this.#clock.nowMs() - this.#takeZeroMs;
  }

  get counts(): InputCounts {
    const sum: InputCounts = { shortMessages: 0, sysexMessages: 0, sysexBytes: 0 };
    for (const { intake } of this.inputs) {
      const { counts } = intake;
      sum.shortMessages += counts.shortMessages;
      sum.sysexMessages += counts.sysexMessages;
      sum.sysexBytes += counts.sysexBytes;
    }
    return sum;
  }

  /** Take time at which sysex last came, whole messages or pieces; undefined before the first. */
  get lastSysexMs(): number | undefined {
    const lasts = this.inputs.flatMap(({ lastSysexMs }) => lastSysexMs ?? []);
    return lasts.length === 0 ? undefined : Math.max(...lasts);
  }

  /** The longest of its inputs' `sysexPauseMs`. */
  get sysexPauseMs(): number {
    return Math.max(0, ...this.inputs.map(({ sysexPauseMs }) => sysexPauseMs));
  }

  /** Buffers that are with the drivers, of all inputs. */
  get buffersQueued(): number {
    return this.inputs.reduce((sum, input) => sum + input.buffersQueued, 0);
  }

  /**
   * Starts all inputs and begins to take what comes.
   *
   * @param onBatch - gets every batch, in order of time; reads it before returning; may call `close`
   * @throws MmresultError if a driver refuses to start, MidirecError TIMEOUT if it does not answer within
   *   ten seconds, unless `onOpenFailure` forgives it and another input is left; the inputs are still to
   *   be closed then
   */
  async start(onBatch: (batch: EventBatch) => void): Promise<void> {
    this.#onBatch = onBatch;
    const zeros: number[] = [];
    let failure: unknown;
    for (const [index, input] of this.inputs.entries()) {
      try {
        zeros.push(await input.start());
      } catch (error) {
        const choice = this.#choices[index]!;
        if (this.#options.onOpenFailure?.(choice, error) !== true) throw error;
        failure = error;
        zeros.push(NEVER_MS);
        const { hung } = await input.close();
        this.#hasHung ||= hung || isHungDriver(error);
      }
      if (this.#isClosing) return;
    }
    const isNoneLeft = zeros.every((zeroMs) => zeroMs === NEVER_MS);
    if (failure !== undefined && isNoneLeft) throw failure;
    this.#zeros = zeros;
    this.#placeInputs();
    this.#reconnection = new Reconnection({
      ...this.#options,
      inputs: this.#inputs,
      takeZeroMs: () => this.#takeZeroMs!,
      hasHung: this.#hasHung,
      reconnect: this.#options.reconnect ?? true,
    });
    this.#loop.start();
  }

  /** Places all inputs on the take's clock, whose zero is that of the earliest. */
  #placeInputs(): void {
    const takeZeroMs = Math.min(...this.#zeros);
    this.#takeZeroMs = takeZeroMs;
    this.inputs.forEach((input, index) => {
      input.place(this.#zeros[index]!, takeZeroMs);
    });
  }

  /**
   * Before the first event of all, the take's zero can still be put where the earliest input's
   * really was. That an input went away is an event as well: one that came back has a zero of its
   * own, long after the take's.
   */
  #moveTakeZero(device: number, zeroMs: number): void {
    if (this.#takeZeroMs === undefined) return;
    if (!this.inputs.every(({ intake }) => intake.isUntouched)) return;
    this.#zeros[device] = zeroMs;
    this.#placeInputs();
  }

  /**
   * Takes what has arrived so far and hands it on, until who gets it is behind. Does nothing when called from within
   * `onBatch`.
   *
   * @returns how many messages the drivers had sent
   */
  poll(): number {
    if (this.#isPolling) return 0;
    this.#isPolling = true;
    try {
      let messages = 0;
      for (let isMore = true; isMore && messages < MOST_PER_POLL; ) {
        if (!this.#isClosing && this.#options.isBehind?.()) break;
        const taken = this.#takeBatch();
        messages += taken.messages;
        isMore = taken.isMore;
      }
      return messages;
    } finally {
      this.#isPolling = false;
    }
  }

  #takeBatch(): { messages: number; isMore: boolean } {
    let untilMs = this.nowMs - this.#mergeDelayMs;
    let messages = 0;
    let isMore = false;
    for (const input of this.inputs) {
      const { batch } = input.intake;
      const from = batch.count;
      const taken = input.pollBatch();
      messages += taken.messages;
      if (batch.count > from) this.#options.onArrival?.(batch, from);
      if (!taken.isMore) continue;
      // What other inputs sent later is not handed on before all is known that this one has sent.
      isMore = true;
      untilMs = Math.min(untilMs, input.intake.readMs);
    }
    this.#reconnection?.check();
    this.#handOn(untilMs);
    return { messages, isMore };
  }

  /**
   * Stops, resets and closes all inputs at once, each step bounded, and hands on what still came.
   * Never throws. Calling it again gives the same promise.
   */
  close(): Promise<CloseReport[]> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  #closing: Promise<CloseReport[]> | undefined;

  async #close(): Promise<CloseReport[]> {
    this.#isClosing = true;
    this.#loop.stop();
    this.poll();
    const ended = this.#reconnection?.end();
    const reports = await Promise.all(this.inputs.map((input) => input.close()));
    await ended;
    for (const input of this.inputs) input.finish();
    this.#handOn(Number.POSITIVE_INFINITY);
    const reconnection = this.#reconnection;
    return [...(reconnection?.withoutGone(reports) ?? reports), ...(reconnection?.abandoned ?? [])];
  }

  #handOn(untilMs: number): void {
    if (this.inputs.length === 1) {
      this.#give(this.inputs[0]!.intake.batch);
      return;
    }
    const batches = this.inputs.map((input) => input.intake.batch);
    mergeBatches(batches, this.#merged, untilMs, this.#lastHandedOnMs);
    const { count, timeMs } = this.#merged;
    if (count > 0) this.#lastHandedOnMs = timeMs[count - 1]!;
    this.#give(this.#merged);
  }

  #give(batch: EventBatch): void {
    if (batch.count === 0) return;
    this.#onBatch(batch);
    batch.clear();
  }

  /** Whether the read loop's `wake` is called when something comes, through whichever input. */
  #arm(wake: () => void): boolean {
    return this.inputs.map((input) => input.arm(wake)).every((isArmed) => isArmed);
  }

  /** When the read loop is to read again though nothing has come. */
  #nextReadMs(): number {
    const isMerging = this.inputs.some(({ intake }) => intake.batch.count > 0);
    return isMerging ? this.#mergeDelayMs : untilBeat(this.#clock.nowMs(), BEAT_MS);
  }
}
