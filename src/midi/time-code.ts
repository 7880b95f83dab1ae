/**
 * MIDI time code: from quarter frames and full frames to the SMPTE time at which a take began.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "MIDI Time Code"; Standard MIDI Files 1.0,
 * "SMPTE Offset".
 */
import { TIME_CODE } from './status.js';

/** Frames a second by the two rate bits: 24, 25, 30 drop-frame (which runs at 29.97), 30. */
const RATES = [24, 25, 30 / 1.001, 30] as const;
const DROP_FRAME = 2;
const PIECES = 8;
/** What eight quarter frames tell is the time of the first of them: two frames ago, less one quarter. */
const PIECES_LATE = 7 / 4;
const FRAMES_PER_DAY_AT_30 = 24 * 3600 * 30;

/** A moment of which the SMPTE time is known. */
interface Known {
  timeMs: number;
  rate: number;
  /** Frames since 00:00:00:00, counted without the numbers that drop-frame leaves out. */
  frames: number;
}

export class TimeCodeReader {
  readonly #pieces = new Uint8Array(PIECES);
  /** Number of the piece that has to come next; 0 begins a time. */
  #next = 0;
  #known: Known | undefined;

  /** Takes a short message; others than quarter frames are ignored. */
  addShort(packed: number, timeMs: number): void {
    if ((packed & 0xff) !== TIME_CODE) return;
    const piece = (packed >>> 12) & 0x07;
    if (piece !== this.#next) {
      // Tape that runs backwards sends them the other way round; only forward is followed.
      this.#next = 0;
      if (piece !== 0) return;
    }
    this.#pieces[piece] = (packed >>> 8) & 0x0f;
    this.#next = (piece + 1) % PIECES;
    if (piece === PIECES - 1) this.#learnPieces(timeMs);
  }

  /** Takes a sysex; others than full frames (F0 7F dd 01 01 hh mm ss ff F7) are ignored. */
  addSysex(bytes: Uint8Array, timeMs: number): void {
    const isFullFrame =
      bytes.length === 10 && bytes[1] === 0x7f && bytes[3] === 0x01 && bytes[4] === 0x01;
    if (isFullFrame) this.#learn(bytes[5]!, bytes[6]!, bytes[7]!, bytes[8]!, timeMs);
  }

  /**
   * The SMPTE time at `startMs` as the data of an SMPTE offset event: hours with the rate in bits 5
   * and 6, minutes, seconds, frames, hundredths of a frame. Undefined if no time code came.
   */
  offsetAt(startMs: number): Uint8Array | undefined {
    if (this.#known === undefined) return undefined;
    const { timeMs, rate, frames } = this.#known;
    const exact = frames - ((timeMs - startMs) / 1000) * RATES[rate]!;
    const day = rate === DROP_FRAME ? dropFrameCount(24, 0, 0, 0) : dayOf(rate);
    const wrapped = ((exact % day) + day) % day;
    const whole = Math.floor(wrapped);
    const hundredths = Math.floor((wrapped - whole) * 100);
    const [hours, minutes, seconds, frame] = namesOf(whole, rate);
    return Uint8Array.of((rate << 5) | hours, minutes, seconds, frame, hundredths);
  }

  #learnPieces(timeMs: number): void {
    const [f0, f1, s0, s1, m0, m1, h0, h1] = this.#pieces;
    const hours = h0! | (h1! << 4);
    const rate = (hours >>> 5) & 0x03;
    const firstMs = timeMs - (PIECES_LATE / RATES[rate]!) * 1000;
    this.#learn(hours, m0! | (m1! << 4), s0! | (s1! << 4), f0! | (f1! << 4), firstMs);
  }

  #learn(hours: number, minutes: number, seconds: number, frame: number, timeMs: number): void {
    const rate = (hours >>> 5) & 0x03;
    const h = hours & 0x1f;
    if (h > 23 || minutes > 59 || seconds > 59 || frame >= Math.ceil(RATES[rate]!)) return;
    const frames =
      rate === DROP_FRAME
        ? dropFrameCount(h, minutes, seconds, frame)
        : ((h * 60 + minutes) * 60 + seconds) * RATES[rate]! + frame;
    this.#known = { timeMs, rate, frames };
  }
}

function dayOf(rate: number): number {
  return (FRAMES_PER_DAY_AT_30 / 30) * RATES[rate]!;
}

/** Drop-frame leaves out frame numbers 0 and 1 of each minute that is no tenth one. */
function dropFrameCount(hours: number, minutes: number, seconds: number, frame: number): number {
  const allMinutes = hours * 60 + minutes;
  return (allMinutes * 60 + seconds) * 30 + frame - 2 * (allMinutes - Math.floor(allMinutes / 10));
}

function namesOf(frames: number, rate: number): [number, number, number, number] {
  if (rate !== DROP_FRAME) {
    const perSecond = RATES[rate]!;
    const seconds = Math.floor(frames / perSecond);
    return [
      Math.floor(seconds / 3600),
      Math.floor(seconds / 60) % 60,
      seconds % 60,
      frames % perSecond,
    ];
  }
  const tenMinutes = Math.floor(frames / 17_982);
  const rest = frames % 17_982;
  const dropped = rest < 1800 ? 0 : 2 * (1 + Math.floor((rest - 1800) / 1798));
  const named = tenMinutes * 18_000 + rest + dropped;
  const seconds = Math.floor(named / 30);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, named % 30];
}
