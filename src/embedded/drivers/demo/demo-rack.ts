/**
 * The demo synth: a few instruments made of code on one line, which answer requests and keep what is
 * restored to them. Each hears all, and answers what is its own: demo-synth.ts, demo-dx7.ts (a bank
 * with names), demo-dw8000.ts (which acknowledges), demo-cz101.ts (old and slow).
 *
 * Answers come at the pace of a MIDI line (31,250 baud, 3,125 bytes a second) in slices as
 * from a wire, or as fast as the client takes them if the request asks for that.
 */

import {
  ByteStreamParser,
  type ByteStreamVisitor,
  SysexJoiner,
} from '../../../midi/byte-stream-parser.js';
import type { CancelTimer, Clock } from '../../../midi/clock.js';
import { CABLE_BYTES_PER_MS, PROGRAM_CHANGE, SYSEX_END } from '../../../midi/status.js';
import { MMSYSERR_NOERROR, MOD_SYNTH } from '../../../winmm/constants.js';
import type { KernelPort } from '../../kernel-port.js';
import { CodeInput } from '../code-input.js';
import { createDemoCz101 } from './demo-cz101.js';
import { createDemoDw8000 } from './demo-dw8000.js';
import { createDemoDx7 } from './demo-dx7.js';
import type { DemoInstrument, Say } from './demo-instrument.js';
import { createDemoSynth } from './demo-synth.js';

/** How often bytes come off the line. */
const LINE_SLICE_MS = 10;
const FAST_SLICE_LENGTH = 4096;
/** Bytes of answers that may wait to be sent; a request beyond that finds the synth busy and is ignored. */
const MAX_WAITING_BYTES = 1_048_576;
/** The time it takes an instrument to understand a request. */
const THINKING_MS = 2;

/** @param instruments - which hang on the line; without it the demo ones */
export function createDemoRack(
  clock: Clock,
  instruments: readonly DemoInstrument[] = [
    createDemoSynth(),
    createDemoDx7(),
    createDemoDw8000(),
    createDemoCz101(),
  ],
): KernelPort {
  const line = new RackLine(clock);
  const say: Say = (bytes, asFastAsPossible = false) => line.send(bytes, asFastAsPossible);
  const listeners = instruments.map((instrument) => new Listener(instrument, clock, say));
  return {
    name: 'midirec demo synth',
    wPid: 2,
    wTechnology: MOD_SYNTH,
    input: line,
    output: {
      open: () => MMSYSERR_NOERROR,
      play(bytes) {
        for (const listener of listeners) listener.take(bytes);
        return MMSYSERR_NOERROR;
      },
      cancel() {},
      close() {},
    },
  };
}

/** What one instrument hears: puts sysex together. */
class Listener implements ByteStreamVisitor {
  readonly #instrument: DemoInstrument;
  readonly #clock: Clock;
  readonly #say: Say;
  readonly #parser = new ByteStreamParser(true);
  readonly #joiner = new SysexJoiner();
  /** Bytes of the sysex under way; those beyond the longest message that it understands are not kept. */
  #length = 0;
  /** The sysex under way, for an instrument that listens before the end. */
  #part: number[] = [];
  /** Bytes in the memory of its ears, and when that was. */
  #unread = 0;
  #unreadMs = 0;

  constructor(instrument: DemoInstrument, clock: Clock, say: Say) {
    this.#instrument = instrument;
    this.#clock = clock;
    this.#say = say;
  }

  take(bytes: Uint8Array): void {
    this.#parser.feed(bytes.subarray(0, this.#room(bytes.length)), this);
  }

