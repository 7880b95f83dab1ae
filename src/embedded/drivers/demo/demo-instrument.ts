/** What an instrument made of code is to the line that it hangs on, and the few things that all of them do. */

/**
 * Says something on the line.
 *
 * @param bytes - a message, or a piece of a sysex whose other pieces precede and follow
 * @param asFastAsPossible - not at the pace of a MIDI line
 */
export type Say = (bytes: Uint8Array, asFastAsPossible?: boolean) => void;

export interface DemoInstrument {
  /** Bytes of the longest message that it understands: of longer ones it hears nothing. */
  readonly longest: number;
  /** How it takes bytes in; as fast as they come, if that is left out. */
  readonly ears?: Ears;
  /** Gets a whole sysex, F0 to F7. */
  hear(message: Uint8Array, say: Say): void;
  /** Gets what there is of a sysex that has not come to its end, whenever more of it has come. */
  hearPart?(part: Uint8Array, say: Say): void;
  /** A program was chosen on one of its 16 channels, both from 0. */
  select?(channel: number, program: number): void;
}

/** An old instrument's: a small memory for what comes in, read out slowly. What finds no room is lost. */
export interface Ears {
  bytes: number;
  bytesPerSecond: number;
}

/** Whether a message is just this, or begins so: `-1` in `head` is any byte. */
export function beginsWith(message: Uint8Array, head: readonly number[]): boolean {
  return head.every((byte, index) => byte < 0 || message[index] === byte);
}

/** The characters of a name, filled up with blanks. */
export function nameBytes(name: string, length: number): number[] {
  return Array.from(name.padEnd(length).slice(0, length), (character) => character.charCodeAt(0));
}
