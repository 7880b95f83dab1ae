/** What raw MIDI devices of Linux can do beyond being read and written: the kernel does it, by ioctl(2); tests script it. */

/** One of the lines of a raw device, which has one for each port of an interface. */
export interface RawSubdevice {
  readonly card: number;
  readonly device: number;
  readonly subdevice: number;
}

export interface RawControl {
  /** Its own name, `Box MIDI 2`; empty if it has none. */
  nameOf(subdevice: RawSubdevice, isInput: boolean): string;
  /** Does `open` so that opening the raw device gets this line of it, and no other. */
  withPreferred(subdevice: RawSubdevice, open: () => number): number;
  /** From now on reading gives frames (RAW_FRAME_SIZE) with the kernel's time, if the kernel can. @returns whether it can */
  frame(fd: number): boolean;
  /** How many bytes the kernel had no room for since it was asked last. */
  countOverruns(fd: number): number;
  /** Of CLOCK_MONOTONIC, which stamps the frames. */
  monotonicMs(): number;
  /** Resolves with those of the files that can be read or have failed; after `limitMs` at the latest. They stay open until then. */
  poll(fds: readonly number[], limitMs: number): Promise<readonly number[]>;
  /** A file on which a byte can be read once `wake` was called, until `rest`. */
  readonly wakeFd: number;
  wake(): void;
  rest(): void;
}

/** struct snd_rawmidi_framing_tstamp: type, length, two bytes, nanoseconds (32 bits), seconds (64), 16 bytes of data. */
export const RAW_FRAME_SIZE = 32;
