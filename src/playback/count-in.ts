/**
 * What is played before a take's first bar: the take begins with its first beat, so its zero is later than
 * the session's.
 *
 * Keys that are still held at the first beat were meant for it and begin there; programs, controllers
 * and bends are set there, and sysex stands there. Notes that have ended by then are left out, and counted.
 */
import { ChannelState } from '../midi/channel-state.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { NOTE_OFF, NOTE_ON } from '../midi/status.js';

export class CountIn {
  /** Notes that ended before the first beat. */
  droppedNotes = 0;
  readonly #placed = new EventBatch();
  readonly #state = new ChannelState();
  /** device << 16 | key << 8 | channel: the note-on. */
  readonly #held = new Map<number, { device: number; packed: number }>();
  /** Sysex and markers. */
  readonly #kept = new EventBatch(4);
  #isOver = false;

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
      copyRow(batch, row, timeMs, batch.stampMs[row]! - zeroMs, placed);
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
    for (let row = 0; row < this.#kept.count; row++) copyRow(this.#kept, row, 0, 0, placed);
    this.#state.addTo(placed, 0);
    for (const { device, packed } of this.#held.values()) placed.addShort(0, device, packed);
  }

  #keep(batch: EventBatch, row: number): void {
    if (batch.kind[row] !== EventKind.SHORT) {
      copyRow(batch, row, 0, 0, this.#kept);
      return;
    }
    const packed = batch.packed[row]!;
    const device = batch.device[row]!;
    const command = packed & 0xf0;
    if (command !== NOTE_ON && command !== NOTE_OFF) {
      this.#state.update(device, packed);
      return;
    }
    const voice = (device << 16) | (packed & 0x7f0f);
    if (this.#held.delete(voice)) this.droppedNotes++;
    if (command === NOTE_ON && packed >>> 16 > 0) this.#held.set(voice, { device, packed });
  }
}

function copyRow(
  source: EventBatch,
  row: number,
  timeMs: number,
  stampMs: number,
  target: EventBatch,
): void {
  const device = source.device[row]!;
  const kind = source.kind[row]!;
  if (kind === EventKind.SHORT) target.addShort(timeMs, device, source.packed[row]!, stampMs);
  else target.addBytes(timeMs, device, kind, source.payload[row]!, stampMs);
}