  /** How many of the bytes find room in its ears. */
  #room(length: number): number {
    const { ears } = this.#instrument;
    if (ears === undefined) return length;
    const nowMs = this.#clock.nowMs();
    const read = ((nowMs - this.#unreadMs) * ears.bytesPerSecond) / 1000;
    this.#unread = Math.max(0, this.#unread - read);
    this.#unreadMs = nowMs;
    const taken = Math.min(length, Math.floor(ears.bytes - this.#unread));
    this.#unread += taken;
    return taken;
  }

  onSysexBytes(bytes: Uint8Array): void {
    const instrument = this.#instrument;
    this.#length += bytes.length;
    if (this.#length > instrument.longest) return;
    this.#joiner.append(bytes);
    if (instrument.hearPart === undefined || bytes.at(-1) === SYSEX_END) return;
    this.#part.push(...bytes);
    instrument.hearPart(Uint8Array.from(this.#part), this.#say);
  }

  onSysexEnd(isComplete: boolean): void {
    const message = this.#joiner.take();
    const isWhole = isComplete && message.length === this.#length;
    this.#length = 0;
    this.#part = [];
    if (isWhole) this.#instrument.hear(message, this.#say);
  }

  onShort(packed: number): void {
    const isProgram = (packed & 0xf0) === PROGRAM_CHANGE;
    if (isProgram) this.#instrument.select?.(packed & 0x0f, (packed >> 8) & 0x7f);
  }

  onInvalid(): void {}
}

interface Transmission {
  readonly bytes: Uint8Array;
  readonly asFastAsPossible: boolean;
}

/** What the instruments say: one after the other. */
class RackLine extends CodeInput {
  readonly #clock: Clock;
  readonly #waiting: Transmission[] = [];
  #waitingBytes = 0;
  #cancelTimer: CancelTimer | undefined;
  /** True from the first byte of a message until no message waits. */
  #isSending = false;
  /** When the first byte of the present message went out, and how many have. */
  #beganMs = 0;
  #sent = 0;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override stop(): void {
    super.stop();
    this.#cancelTimer?.();
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#isSending = false;
  }

  send(bytes: Uint8Array, asFastAsPossible: boolean): void {
    if (!this.isStarted || this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) return;
    this.#waiting.push({ bytes, asFastAsPossible });
    this.#waitingBytes += bytes.length;
    if (this.#isSending) return;
    this.#isSending = true;
    this.#beginAt(this.#clock.nowMs() + THINKING_MS);
  }

  #beginAt(timeMs: number): void {
    this.#beganMs = timeMs;
    this.#sent = 0;
    this.#sendAt(timeMs);
  }

  #sendAt(timeMs: number): void {
    const delayMs = Math.max(0, timeMs - this.#clock.nowMs());
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => this.#sendDue());
  }

  #sendDue(): void {
    const transmission = this.#waiting[0];
    if (transmission === undefined) {
      this.#isSending = false;
    } else if (transmission.asFastAsPossible) {
      this.#sendFast(transmission);
    } else {
      this.#sendSlice(transmission);
    }
  }

  /** Sends what has come off the line by now, stamped with the moment at which its last byte did. */
  #sendSlice({ bytes }: Transmission): void {
    const elapsedMs = this.#clock.nowMs() - this.#beganMs;
    const due = Math.min(bytes.length, Math.floor(elapsedMs * CABLE_BYTES_PER_MS));
    const lastByteMs = this.#beganMs + due / CABLE_BYTES_PER_MS;
    if (due > this.#sent) {
      this.deliver(bytes.subarray(this.#sent, due), lastByteMs);
      this.#sent = due;
    }
    if (due < bytes.length) {
      const rest = (bytes.length - due) / CABLE_BYTES_PER_MS;
      this.#sendAt(this.#clock.nowMs() + Math.min(LINE_SLICE_MS, rest));
    } else {
      this.#finish(lastByteMs);
    }
  }

  #sendFast(transmission: Transmission): void {
    const { bytes } = transmission;
    while (this.#sent < bytes.length) {
      const slice = bytes.subarray(this.#sent, this.#sent + FAST_SLICE_LENGTH);
      this.#sent += slice.length;
      const drained = this.deliver(slice, this.#clock.nowMs());
      if (drained !== undefined && this.#sent < bytes.length) {
        drained.then(() => {
          if (this.#waiting[0] === transmission) this.#sendFast(transmission);
        });
        return;
      }
    }
    this.#finish(this.#clock.nowMs());
  }

  #finish(timeMs: number): void {
    const sent = this.#waiting.shift();
    if (sent !== undefined) this.#waitingBytes -= sent.bytes.length;
    this.#beginAt(timeMs);
  }
}
