/** Bytes at addresses with gaps between them: a memory as it comes in pieces. */

/** A piece of a dump has a few hundred bytes; with gaps everywhere a page costs forty times what came for it. */
const PAGE = 256;
const MISSING = -1;

export class SparseBytes {
  readonly #pages = new Map<number, Int16Array>();

  has(address: number): boolean {
    const page = this.#pages.get(Math.floor(address / PAGE));
    return page !== undefined && page[address % PAGE] !== MISSING;
  }

  write(from: number, data: Uint8Array): void {
    for (let done = 0; done < data.length; ) {
      const number = Math.floor((from + done) / PAGE);
      const page = this.#pages.get(number) ?? new Int16Array(PAGE).fill(MISSING);
      this.#pages.set(number, page);
      const at = (from + done) % PAGE;
      const part = data.subarray(done, done + PAGE - at);
      page.set(part, at);
      done += part.length;
    }
  }

  /** Behind the last byte below `to`; `least` where that is not above it. */
  endOf(least: number, to: number): number {
    let end = to;
    while (end > least && !this.has(end - 1)) {
      const start = Math.floor((end - 1) / PAGE) * PAGE;
      end = this.#pages.has(start / PAGE) ? end - 1 : start;
    }
    return Math.max(end, least);
  }

  /** What is missing counts as 0. */
  read(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from);
    for (let at = from; at < to; ) {
      const page = this.#pages.get(Math.floor(at / PAGE));
      const start = at % PAGE;
      const length = Math.min(PAGE - start, to - at);
      for (let i = 0; page !== undefined && i < length; i++) {
        bytes[at - from + i] = Math.max(0, page[start + i]!);
      }
      at += length;
    }
    return bytes;
  }
}
