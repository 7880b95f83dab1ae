/** The bytes of a file as a reader asks for them and as a writer makes them, whether or not memory holds them all. */

export interface ByteSource {
  readonly length: number;
  /** How many bytes a reader should ask for at once; no fewer than 16. */
  readonly windowBytes: number;
  /**
   * The bytes `from` to `to`, which nobody may write to; fewer where the file ends.
   *
   * @throws MidirecError INPUT_UNREADABLE
   */
  read(from: number, to: number): Uint8Array;
  /** Nothing is read afterwards. */
  close(): void;
}

/** @param windowBytes - all at once if it is not given */
export function memorySource(
  bytes: Uint8Array,
  windowBytes = Number.POSITIVE_INFINITY,
): ByteSource {
  const read = (from: number, to: number) => bytes.subarray(from, to);
  return { length: bytes.length, windowBytes, read, close: () => {} };
}

/** Bytes of a file that is being written. */
export interface FilePiece {
  readonly position: number;
  readonly bytes: Uint8Array;
}
