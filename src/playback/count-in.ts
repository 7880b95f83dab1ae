/**
 * What is played before a take's first bar: the take begins with its first beat, so its zero is later than
 * the session's.
 *
 * Keys that are still held at the first beat were meant for it and begin there; programs, controllers
 * and bends are set there, and sysex stands there. Notes that have ended by then are left out, and counted.
 */
import { ChannelState } from '../midi/channel-state.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { isNoteOn } from '../midi/status.js';

export class CountIn {
  readonly #placed = new EventBatch();
  readonly #state = new ChannelState();
  readonly #held = new HeldKeys();
  /** Notes that began before the first beat. */
  #begun = 0;
  /** Sysex and markers. */
  readonly #kept = new EventBatch(4);
  #isOver = false;

  /** Notes that ended before the first beat. */
  get droppedNotes(): number {
    return this.#begun - this.#held.count;
  }

  /**
   * The events with times that count from the first beat.
   *
   * @param zeroMs - the first beat on the clock of `batch`
   * @returns a batch to be read before the next call; it is empty as long as nothing is in the take
   */
  place(batch: EventBatch, zeroMs: number): EventBatch {
    const placed = this.#placed;
    placed.clear();
    for (let row = 0; row < batch.count; row++) {
      const timeMs = batch.timeMs[row]! - zeroMs;
      if (timeMs < 0) {
        this.#keep(batch, row);
        continue;
      }
      this.#begin(placed);
      placed.addRow(batch, row, timeMs, batch.stampMs[row]! - zeroMs);
    }
    return placed;
  }

  /** What is in the take though nothing was played after the first beat. */
  end(): EventBatch {
    this.#placed.clear();
    this.#begin(this.#placed);
    return this.#placed;
  }

  #begin(placed: EventBatch): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (let row = 0; row < this.#kept.count; row++) placed.addRow(this.#kept, row, 0);
    this.#state.addTo(placed, 0);
    this.#held.addTo(placed, 0);
  }

  #keep(batch: EventBatch, row: number): void {
    if (batch.kind[row] !== EventKind.SHORT) {
      this.#kept.addRow(batch, row, 0);
      return;
    }
    const packed = batch.packed[row]!;
    const device = batch.device[row]!;
    if (isNoteOn(packed)) this.#begun++;
    this.#state.update(device, packed);
    this.#held.update(device, packed);
  }
}
