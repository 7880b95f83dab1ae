/** What an intake makes of the buffers that are fed to it, as lines in the order in which it was made. */
import { EventIntake } from '../../src/capture/event-intake.js';
import { type LossKind, LossLedger } from '../../src/capture/loss-ledger.js';
import { rowsOf } from './capture-bed.js';

/** What it is, its bytes as hex, its time. Of a message that is none (`invalid`) always three bytes. */
export type Made = readonly [kind: string, bytes: string, timeMs: number];

export class IntakeLog extends LossLedger {
  readonly intake: EventIntake;
  readonly #made: Made[] = [];

  /** @param partBytes - as the intake's */
  constructor(partBytes?: number) {
    super();
    this.intake = new EventIntake(0, this, partBytes);
  }

  get made(): Made[] {
    for (const [timeMs, , kind, bytes] of rowsOf(this.intake.batch)) {
      this.#made.push([kind, bytes, timeMs]);
    }
    this.intake.batch.clear();
    return this.#made;
  }

  override add(kind: LossKind, device: number, timeMs: number, count = 1, detail = ''): void {
    super.add(kind, device, timeMs, count, detail);
    if (kind === 'invalid-message') this.made.push(['invalid', detail, timeMs]);
  }

  /** A buffer, as hex or as bytes. */
  feed(data: string | Uint8Array, timeMs = 0): this {
    const bytes = typeof data === 'string' ? Buffer.from(data.replaceAll(' ', ''), 'hex') : data;
    this.intake.takeBytes(bytes, timeMs, timeMs);
    return this;
  }
}
