/** The account of everything that was lost, or may have been: what, how often, when first and last. */

/** What can go missing between an instrument and a file. The names are part of the `--json` output. */
export type LossKind =
  /** The callback ring was full: messages refused. */
  | 'ring-overflow'
  /** MIM_ERROR, or a short message that begins with no status byte. */
  | 'invalid-message'
  /** MIM_LONGERROR: the driver says that a sysex came in damaged, of which neither beginning nor end is missing. */
  | 'damaged-sysex'
  /** A sysex without F0 or without F7: something else broke into it, or the input ended. */
  | 'incomplete-sysex'
  /** The driver says that it had no buffer for a message, and dropped it. */
  | 'dropped-message'
  /** The kernel had no room left, for nothing was read for too long, and threw away what came: once or more, nobody knows how much. */
  | 'overrun'
  /** All buffers were with midirec and none with the driver, which does not say what it dropped: sysex may have been. */
  | 'no-buffer'
  /** This process did not run when they came, and they have the time of its next reading. */
  | 'late-reading'
  /** A driver's time stamp that cannot be right; the time of arrival was used. */
  | 'bad-time-stamp'
  /** A buffer that could not be given back to the driver. */
  | 'buffer-refused'
  /** The device went away in the middle of the take. */
  | 'device-lost'
  /** Neither memory nor a disk had room for them: it came in, and is in no file. */
  | 'no-place';

export interface Loss {
  kind: LossKind;
  /** Index of the input in the take; null if it may have been any of them. */
  device: number | null;
  count: number;
  /** Milliseconds on the take's clock. */
  firstMs: number;
  lastMs: number;
  /** What the last one said, for a person: an invalid message's bytes, for instance. Empty if there is nothing to add. */
  detail: string;
}

export class LossLedger {
  readonly #losses = new Map<string, Loss>();

  /** @param timeMs - when it was lost, or when that was noticed, on the take's clock */
  add(kind: LossKind, device: number, timeMs: number, count = 1, detail = ''): void {
    const key = `${kind} ${device}`;
    const known = this.#losses.get(key);
    if (known === undefined) {
      this.#losses.set(key, { kind, device, count, firstMs: timeMs, lastMs: timeMs, detail });
      return;
    }
    known.count += count;
    known.lastMs = Math.max(known.lastMs, timeMs);
    known.firstMs = Math.min(known.firstMs, timeMs);
    if (detail !== '') known.detail = detail;
  }

  get isEmpty(): boolean {
    return this.#losses.size === 0;
  }

  /** How many of `kind` on all inputs; of all kinds if none is named. */
  count(kind?: LossKind): number {
    let sum = 0;
    for (const loss of this.#losses.values()) {
      if (kind === undefined || loss.kind === kind) sum += loss.count;
    }
    return sum;
  }

  /** Every kind that happened, in order of its first time. */
  entries(): Loss[] {
    return [...this.#losses.values()].sort((a, b) => a.firstMs - b.firstMs);
  }
}
