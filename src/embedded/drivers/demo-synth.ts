/**
 * The demo synth: a synthesizer made of code that answers requests and keeps what is restored to
 * it. Everything it understands and says is in demo-synth-messages.ts.
 *
 * Its answers come at the pace of a MIDI line (31,250 baud, 3,125 bytes a second) in slices as
 * from a wire, or as fast as the client takes them if the request asks for that.
 */

import {
  ByteStreamParser,
  type ByteStreamVisitor,
  SysexJoiner,
} from '../../midi/byte-stream-parser.js';
import type { CancelTimer, Clock } from '../../midi/clock.js';
import { CABLE_BYTES_PER_MS } from '../../midi/status.js';
import { MMSYSERR_NOERROR, MOD_SYNTH } from '../../winmm/constants.js';
import type { KernelOutput, KernelPort } from '../kernel-port.js';
import { CodeInput } from './code-input.js';
import { answerTo, LARGEST_MESSAGE, type SynthMemory } from './demo-synth-messages.js';

/** How often bytes come off the line. */
const LINE_SLICE_MS = 10;
const FAST_SLICE_LENGTH = 4096;
/** Bytes of answers that may wait to be sent; a request beyond that finds the synth busy and is ignored. */
const MAX_WAITING_BYTES = 1_048_576;
/** The time it takes the synth to understand a request. */
const THINKING_MS = 2;

export function createDemoSynth(clock: Clock): KernelPort {
  const line = new SynthLine(clock);
  const synth = new SynthListener(line);
  return {
    name: 'midirec demo synth',
    wPid: 2,
    wTechnology: MOD_SYNTH,
    input: line,
    output: synth,
  };
}

/** What the synth hears: puts sysex together and has it answered. */
class SynthListener implements KernelOutput, ByteStreamVisitor {
  readonly #line: SynthLine;
  readonly #parser = new ByteStreamParser(true);
  readonly #joiner = new SysexJoiner();
  readonly #memory: SynthMemory = new Map();
  /** Bytes of the sysex under way; those beyond the largest message that it understands are not kept. */
  #length = 0;

  constructor(line: SynthLine) {
    this.#line = line;
  }

  open(): number {
    return MMSYSERR_NOERROR;
  }

  play(bytes: Uint8Array): number {
    this.#parser.feed(bytes, this);
    return MMSYSERR_NOERROR;
  }

  cancel(): void {}
  close(): void {}

  onSysexBytes(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length <= LARGEST_MESSAGE) this.#joiner.append(bytes);
  }

  onSysexEnd(isComplete: boolean): void {
    const message = this.#joiner.take();
    const isWhole = isComplete && message.length === this.#length;
    this.#length = 0;
    if (!isWhole) return;
    const { messages, asFastAsPossible } = answerTo(message, this.#memory);
    for (const answer of messages) this.#line.send(answer, asFastAsPossible);
  }

  onShort(): void {}
  onInvalid(): void {}
}

interface Transmission {
  readonly bytes: Uint8Array;
  readonly asFastAsPossible: boolean;
}

/** What the synth says: one message after the other. */
class SynthLine extends CodeInput {
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
      const drained = this.deliver(slice);
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
