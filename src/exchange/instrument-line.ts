/** What a conversation with an instrument needs: a line to it, and one from it. */

/** A sysex that came in. */
export interface Heard {
  bytes: Uint8Array;
  /** False if its beginning or its end is missing. */
  complete: boolean;
  /** On the take's clock. */
  timeMs: number;
  /** Index of the input. */
  device: number;
}

export interface InstrumentLine {
  /** Someone has asked to stop: nothing more is sent, and nothing more is waited for. */
  readonly isStopped: boolean;
  /** The last question had no answer: it may still come. For who asks. */
  isUnanswered: boolean;
  /**
   * Sends a message, or a piece of a sysex whose other pieces precede and follow, at the instrument's
   * pace. Resolves when the line has carried it.
   *
   * @throws what Output.sendLong throws
   */
  send(bytes: Uint8Array): Promise<void>;
  /** Lets so much time pass, or less if someone asks to stop. */
  pause(ms: number): Promise<void>;
  /** The next sysex; undefined after so much silence. While one is coming in there is no silence. */
  hear(silenceMs: number): Promise<Heard | undefined>;
  /** Resolves with true as soon as a part of a sysex has come since `forget`, with false after so long. */
  hasBegun(limitMs: number): Promise<boolean>;
  /** What has come by now is no answer to what will be sent. */
  forget(): void;
}
