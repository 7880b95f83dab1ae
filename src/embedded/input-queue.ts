/** The buffers that a client has given to an input, the first of which is being filled. */
import { MHDR_DONE, MHDR_INQUEUE, MIM_LONGDATA, MMSYSERR_NOERROR } from '../winmm/constants.js';
import type { Address } from '../winmm/memory.js';
import type { Mmresult } from '../winmm/winmm.js';
import { bufferToQueue, resolveClientBuffer, resolveMidiHdr } from './client-buffer.js';
import type { DriverHost } from './user-mode-driver.js';

/** Tells the client that it has a buffer back: MIM_LONGDATA or MIM_LONGERROR, and the MIDIHDR's address. */
export type ReturnBuffer = (wMsg: number, address: Address) => void;

export class InputQueue {
  readonly #host: DriverHost;
  readonly #returnBuffer: ReturnBuffer;
  readonly #headers: Address[] = [];
  /** Bytes that are in the first buffer already. */
  #recorded = 0;

  constructor(host: DriverHost, returnBuffer: ReturnBuffer) {
    this.#host = host;
    this.#returnBuffer = returnBuffer;
  }

  get isEmpty(): boolean {
    return this.#headers.length === 0;
  }

  /** MIDM_ADDBUFFER. */
  add(address: Address, byteLength: number): Mmresult {
    const buffer = bufferToQueue(this.#host, address, byteLength);
    if (typeof buffer === 'number') return buffer;
    const { header } = buffer;
    header.dwFlags = (header.dwFlags & ~MHDR_DONE) | MHDR_INQUEUE;
    header.dwBytesRecorded = 0;
    this.#headers.push(address);
    return MMSYSERR_NOERROR;
  }

  /**
   * Fills buffers, and returns each that is full with MIM_LONGDATA.
   *
   * @returns how many of the bytes found room
   */
  write(bytes: Uint8Array): number {
    let written = 0;
    while (written < bytes.length) {
      const data = this.#firstData();
      if (data === undefined) break;
      const room = data.length - this.#recorded;
      const piece = bytes.subarray(written, written + room);
      data.set(piece, this.#recorded);
      this.#recorded += piece.length;
      written += piece.length;
      if (this.#recorded === data.length) this.#returnFirst(MIM_LONGDATA);
    }
    return written;
  }

  returnPartlyFilled(wMsg: number): void {
    if (this.#recorded > 0) this.#returnFirst(wMsg);
  }

  /** Returns every buffer with MIM_LONGDATA, the empty ones with dwBytesRecorded 0. */
  returnAll(): void {
    while (!this.isEmpty) this.#returnFirst(MIM_LONGDATA);
  }

  /** The data of the first buffer whose memory is still there. */
  #firstData(): Uint8Array | undefined {
    for (let first = this.#headers[0]; first !== undefined; first = this.#headers[0]) {
      const buffer = resolveClientBuffer(this.#host, first);
      if (buffer !== undefined) return buffer.data;
      this.#headers.shift();
      this.#recorded = 0;
    }
    return undefined;
  }

  #returnFirst(wMsg: number): void {
    const address = this.#headers.shift();
    const recorded = this.#recorded;
    this.#recorded = 0;
    if (address === undefined) return;
    const header = resolveMidiHdr(this.#host, address);
    if (header === undefined) return;
    header.dwBytesRecorded = recorded;
    header.dwFlags = (header.dwFlags | MHDR_DONE) & ~MHDR_INQUEUE;
    this.#returnBuffer(wMsg, address);
  }
}
