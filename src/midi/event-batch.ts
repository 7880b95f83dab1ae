/** Batches of MIDI events: the one shape in which events travel from capture to the formats. */

/** What one row of an {@link EventBatch} holds. */
export const EventKind = {
  /** A message of one to three bytes, in `packed`. */
  SHORT: 0,
  /** A whole sysex, F0 to F7, in `payload`. */
  SYSEX: 1,
  /** A sysex of which something is missing: no F0, no F7, or a break in the middle. Its bytes are in `payload`. */
  BROKEN_SYSEX: 2,
  /** A remark of the recorder itself (a device went away, or came back): UTF-8 text in `payload`. */
  MARKER: 3,
  /**
   * Bytes of a long sysex that goes on. Further parts follow from the same input; the last one is
   * SYSEX or BROKEN_SYSEX, and holds only the bytes that no part had. `packed` numbers them.
   */
  SYSEX_PART: 4,
} as const;

/** Inputs of one take: a row, and a port event of a Standard MIDI File, number them in one byte. */
export const MOST_DEVICES = 256;

/**
 * A batch of events as parallel columns, so that a flood of notes makes no object per note.
 * Rows are in order of time. The batch is reused: whoever gets it reads it before returning
 * and keeps nothing but the `payload` arrays, which are never written to again.
 */
export class EventBatch {
  /** Rows in use. */
  count = 0;
  /** Milliseconds on the take's clock, whose zero is the start of the earliest input. */
  timeMs: Float64Array;
  /** When the driver's callback ran, in milliseconds on the same clock, finer than `timeMs`; it orders events of several inputs that carry the same millisecond. */
  stampMs: Float64Array;
  /** One of {@link EventKind}. */
  kind: Uint8Array;
  /** Index of the input that the event came from, 0 for the first of the take. */
  device: Uint8Array;
  /**
   * For SHORT: status byte | first data byte << 8 | second data byte << 16. Unused bytes are 0. For sysex: how
   * many parts of the same message came before, 0 for one that came in one row.
   */
  packed: Uint32Array;
  /** For all other kinds: their bytes, owned by the event. Undefined for SHORT. */
  payload: (Uint8Array | undefined)[];

  constructor(capacity = 4096) {
    this.timeMs = new Float64Array(capacity);
    this.stampMs = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.device = new Uint8Array(capacity);
    this.packed = new Uint32Array(capacity);
    this.payload = [];
  }

  addShort(timeMs: number, device: number, packed: number, stampMs = timeMs): void {
    const row = this.count;
    if (row === this.timeMs.length) this.#grow();
    this.timeMs[row] = timeMs;
    this.stampMs[row] = stampMs;
    this.kind[row] = EventKind.SHORT;
    this.device[row] = device;
    this.packed[row] = packed;
    this.count = row + 1;
  }

  /**
   * Adds an event of any other kind; the batch takes ownership of `payload`.
   *
   * @param part - how many parts of this sysex came before
   */
  addBytes(
    timeMs: number,
    device: number,
    kind: number,
    payload: Uint8Array,
    stampMs = timeMs,
    part = 0,
  ): void {
    const row = this.count;
    if (row === this.timeMs.length) this.#grow();
    this.timeMs[row] = timeMs;
    this.stampMs[row] = stampMs;
    this.kind[row] = kind;
    this.device[row] = device;
    this.packed[row] = part;
    this.payload[row] = payload;
    this.count = row + 1;
  }

  /** Copies one row of another batch; a payload is shared, since nobody writes to it. */
  addRow(source: EventBatch, row: number, timeMs: number, stampMs = timeMs): void {
    const device = source.device[row]!;
    const kind = source.kind[row]!;
    const packed = source.packed[row]!;
    if (kind === EventKind.SHORT) this.addShort(timeMs, device, packed, stampMs);
    else this.addBytes(timeMs, device, kind, source.payload[row]!, stampMs, packed);
  }

  /**
   * Removes the rows from `from` on that `keeps` does not want. Times are never touched.
   *
   * @returns how many rows were removed
   */
  keepRows(from: number, keeps: (row: number) => boolean): number {
    const { timeMs, stampMs, kind, device, packed, payload, count } = this;
    let kept = from;
    for (let row = from; row < count; row++) {
      if (!keeps(row)) continue;
      if (kept !== row) {
        timeMs[kept] = timeMs[row]!;
        stampMs[kept] = stampMs[row]!;
        kind[kept] = kind[row]!;
        device[kept] = device[row]!;
        packed[kept] = packed[row]!;
        if (payload.length > 0) payload[kept] = payload[row];
      }
      kept++;
    }
    this.count = kept;
    if (payload.length > kept) payload.length = kept;
    return count - kept;
  }

  /** Empties the batch and lets go of its payloads. */
  clear(): void {
    this.count = 0;
    if (this.payload.length > 0) this.payload = [];
  }

  #grow(): void {
    const capacity = this.timeMs.length * 2;
    this.timeMs = copyInto(new Float64Array(capacity), this.timeMs);
    this.stampMs = copyInto(new Float64Array(capacity), this.stampMs);
    this.kind = copyInto(new Uint8Array(capacity), this.kind);
    this.device = copyInto(new Uint8Array(capacity), this.device);
    this.packed = copyInto(new Uint32Array(capacity), this.packed);
  }
}

function copyInto<T extends Float64Array | Uint8Array | Uint32Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
