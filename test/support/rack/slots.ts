/** Instruments whose memory is a few dumps: what is asked for with which message, and what is taken back. */
import type { DemoInstrument, Say } from '../../../src/embedded/drivers/demo/demo-instrument.js';

/** A dump: what asks for it, and what stands around its data. */
export interface Slot {
  /** In hex: any of these. */
  ask: string | readonly string[];
  /** Hex. */
  head: string;
  length: number;
  /** The checksum behind the data; none if it is left out. */
  check?: (data: readonly number[]) => number;
  /** What the data are when it is new. */
  fill?: (at: number) => number;
}

export interface Machine {
  instrument: DemoInstrument;
  /** All that it has, as one text. */
  memory(): string;
  /** Everything is another value than before. */
  wipe(): void;
}

export function bytesOf(hex: string): number[] {
  return hex.split(' ').map((byte) => Number.parseInt(byte, 16));
}

/** With it the sum of what is covered is 0 modulo 128. @param before - what is covered and stands before the data */
export function complement(before: readonly number[] = []) {
  return (data: readonly number[]) => -[...before, ...data].reduce((a, b) => a + b, 0) & 0x7f;
}

/**
 * @param onDump - told of each dump for it, whether it was taken or not
 * @param other - hears all that is neither a request nor a dump
 */
export function machineOf(
  slots: readonly Slot[],
  onDump: (isTaken: boolean, say: Say) => void = () => {},
  other: (message: Uint8Array, say: Say) => void = () => {},
): Machine {
  const data = slots.map(({ length, fill = (at: number) => (at * 7) & 0x7f }) =>
    Array.from({ length }, (_, at) => fill(at)),
  );
  const asked = slots.map(({ ask }) => [ask].flat().map((hex) => bytesOf(hex).join()));
  const heads = slots.map(({ head }) => bytesOf(head));
  return {
    memory: () => JSON.stringify(data),
    wipe() {
      for (const values of data) for (const [at, value] of values.entries()) values[at] = value ^ 1;
    },
    instrument: {
      longest: 20_000,
      hear(message, say) {
        const text = message.join();
        const isAsked = asked.map((asks) => asks.includes(text));
        for (const [index, { check }] of slots.entries()) {
          if (!isAsked[index]) continue;
          const values = data[index]!;
          const sum = check === undefined ? [] : [check(values)];
          say(Uint8Array.of(...heads[index]!, ...values, ...sum, 0xf7));
        }
        if (isAsked.includes(true)) return;
        const index = heads.findIndex((head) => head.every((byte, at) => message[at] === byte));
        if (index < 0) return other(message, say);
        const { length, check } = slots[index]!;
        const body = [...message.subarray(heads[index]!.length, -1)];
        const values = body.slice(0, length);
        const isTaken =
          body.length === length + (check === undefined ? 0 : 1) &&
          (check === undefined || check(values) === body.at(-1));
        if (isTaken) data[index] = values;
        onDump(isTaken, say);
      },
    },
  };
}
