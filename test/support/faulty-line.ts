/** A line between an output and an input on a clock that stands still, which can do what bad interfaces do. */
import type { Arrival, CableLine } from '../../src/cable/cable-line.js';
import { ByteStreamParser } from '../../src/midi/byte-stream-parser.js';
import { CABLE_BYTES_PER_MS } from '../../src/midi/status.js';
import type { FakeClock } from './fake-clock.js';

/** What the line makes of the bytes of one call. */
export type Spoil = (bytes: Uint8Array, isLong: boolean, nowMs: number) => readonly Uint8Array[];

export interface LineOptions {
  /** Default: nothing is spoiled. */
  spoil?: Spoil;
  /** Bytes for which there is room until a cable has carried them; what finds none is lost. Default: any number. */
  roomBytes?: number;
  /** How late each call's bytes are, in milliseconds. Default 1. */
  delayMs?: (isLong: boolean) => number;
}

export class FaultyLine implements CableLine {
  readonly #clock: FakeClock;
  readonly #options: LineOptions;
  #arrivals: Arrival[] = [];
  /** When a cable has carried what is in the line's memory. */
  #freeMs = 0;
  readonly #parser = new ByteStreamParser(false);
  #sysex: Uint8Array[] = [];

  constructor(clock: FakeClock, options: LineOptions = {}) {
    this.#clock = clock;
    this.#options = options;
  }

  async sendShort(packed: number): Promise<void> {
    const isPair = (packed & 0xe0) === 0xc0 || (packed & 0xff) === 0xf1 || (packed & 0xff) === 0xf3;
    const isSingle = (packed & 0xff) >= 0xf6;
    const length = isSingle ? 1 : isPair ? 2 : 3;
    this.#carry(Uint8Array.of(packed, packed >>> 8, packed >>> 16).subarray(0, length), false);
  }

  async submit(bytes: Uint8Array): Promise<void> {
    this.#carry(Uint8Array.from(bytes), true);
  }

  async drain(): Promise<void> {}

  take(): Arrival[] {
    const nowMs = this.#clock.nowMs();
    const arrived = this.#arrivals.filter(({ timeMs }) => timeMs <= nowMs);
    this.#arrivals = this.#arrivals.filter(({ timeMs }) => timeMs > nowMs);
    return arrived.sort((one, other) => one.timeMs - other.timeMs);
  }

  #carry(bytes: Uint8Array, isLong: boolean): void {
    const { spoil = (given) => [given], roomBytes, delayMs = () => 1 } = this.#options;
    const nowMs = this.#clock.nowMs();
    for (const piece of spoil(bytes, isLong, nowMs)) {
      const kept = roomBytes === undefined ? piece : this.#fit(piece, roomBytes);
      this.#arrive(kept, Math.max(nowMs, this.#freeMs) + delayMs(isLong));
    }
  }

  /** The bytes for which there is room. */
  #fit(bytes: Uint8Array, roomBytes: number): Uint8Array {
    const nowMs = this.#clock.nowMs();
    const waiting = Math.max(0, this.#freeMs - nowMs) * CABLE_BYTES_PER_MS;
    const kept = bytes.subarray(0, Math.max(0, Math.floor(roomBytes - waiting)));
    this.#freeMs = Math.max(this.#freeMs, nowMs) + kept.length / CABLE_BYTES_PER_MS;
    return kept;
  }

  #arrive(bytes: Uint8Array, timeMs: number): void {
    this.#parser.feed(bytes, {
      onShort: (packed) => this.#arrivals.push({ timeMs, packed }),
      onSysexBytes: (piece) => this.#sysex.push(Uint8Array.from(piece)),
      onSysexEnd: () => {
        this.#arrivals.push({ timeMs, packed: 0, sysex: Buffer.concat(this.#sysex) });
        this.#sysex = [];
      },
      onInvalid: () => {},
    });
  }
}
