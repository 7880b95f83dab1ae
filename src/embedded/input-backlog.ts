/** What an input has received and its client has no buffer for yet: a bounded queue of parsed events. */

/** An event that waits, with the time at which it came in. */
export type HeldEvent =
  | { readonly kind: 'short' | 'invalid'; readonly packed: number; readonly timeMs: number }
  | { readonly kind: 'sysex'; bytes: Uint8Array; readonly timeMs: number }
  | { readonly kind: 'end' | 'broken'; readonly timeMs: number };

/**
 * Bytes that may wait: nearly three minutes of a line that is never silent, and more than a
 * port that waits for its receiver can deliver at once (64 KiB, every byte of it a message).
 */
const MAX_HELD_BYTES = 524_288;
/** What an event without bytes of its own counts for. */
const EVENT_BYTES = 4;

export class InputBacklog {
  #events: HeldEvent[] = [];
  #heldBytes = 0;
  #drained: { promise: Promise<void>; resolve: () => void } | undefined;

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  get first(): HeldEvent | undefined {
    return this.#events[0];
  }

  hasRoomFor(byteLength: number): boolean {
    return this.#heldBytes + byteLength <= MAX_HELD_BYTES;
  }

  /** Holds an event, whether there is room or not; the backlog owns its bytes. */
  hold(event: HeldEvent): void {
    this.#heldBytes += sizeOf(event);
    this.#events.push(event);
  }

  removeFirst(): void {
    const event = this.#events.shift();
    if (event !== undefined) this.#heldBytes -= sizeOf(event);
    if (this.isEmpty) this.#settle();
  }

  /** Leaves of the first event, a sysex, only the bytes from `from` on. */
  shortenFirst(from: number): void {
    const event = this.#events[0];
    if (event?.kind !== 'sysex') return;
    event.bytes = event.bytes.subarray(from);
    this.#heldBytes -= from;
  }

  clear(): void {
    this.#events = [];
    this.#heldBytes = 0;
    this.#settle();
  }

  whenDrained(): Promise<void> {
    if (this.isEmpty) return Promise.resolve();
    if (this.#drained === undefined) {
      let settle = (): void => {};
      const promise = new Promise<void>((resolve) => {
        settle = resolve;
      });
      this.#drained = { promise, resolve: settle };
    }
    return this.#drained.promise;
  }

  #settle(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.resolve();
  }
}

function sizeOf(event: HeldEvent): number {
  return event.kind === 'sysex' ? event.bytes.length : EVENT_BYTES;
}
