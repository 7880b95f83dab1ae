/** Passing on what comes in, at once: to another channel if asked for, and never round in circles. */
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { isChannelMessage } from '../midi/status.js';
import type { Output } from '../output/output.js';
import { FeedbackWatch } from './feedback-watch.js';
import { Lateness } from './lateness.js';

export interface ThruOptions {
  output: Pick<Output, 'sendShort' | 'submit'>;
  /** By the channel of what comes in, 0 to 15, the one that it goes out on. */
  channelMap: Uint8Array;
  /** Milliseconds on the session's clock. */
  nowMs: () => number;
  /** Something is wrong, and nothing is passed on any more. Called once. */
  onEnd: (why: unknown) => void;
}

/** More messages than this do not wait for a slow output. */
const MOST_WAITING = 4096;

/** Why passing on has ended, other than an error of the driver. */
export class FeedbackError extends Error {
  override readonly name = 'FeedbackError';
}

export class Thru {
  /** Sysex that was not passed on because it comes in parts. */
  tooLong = 0;
  /** From the driver's callback to the output. */
  readonly delay = new Lateness();
  readonly #options: ThruOptions;
  /** What sounds at the output, by the input that it came from. */
  readonly #held = new HeldKeys();
  readonly #feedback = new FeedbackWatch();
  /** More than the largest index of an input from which something was passed on. */
  #inputs = 0;
  /** Messages for which there was no room behind those that wait, and all that came after it had failed. */
  #dropped = 0;
  /** Given to the output, which has not sent them yet, or never will. */
  #waiting = 0;
  #isOver = false;
  #hasFailed = false;

  constructor(options: ThruOptions) {
    this.#options = options;
  }

  /** Messages that the output has not sent. */
  get unsent(): number {
    return this.#dropped + this.#waiting;
  }

  /** Passes on the rows of `batch` from `from` on: short messages and whole sysex, but none so long that it comes in parts. */
  passOn(batch: EventBatch, from: number): void {
    for (let row = from; row < batch.count; row++) {
      const kind = batch.kind[row]!;
      if (kind === EventKind.SHORT) this.#passShort(batch, row);
      else if (kind === EventKind.SYSEX) this.#passSysex(batch, row);
      else if (kind === EventKind.SYSEX_PART && batch.packed[row] === 0) this.tooLong++;
    }
  }

  /** Lets go of what it has let sound. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.silence();
  }

  /** The same, and passing on goes on: for when the process is suspended. */
  async silence(): Promise<void> {
    for (let device = 0; device < this.#inputs; device++) await this.silenceDevice(device);
  }

  /** The same for what came from one input, which has gone: its keys will not be let go any more. */
  async silenceDevice(device: number): Promise<void> {
    for (const message of this.#held.releases(device)) {
      this.#held.update(device, message);
      await this.#options.output.sendShort(message).catch(() => {});
    }
  }

  #passShort(batch: EventBatch, row: number): void {
    const { output, channelMap, nowMs } = this.#options;
    const packed = batch.packed[row]!;
    const device = batch.device[row]!;
    const now = nowMs();
    const isOnChannel = isChannelMessage(packed & 0xff);
    const mapped = isOnChannel ? (packed & ~0x0f) | channelMap[packed & 0x0f]! : packed;
    // As it came in: one key on many channels may go out on one.
    if (!this.#mayPass(packed, batch.stampMs[row]!)) return;
    this.#inputs = Math.max(this.#inputs, device + 1);
    this.#held.update(device, mapped);
    const delayMs = now - batch.stampMs[row]!;
    this.#follow(output.sendShort(mapped), () => this.delay.add(delayMs));
  }

  #passSysex(batch: EventBatch, row: number): void {
    // The end of one that came in parts: its first part was counted.
    if (batch.packed[row]! > 0) return;
    const { output } = this.#options;
    const payload = batch.payload[row]!;
    // Sysex of one length is one message to the watch: dumps are slower than what goes round.
    if (this.#mayPass(-payload.length, batch.stampMs[row]!)) this.#follow(output.submit(payload));
  }

  #mayPass(message: number, stampMs: number): boolean {
    if (this.#isOver) {
      if (this.#hasFailed) this.#dropped++;
      return false;
    }
    if (this.#feedback.notice(message, stampMs)) {
      this.#end(new FeedbackError('what is passed on comes back'));
      this.#dropped++;
      return false;
    }
    if (this.#waiting < MOST_WAITING) return true;
    this.#dropped++;
    return false;
  }

  #follow(sending: Promise<void>, onSent = () => {}): void {
    this.#waiting++;
    sending.then(
      () => {
        this.#waiting--;
        onSent();
      },
      (error: unknown) => this.#end(error),
    );
  }

  #end(why: unknown): void {
    if (this.#isOver) return;
    this.#hasFailed = true;
    const released = this.close();
    released.then(() => this.#options.onEnd(why));
  }
}
