/** The sysex messages in a run of bytes, and what is not one of them. */
import { isRealtime, SYSEX_END, SYSEX_START } from '../../midi/status.js';

export interface SyxMessage {
  /** Where its F0 stands in the file (in the decoded bytes, if the file is hex text). */
  offset: number;
  /** F0 to F7; a view into the file's bytes. */
  bytes: Uint8Array;
}

/**
 * Something in the bytes that is no whole message: `stray` bytes outside F0…F7, a message that
 * another status byte `broken` off, or one `cut-off` by the end of the file.
 */
export interface SyxProblem {
  kind: 'stray' | 'broken' | 'cut-off';
  offset: number;
  /** Bytes it takes up in the file. */
  length: number;
  /** Of one that is broken, the status byte that does it; of stray bytes, the one that all of them are. */
  byte?: number;
}

/** How many problems are kept with their place; all of them are counted. */
export const PROBLEMS_KEPT = 20;

/**
 * The messages of a .syx, in memory, at a cost of eight bytes a message beside the bytes themselves.
 *
 * Realtime bytes (F8 to FF) may stand anywhere, between messages and inside them, as they may on
 * the wire: some recorders save them with the dump. They are left out and counted.
 */
export class SyxMessages {
  /** Whole messages. */
  count = 0;
  /** Bytes in whole messages, F0 and F7 included. */
  sysexBytes = 0;
  /** Realtime bytes that were left out. */
  realtimeBytes = 0;
  /** Bytes outside F0…F7. */
  strayBytes = 0;
  /** All problems; the first {@link PROBLEMS_KEPT} of them are in `problems`. */
  problemCount = 0;
  /** In order of offset. A message cut off by the end is always the last of them, and always there. */
  readonly problems: SyxProblem[] = [];
  /** The message that the end of the file cuts off, without realtime; a view. */
  cutOff: Uint8Array | undefined;
  readonly #bytes: Uint8Array;
  #starts = new Uint32Array(64);
  #ends = new Uint32Array(64);

  /**
   * Splits `bytes`, of any content whatever.
   *
   * @param bytes - at most 2^32 - 1; belongs to this object from here on, which moves bytes inside
   *   it to close the gaps that realtime bytes leave
   */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#split();
  }

  /** The bytes of a file in which no message begins; a view. */
  get onlyStray(): Uint8Array | undefined {
    return this.strayBytes === this.#bytes.length ? this.#bytes : undefined;
  }

  /** @param index - 0 to `count` - 1 */
  message(index: number): SyxMessage {
    const offset = this.#starts[index];
    return { offset, bytes: this.#bytes.subarray(offset, this.#ends[index]) };
  }

  *[Symbol.iterator](): Generator<SyxMessage> {
    for (let index = 0; index < this.count; index++) yield this.message(index);
  }

  #split(): void {
    const bytes = this.#bytes;
    let start = -1;
    let end = 0;
    let strayFrom = -1;
    for (let at = 0; at < bytes.length; at++) {
      // Most bytes are data that stand where they are to stay.
      if (start >= 0 && end === at) {
        while (at < bytes.length && bytes[at]! < 0x80) at++;
        end = at;
        if (at === bytes.length) break;
      }
      const byte = bytes[at]!;
      if (isRealtime(byte)) {
        this.realtimeBytes++;
        continue;
      }
      if (start >= 0) {
        if (byte < 0x80 || byte === SYSEX_END) {
          bytes[end++] = byte;
          if (byte === SYSEX_END) {
            this.#add(start, end);
            start = -1;
          }
          continue;
        }
        this.#report({ kind: 'broken', offset: start, length: at - start, byte });
        start = -1;
      }
      if (byte === SYSEX_START) {
        this.#reportStray(strayFrom, at);
        strayFrom = -1;
        start = at;
        end = at + 1;
      } else {
        this.strayBytes++;
        if (strayFrom < 0) strayFrom = at;
      }
    }
    this.#reportStray(strayFrom, bytes.length);
    if (start >= 0) {
      if (this.problems.length === PROBLEMS_KEPT) this.problems.pop();
      this.#report({ kind: 'cut-off', offset: start, length: bytes.length - start });
      this.cutOff = bytes.subarray(start, end);
    }
  }

  #add(start: number, end: number): void {
    if (this.count === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.count++;
    this.sysexBytes += end - start;
  }

  #reportStray(from: number, to: number): void {
    if (from < 0) return;
    const byte = this.#bytes[from]!;
    const isOne = this.#bytes.subarray(from, to).every((other) => other === byte);
    this.#report({ kind: 'stray', offset: from, length: to - from, ...(isOne && { byte }) });
  }

  #report(problem: SyxProblem): void {
    this.problemCount++;
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push(problem);
  }
}

function doubled(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
