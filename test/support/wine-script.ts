/** What the scripts of the Wine test driver (test/wine/driver) play, made again here byte by byte, and its log. */

/** Numerical Recipes' generator, as in stream.c of the driver. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state;
  }
}

export interface SysexDescription {
  /** Bytes, F0 and F7 included. */
  size: number;
  /** Default 1. */
  seed?: number;
  /** Bytes that follow F0 in the place of random ones. */
  head?: readonly number[];
  /** True: the last byte is random as well. */
  withoutEnd?: boolean;
}

/** The bytes of a `sysex` line. */
export function sysexContent(description: SysexDescription): Uint8Array {
  const { size, seed = 1, head = [], withoutEnd = false } = description;
  const random = new Random(seed);
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = random.next() >>> 25;
  bytes.set(head.slice(0, Math.max(0, size - 1)), 1);
  if (!withoutEnd) bytes[size - 1] = 0xf7;
  bytes[0] = 0xf0;
  return bytes;
}

/** Note `index` of a `flood` or `notes` line: on and off in turn, packed as in dwParam1. */
export function noteAt(index: number): number {
  const pair = index >>> 1;
  const status = (index & 1 ? 0x80 : 0x90) | ((pair >>> 13) & 15);
  return status | ((pair & 127) << 8) | ((1 + ((pair >>> 7) & 63)) << 16);
}

/** The sysex messages of a `random` line. */
export function randomSysex(line: {
  count: number;
  min: number;
  max: number;
  seed: number;
}): Uint8Array[] {
  const random = new Random(line.seed);
  return Array.from({ length: line.count }, () => {
    const size = line.min + ((random.next() >>> 4) % (line.max - line.min + 1));
    return sysexContent({ size, seed: random.next() });
  });
}

/** A line of the driver's log; which members there are depends on `event`. */
export interface LogLine {
  qpc: number;
  event: string;
  /** event "call": MIDM_… or MODM_…, and its result. */
  call?: string;
  result?: number;
  input?: number;
  output?: number;
  /** event "data": the message, its dwParam2, and the moment of the callback. */
  packed?: number;
  timeMs?: number;
  sinceStartUs?: number;
  /** events "short", "long" of an output: what was sent, in hexadecimal. */
  bytes?: string;
  /** event "flood": how many messages, and how long the callbacks took, in ticks of `frequency` (event "load"). */
  count?: number;
  ticks?: number;
  frequency?: number;
  /** event "start": the moment of the time stamps' zero. */
  startQpc?: number;
  /** event "end": what the script did. */
  notes?: number;
  starved?: number;
  dropped?: number;
  size?: number;
  seed?: number;
  /** event "removed": which opening of the device it was that is left behind, with how many buffers of `size` bytes in all. */
  opening?: number;
  buffers?: number;
}

/** Reads the log; a last line that was cut off by the end of the process is left out. */
export function parseLog(text: string): LogLine[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line) => JSON.parse(line) as LogLine);
}
