/**
 * The output side of a sequencer port.
 *
 * The sequencer tells nobody when a receiver has no room: the buffer of a MIDI device (4 KiB) drops what is too
 * much, and a program loses all that waits for it. So no more is sent ahead than a line has sent meanwhile.
 */
import type { Clock } from '../../../midi/clock.js';
import { CABLE_BYTES_PER_MS } from '../../../midi/status.js';
import { sleep } from '../../../midi/waiting.js';
import { MIDIERR_NODEVICE, MMSYSERR_NOERROR } from '../../../winmm/constants.js';
import type { Mmresult } from '../../../winmm/winmm.js';
import type { KernelOutput } from '../../kernel-port.js';
import { mmresultOfNumber } from '../streams/stream-error.js';
import {
  EAGAIN,
  type SequencerAddress,
  type SequencerClient,
  SND_SEQ_PORT_CAP_NO_EXPORT,
  SND_SEQ_PORT_CAP_READ,
  SND_SEQ_PORT_CAP_SUBS_READ,
} from './sequencer.js';
import type { SequencerHub } from './sequencer-hub.js';

/** A program takes more than a MIDI line, but has room for less than 50 KB at a time. */
const PROGRAM_BYTES_PER_MS = 12.5;
/** What may be ahead of the line: a quarter of the buffer of a MIDI device. */
const AHEAD_BYTES = 1024;
/** How long to wait when there is no room. */
const RETRY_MS = 2;
/** A short message is not held up. */
const SHORT_LENGTH = 3;

export interface SequencerOutputOptions {
  readonly hub: SequencerHub;
  readonly clock: Clock;
  readonly name: string;
  /** Connected with while the output is open; undefined: other programs connect with it, by its name. */
  readonly destination: SequencerAddress | undefined;
  /** The receiver is a driver in the kernel. */
  readonly isDevice: boolean;
}

export class SequencerOutput implements KernelOutput {
  readonly #options: SequencerOutputOptions;
  readonly #bytesPerMs: number;
  #client: SequencerClient | undefined;
  #port = 0;
  /** When a line will have sent what it has been given. */
  #lineFreeMs = 0;
  /** For room. */
  #waiting: AbortController | undefined;

  constructor(options: SequencerOutputOptions) {
    this.#options = options;
    this.#bytesPerMs = options.isDevice ? CABLE_BYTES_PER_MS : PROGRAM_BYTES_PER_MS;
  }

  open(): Mmresult {
    const { hub, name, destination } = this.#options;
    const client = hub.library.open(destination ? 'midirec' : name);
    if (typeof client === 'number') return mmresultOfNumber(client);
    const shown = destination ? SND_SEQ_PORT_CAP_NO_EXPORT : SND_SEQ_PORT_CAP_SUBS_READ;
    this.#port = client.createPort(name, SND_SEQ_PORT_CAP_READ | shown);
    const result =
      destination === undefined || this.#port < 0
        ? this.#port
        : client.connectTo(this.#port, destination);
    if (result < 0) client.close();
    else this.#client = client;
    return mmresultOfNumber(result);
  }

  /** Whether nobody gets what is sent: it is open, and no other program has connected with it. */
  isUnheard(): boolean {
    return this.#client !== undefined && this.#client.readerCount(this.#port) === 0;
  }

  cancel(): void {
    this.#waiting?.abort();
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  play(bytes: Uint8Array): Mmresult | Promise<Mmresult> {
    const { clock, destination } = this.#options;
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#client === undefined) return MIDIERR_NODEVICE;
      const nowMs = clock.nowMs();
      this.#lineFreeMs = Math.max(this.#lineFreeMs, nowMs);
      const tooMuchMs = this.#lineFreeMs - nowMs - AHEAD_BYTES / this.#bytesPerMs;
      if (tooMuchMs > 0 && bytes.length > SHORT_LENGTH)
        return this.#playLater(rest, Math.max(RETRY_MS, tooMuchMs));
      const { taken, result, retry } = this.#client.write(this.#port, destination, rest);
      rest = rest.subarray(taken);
      this.#lineFreeMs += taken / this.#bytesPerMs;
      if (result === -EAGAIN) return this.#retryLater(retry, rest);
      if (result < 0) return mmresultOfNumber(result);
    }
    return MMSYSERR_NOERROR;
  }

  async #playLater(rest: Uint8Array, delayMs: number): Promise<Mmresult> {
    return (await this.#isBrokenOff(delayMs)) ? MMSYSERR_NOERROR : this.play(rest);
  }

  async #retryLater(retry: () => number, rest: Uint8Array): Promise<Mmresult> {
    for (let result = -EAGAIN; result === -EAGAIN; ) {
      if (await this.#isBrokenOff(RETRY_MS)) return MMSYSERR_NOERROR;
      result = this.#client === undefined ? 0 : retry();
      if (result < 0 && result !== -EAGAIN) return mmresultOfNumber(result);
    }
    return this.play(rest);
  }

  /** Waits. @returns true if `cancel` was called meanwhile */
  async #isBrokenOff(delayMs: number): Promise<boolean> {
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    await sleep(this.#options.clock, delayMs, signal);
    return signal.aborted;
  }
}
