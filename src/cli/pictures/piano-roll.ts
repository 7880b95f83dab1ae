/**
 * A take as a grid of keys and stretches of time: what a piano roll is drawn from.
 *
 * However long the take, the grid has the same size: when it is full, its stretches become twice
 * as long. So a recording can keep one, and a note costs the same at the end as at the beginning.
 */

export const KEYS = 128;
/** Slots of a device: its channels, and their keys. */
const SLOTS = 16 * KEYS;
/** Stretches in the grid; between half of them and all are in use. More than a terminal has columns. */
const STRETCHES = 1024;
/** Beyond this (34 years) a time is a fault of the driver. */
const LATEST_MS = 2 ** 40;

/** Set in a cell in which a note begins; the other bits are the voice, or 0 for silence. */
const ONSET = 0x8000;
const VOICE = 0x7fff;

/** One key during one column of a drawing. */
export interface RollCell {
  /** See voiceOf; 0: nothing sounds. */
  voice: number;
  isOnset: boolean;
}

export class PianoRoll {
  /** 128 if there is no note. */
  lowestKey = KEYS;
  /** -1 if there is no note. */
  highestKey = -1;
  /** By stretch, then by key. */
  readonly #cells = new Uint16Array(STRETCHES * KEYS);
  #stretchMs = 1;
  /** When what sounds now began, by device, then by channel and key as in a slot; NaN where nothing sounds. */
  readonly #began: Float64Array[] = [];

  get isEmpty(): boolean {
    return this.highestKey < 0;
  }

  /**
   * A note begins.
   *
   * @param timeMs - from the start of the take
   * @param slot - device, channel and key as HeldKeys has them; the note before in this slot has ended
   */
  noteOn(timeMs: number, slot: number): void {
    this.#beganOf(slot)[slot % SLOTS] = timeMs;
    const key = slot % KEYS;
    if (key < this.lowestKey) this.lowestKey = key;
    if (key > this.highestKey) this.highestKey = key;
    this.#cells[this.#stretchAt(timeMs) * KEYS + key] = voiceIn(slot) | ONSET;
  }

  /** The note in this slot, which has begun, ends. */
  noteOff(timeMs: number, slot: number): void {
    const began = this.#beganOf(slot);
    this.#fill(began[slot % SLOTS]!, timeMs, slot);
    began[slot % SLOTS] = Number.NaN;
  }

  /** The take is over: what still sounds, sounds up to here. */
  end(timeMs: number): void {
    this.#stretchAt(timeMs);
    this.#began.forEach((began, device) => {
      for (let slot = 0; slot < SLOTS; slot++) {
        if (!Number.isNaN(began[slot]!)) this.noteOff(timeMs, device * SLOTS + slot);
      }
    });
  }

  /**
   * What `key` does in each of `columns` equal parts of the take, from 0 to `lengthMs`. Where a note
   * is struck again while it still sounds, the column before is left silent, so that one can see it.
   */
  columnsOf(key: number, columns: number, lengthMs: number): RollCell[] {
    const used = Math.min(STRETCHES, Math.max(1, lengthMs / this.#stretchMs));
    const row: RollCell[] = [];
    for (let column = 0; column < columns; column++) {
      const from = Math.floor((column * used) / columns);
      // The last one has what is left of the last stretch, too.
      const end = ((column + 1) * used) / columns;
      const to = Math.max(from + 1, column === columns - 1 ? Math.ceil(end) : Math.floor(end));
      row.push(this.#summarize(key, from, to));
    }
    for (let column = 1; column < columns; column++) {
      const before = row[column - 1]!;
      if (row[column]!.isOnset && !before.isOnset) before.voice = 0;
    }
    return row;
  }

  #summarize(key: number, from: number, to: number): RollCell {
    let voice = 0;
    for (let stretch = from; stretch < to; stretch++) {
      const cell = this.#cells[stretch * KEYS + key]!;
      if ((cell & ONSET) !== 0) return { voice: cell & VOICE, isOnset: true };
      if (cell !== 0) voice = cell & VOICE;
    }
    return { voice, isOnset: false };
  }

  #fill(fromMs: number, toMs: number, slot: number): void {
    const key = slot % KEYS;
    const last = this.#stretchAt(toMs);
    const cells = this.#cells;
    // The stretch of the onset itself is filled already; the one of the end is, if the note reaches into it.
    const end = toMs > last * this.#stretchMs ? last : last - 1;
    for (let stretch = this.#stretchAt(fromMs) + 1; stretch <= end; stretch++) {
      if (cells[stretch * KEYS + key] === 0) cells[stretch * KEYS + key] = voiceIn(slot);
    }
  }

  /** The stretch that `timeMs` is in; makes all of them longer until it is in one. */
  #stretchAt(timeMs: number): number {
    const ms = timeMs > 0 ? Math.min(timeMs, LATEST_MS) : 0;
    while (ms >= STRETCHES * this.#stretchMs) this.#halve();
    return Math.floor(ms / this.#stretchMs);
  }

  #halve(): void {
    const cells = this.#cells;
    for (let stretch = 0; stretch < STRETCHES / 2; stretch++) {
      const to = stretch * KEYS;
      const first = to * 2;
      const second = first + KEYS;
      for (let key = 0; key < KEYS; key++) {
        const one = cells[first + key]!;
        const other = cells[second + key]!;
        cells[to + key] = (one & ONSET) !== 0 || other === 0 ? one : other;
      }
    }
    cells.fill(0, (STRETCHES / 2) * KEYS);
    this.#stretchMs *= 2;
  }

  #beganOf(slot: number): Float64Array {
    const device = Math.floor(slot / SLOTS);
    this.#began[device] ??= new Float64Array(SLOTS).fill(Number.NaN);
    return this.#began[device];
  }
}

function voiceIn(slot: number): number {
  return Math.floor(slot / KEYS) + 1;
}
