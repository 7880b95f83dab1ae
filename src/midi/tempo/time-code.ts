/**
 * MIDI time code: from quarter frames and full frames to the SMPTE time at which a take began.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "MIDI Time Code"; Standard MIDI Files 1.0,
 * "SMPTE Offset".
 */
import { TIME_CODE } from '../status.js';

/** Frames a second by the two rate bits: 24, 25, 30 drop-frame (which runs at 29.97), 30. */
const RATES = [24, 25, 30 / 1.001, 30] as const;
/** Frame numbers in a second. */
const NUMBERS = [24, 25, 30, 30] as const;
const DROP_FRAME = 2;
const PIECES = 8;
/** What eight quarter frames tell is the time of the first of them: two frames ago, less one quarter. */
const PIECES_LATE = 7 / 4;

interface Run {
  fromMs: number;
  untilMs: number;
  rate: number;
  /** Frames since 00:00:00:00 at `fromMs`, counted without the numbers that drop-frame leaves out. */
  frames: number;
}

/** Two times agree if they are no further apart than this: quarter frames come with jitter. */
const JITTER_FRAMES = 2;
/** A pause in which the code goes on is none up to here; a take that begins so soon after the last code belongs to it. */
const PAUSE_MS = 1000;
/** Of a machine that is wound to and fro for days, the last places are enough. */
const MOST_RUNS = 64;

export class TimeCodeReader {
  readonly #pieces = new Uint8Array(PIECES);
  /** Number of the piece that has to come next; 0 begins a time. */
  #next = 0;
  /** Oldest first. */
  readonly #runs: Run[] = [];

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
   * and 6, minutes, seconds, frames, hundredths of a frame; by the first code that ran between then
   * and `endMs`. Undefined if none did.
   */
  offsetAt(startMs: number, endMs: number): Uint8Array | undefined {
    const runs = this.#runs.filter(
      ({ fromMs, untilMs }) => fromMs <= endMs && untilMs >= startMs - PAUSE_MS,
    );
    // A single full frame is where the tape was wound to, which is no time that passes.
    const run = runs.find(({ fromMs, untilMs }) => untilMs > fromMs) ?? runs[0];
    if (run === undefined) return undefined;
    const { rate } = run;
    const exact = framesAt(run, startMs);
    const day = frameCount(rate, 24, 0, 0, 0);
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
    if (h > 23 || minutes > 59 || seconds > 59 || frame >= NUMBERS[rate]!) return;
    this.#remember(timeMs, rate, frameCount(rate, h, minutes, seconds, frame));
  }

  #remember(timeMs: number, rate: number, frames: number): void {
    const last = this.#runs.at(-1);
    const goesOn =
      last !== undefined &&
      last.rate === rate &&
      timeMs - last.untilMs <= PAUSE_MS &&
      Math.abs(framesAt(last, timeMs) - frames) <= JITTER_FRAMES;
    if (goesOn) {
      last.untilMs = timeMs;
      return;
    }
    this.#runs.push({ fromMs: timeMs, untilMs: timeMs, rate, frames });
    if (this.#runs.length > MOST_RUNS) this.#runs.shift();
  }
}

function framesAt({ fromMs, rate, frames }: Run, timeMs: number): number {
  return frames + ((timeMs - fromMs) / 1000) * RATES[rate]!;
}

/** Drop-frame leaves out frame numbers 0 and 1 of each minute that is no tenth one. */
function frameCount(rate: number, hours: number, minutes: number, seconds: number, frame: number) {
  const allMinutes = hours * 60 + minutes;
  const number = (allMinutes * 60 + seconds) * NUMBERS[rate]! + frame;
  return rate === DROP_FRAME ? number - 2 * (allMinutes - Math.floor(allMinutes / 10)) : number;
}

function namesOf(frames: number, rate: number): [number, number, number, number] {
  let number = frames;
  if (rate === DROP_FRAME) {
    const rest = frames % 17_982;
    const dropped = rest < 1800 ? 0 : 2 * (1 + Math.floor((rest - 1800) / 1798));
    number = Math.floor(frames / 17_982) * 18_000 + rest + dropped;
  }
  const seconds = Math.floor(number / NUMBERS[rate]!);
  const minutes = Math.floor(seconds / 60);
  return [Math.floor(minutes / 60), minutes % 60, seconds % 60, number % NUMBERS[rate]!];
}
