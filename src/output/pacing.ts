/**
 * When the pieces of messages go out: for instruments that cannot take them as fast as they could come.
 *
 * Everything here is arithmetic with times; who waits for them is paced-sender.ts.
 */

export interface Pace {
  /** A message is sent in pieces of at most this many bytes; undefined for messages in one piece. */
  chunkBytes: number | undefined;
  /** Pause after each piece but a message's last, in milliseconds. */
  chunkDelayMs: number;
  /** Pause between one message and the next, in milliseconds. */
  messageDelayMs: number;
  /** The pace at which bytes are given to the driver; undefined for as fast as it takes them. */
  bytesPerSecond: number | undefined;
}

/** Each message in one piece, as soon as the driver takes it. */
export const FULL_SPEED: Pace = {
  chunkBytes: undefined,
  chunkDelayMs: 0,
  messageDelayMs: 0,
  bytesPerSecond: undefined,
};

/** How far apart pieces are if only their rate was asked for: small against what an instrument buffers. */
const EVEN_PIECE_MS = 10;

/** A delay of this machine up to this long is made up for; a longer one would become a burst. */
const MOST_CATCH_UP_MS = 50;

/** Bytes of the pieces in which messages are sent; Infinity for messages in one piece. */
export function pieceLength({ chunkBytes, bytesPerSecond }: Pace): number {
  if (chunkBytes !== undefined) return chunkBytes;
  if (bytesPerSecond === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor((bytesPerSecond * EVEN_PIECE_MS) / 1000));
}

/** What a message of this length takes, in milliseconds: pauses within it counted, the one after it not. */
export function messageDurationMs(pace: Pace, length: number): number {
  const pauses = Math.max(0, Math.ceil(length / pieceLength(pace)) - 1);
  return lineTimeMs(pace, length) + pauses * pace.chunkDelayMs;
}

/**
 * The schedule of one transmission. With a rate it is absolute: a piece that goes out late does
 * not move the ones after it, so nothing adds up. Pauses count from the end of what precedes them
 * and are never shorter than asked for, for they are what an instrument needs to take it in.
 */
export class PaceSchedule {
  /** When the next piece may be given to the driver. */
  dueMs: number;
  /** When the line has had its time for what was sent: all is over, if nothing follows. */
  lineFreeMs: number;
  readonly #pace: Pace;
  /** When the line can have carried all that was given, at the moments at which it really was. */
  #silentFromMs: number;

  /** @param nowMs - when the first piece is due, on any monotonic clock */
  constructor(pace: Pace, nowMs: number) {
    this.#pace = pace;
    this.dueMs = nowMs;
    this.lineFreeMs = nowMs;
    this.#silentFromMs = nowMs;
  }

  addPiece(length: number, nowMs: number): void {
    const beganMs = Math.max(this.dueMs, nowMs - MOST_CATCH_UP_MS);
    this.lineFreeMs = beganMs + lineTimeMs(this.#pace, length);
    this.dueMs = this.lineFreeMs;
    this.#silentFromMs = Math.max(this.#silentFromMs, nowMs) + lineTimeMs(this.#pace, length);
  }

  /** A pause begins now, or when the line has had its time for what precedes it. */
  addPause(delayMs: number, nowMs: number): void {
    this.dueMs = Math.max(this.dueMs, this.#silentFromMs, nowMs) + delayMs;
  }
}

/** The time that so many bytes take at the rate; 0 without one. */
function lineTimeMs({ bytesPerSecond }: Pace, length: number): number {
  return bytesPerSecond === undefined ? 0 : (length * 1000) / bytesPerSecond;
}
