/**
 * How a patch is put together of the bytes that it has in a bank, where those share bytes: what a table
 * entry calls `layout`.
 *
 *     6*17( 0-7 8 11.0-1 11.2-3 ) 102-109 118-127
 *
 * | token | meaning |
 * |---|---|
 * | `12`, `0-7` | this byte of the bank's patch, or these, as they are |
 * | `11.2-3`, `15.0` | these bits of it, or this one, 0 the lowest |
 * | `6*17( … )` | the same six times, each 17 bytes further on |
 *
 * What it lists are the bytes of the single patch, in order.
 */

/** One byte of the single patch. */
interface Part {
  at: number;
  shift: number;
  bits: number;
}

export class Layout {
  readonly #parts: readonly Part[];

  /** @throws SyntaxError that says which token is wrong */
  constructor(text: string) {
    const parts: Part[] = [];
    for (const [, times = '1', step = '0', inner, token] of text.matchAll(
      /(\d+)\*(\d+)\(([^)]*)\)|(\S+)/g,
    )) {
      const once = (inner ?? token!).trim().split(/\s+/).flatMap(readToken);
      for (let time = 0; time < Number(times); time++) {
        parts.push(...once.map((part) => ({ ...part, at: part.at + time * Number(step) })));
      }
    }
    this.#parts = parts;
  }

  /** Bytes of a single patch. */
  get length(): number {
    return this.#parts.length;
  }

  /** Bytes of a patch of the bank that are used, at least. */
  get reach(): number {
    return Math.max(...this.#parts.map(({ at }) => at)) + 1;
  }

  /** A patch of a bank as a single one. */
  widen(packed: Uint8Array): Uint8Array {
    return Uint8Array.from(
      this.#parts,
      ({ at, shift, bits }) => (packed[at]! >> shift) & ((1 << bits) - 1),
    );
  }

  /**
   * A single patch as one of a bank of `stride` bytes each.
   *
   * @returns undefined if a value of it does not fit into its bits
   */
  narrow(single: Uint8Array, stride: number): Uint8Array | undefined {
    const packed = new Uint8Array(stride);
    for (const [index, { at, shift, bits }] of this.#parts.entries()) {
      if (single[index]! >> bits !== 0) return undefined;
      packed[at]! |= single[index]! << shift;
    }
    return packed;
  }
}

function readToken(token: string): Part[] {
  const [, at = '', bit, lastBit = bit] = /^(\d+)\.([0-6])(?:-([0-6]))?$/.exec(token) ?? [];
  if (bit !== undefined && Number(lastBit) >= Number(bit)) {
    return [{ at: Number(at), shift: Number(bit), bits: Number(lastBit) - Number(bit) + 1 }];
  }
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(token) ?? [];
  const count = Number(last) - Number(first) + 1;
  if (!(count > 0)) throw new SyntaxError(`'${token}' is not a byte, a row of bytes or bits`);
  return Array.from({ length: count }, (_, index) => ({
    at: Number(first) + index,
    shift: 0,
    bits: 8,
  }));
}
