/**
 * An output that stands a stall: what its driver refuses for a while is counted as not sent, and the rest goes on.
 *
 * Windows MIDI Services waits a second for its service, then answers MMSYSERR_ERROR to every message until
 * data move again; after that all is well. What was refused may be heard late, or never. So note-offs that
 * were refused are sent again, for both.
 */
import type { CancelTimer, Clock } from '../midi/clock.js';
import { isNoteOff, isNoteOn } from '../midi/status.js';
import { sleep, Turns } from '../midi/waiting.js';
import { MIDIERR_NOTREADY, MMSYSERR_ERROR } from '../winmm/constants.js';
import { MmresultError } from '../winmm/mmresult.js';

/** What is needed of an output; Output is one. */
export interface ImpatientOutput {
  readonly name: string;
  sendShort(packed: number): Promise<void>;
  sendLong(bytes: Uint8Array): Promise<void>;
  submit(bytes: Uint8Array): Promise<void>;
}

/** What a driver answers that may do better soon. */
const STALLED: ReadonlySet<number> = new Set([MMSYSERR_ERROR, MIDIERR_NOTREADY]);
/** How long nothing may be sent before that is the end. */
const STALL_LIMIT_MS = 10_000;
/** How often note-offs that were refused are tried again. */
const RETRY_MS = 100;
/** How long the last of them are tried for at the end. */
const SETTLE_LIMIT_MS = 4000;

export class PatientOutput implements ImpatientOutput {
  /** Messages that were not sent. */
  missed = 0;
  readonly #output: ImpatientOutput;
  readonly #clock: Clock;
  readonly #onStall: (error: MmresultError) => void;
  /** Note-offs that were refused, by channel and key. */
  readonly #owed = new Map<number, number>();
  #stalledSinceMs: number | undefined;
  #cancelRetry: CancelTimer | undefined;
  readonly #turns = new Turns();

  /** @param onStall - called when a message is refused, and not again as long as any has not been sent */
  constructor(output: ImpatientOutput, clock: Clock, onStall: (error: MmresultError) => void) {
    this.#output = output;
    this.#clock = clock;
    this.#onStall = onStall;
  }

  /** The device's. */
  get name(): string {
    return this.#output.name;
  }

  /** @throws what Output.sendShort throws, but for a stall only when it has lasted ten seconds */
  sendShort(packed: number): Promise<void> {
    return this.#turns.take(async () => {
      const isSent = await this.#attempt(() => this.#output.sendShort(packed));
      if (isSent && (isNoteOn(packed) || isNoteOff(packed))) this.#owed.delete(keyOf(packed));
      if (isSent || !isNoteOff(packed)) return;
      this.#owed.set(keyOf(packed), packed);
      this.#retryLater();
    });
  }

  /** @throws what Output.sendLong throws, likewise */
  sendLong(bytes: Uint8Array): Promise<void> {
    return this.#turns.take(async () => {
      await this.#attempt(() => this.#output.sendLong(bytes));
    });
  }

  /** @throws what Output.submit throws, likewise */
  submit(bytes: Uint8Array): Promise<void> {
    return this.#turns.take(async () => {
      await this.#attempt(() => this.#output.submit(bytes));
    });
  }

  /** Tries for some seconds to send the note-offs that were refused; call it at the end. Never throws. */
  async settle(): Promise<void> {
    const untilMs = this.#clock.nowMs() + SETTLE_LIMIT_MS;
    await this.#turns.take(() => this.#payBack()).catch(() => {});
    while (this.#owed.size > 0 && this.#clock.nowMs() < untilMs) {
      await sleep(this.#clock, RETRY_MS);
      await this.#turns.take(() => this.#payBack()).catch(() => {});
    }
    this.#cancelRetry?.();
  }

  /** @returns false for a message that was refused */
  async #attempt(send: () => Promise<void>): Promise<boolean> {
    try {
      await send();
      this.#stalledSinceMs = undefined;
      return true;
    } catch (error) {
      if (!isStall(error)) throw error;
      this.#noteRefused(error);
      return false;
    }
  }

  #noteRefused(error: MmresultError): void {
    const nowMs = this.#clock.nowMs();
    if (this.missed === 0) this.#onStall(error);
    this.missed++;
    this.#stalledSinceMs ??= nowMs;
    if (nowMs - this.#stalledSinceMs >= STALL_LIMIT_MS) throw error;
  }

  #retryLater(): void {
    this.#cancelRetry ??= this.#clock.setTimer(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      this.#turns
        .take(() => this.#payBack())
        .then(
          () => {
            if (this.#owed.size > 0) this.#retryLater();
          },
          () => {},
        );
    });
  }

  /** Sends the note-offs that were refused, until one is refused again. */
  async #payBack(): Promise<void> {
    for (const [key, packed] of this.#owed) {
      try {
        await this.#output.sendShort(packed);
      } catch (error) {
        if (isStall(error)) return;
        throw error;
      }
      this.#stalledSinceMs = undefined;
      this.#owed.delete(key);
      this.missed--;
    }
  }
}

function isStall(error: unknown): error is MmresultError {
  return error instanceof MmresultError && STALLED.has(error.result);
}

function keyOf(packed: number): number {
  return packed & 0x7f0f;
}
