/** Instruments that hand their dumps over packet by packet, each acknowledged: a sampler, and a Roland of 1987. */
import type { DemoInstrument, Say } from '../../../src/embedded/drivers/demo/demo-instrument.js';
import { bytesOf, complement } from './slots.js';

/** What such an instrument has, and what was put into it. */
export interface Handshaker {
  instrument: DemoInstrument;
  data: number[];
}

export interface Moods {
  /** Packets, by their number, that it takes only the second time. */
  refusesOnce?: readonly number[];
  /** How often it says that it is busy before it takes a packet. */
  busy?: number;
  /** Says nothing more after so many packets of its own. */
  silentAfter?: number;
  /** Spoils a packet of its own the first time that it is sent. */
  spoilsOnce?: number;
}

const hexBytes = (hex: string) => Uint8Array.from(bytesOf(hex));

/**
 * A sampler with one sample of 8 bits, 300 words.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "Sample Dump Standard".
 */
export function sampler(moods: Moods = {}): Handshaker {
  const packets = 5;
  const data = Array.from({ length: packets * 120 }, (_, at) => (at * 11) & 0x7f);
  const header = 'F0 7E 00 01 00 00 08 00 00 00 2C 02 00 00 00 00 00 00 00 00 F7';
  const packet = (number: number) => {
    const body = [0x7e, 0x00, 0x02, number, ...data.slice(number * 120, number * 120 + 120)];
    return Uint8Array.of(
      0xf0,
      ...body,
      body.reduce((xor, byte) => xor ^ byte),
      0xf7,
    );
  };
  const { busy = 0, refusesOnce = [], silentAfter = 99, spoilsOnce = -1 } = moods;
  let next = -1;
  let spoiled = false;
  const refused = new Set<number>();
  const sendNext = (say: Say) => {
    if (next >= Math.min(packets, silentAfter)) return;
    const bytes = packet(next);
    if (next === spoilsOnce && !spoiled) {
      bytes[20] = bytes[20]! ^ 1;
      spoiled = true;
    }
    say(bytes);
  };
  return {
    data,
    instrument: {
      longest: 200,
      hear(message, say) {
        const [, , , kind, number = 0] = message;
        if (message[1] !== 0x7e) return;
        if (kind === 0x03 && number === 0) {
          next = -1;
          say(hexBytes(header));
        } else if (kind === 0x03) {
          say(hexBytes('F0 7E 00 7D 00 F7'));
        } else if (kind === 0x7f) {
          next++;
          sendNext(say);
        } else if (kind === 0x7e) {
          sendNext(say);
        } else if (kind === 0x01) {
          say(hexBytes('F0 7E 00 7F 00 F7'));
        } else if (kind === 0x02) {
          const isRight = message.subarray(1, -1).reduce((xor, byte) => xor ^ byte) === 0;
          const isTaken = isRight && (!refusesOnce.includes(number) || refused.has(number));
          refused.add(number);
          for (let time = 0; time < busy; time++)
            say(Uint8Array.of(0xf0, 0x7e, 0, 0x7c, number, 0xf7));
          if (isTaken) data.splice(number * 120, 120, ...message.subarray(5, -2));
          say(Uint8Array.of(0xf0, 0x7e, 0, isTaken ? 0x7f : 0x7e, number, 0xf7));
        }
      },
    },
  };
}

/**
 * A Roland with 1,000 bytes at 01 00 00, in packets of 256.
 *
 * Source: Roland, "Exclusive messages", handshake: WSD, RQD, DAT, ACK, EOD, ERR, RJC.
 */
export function rolandByHandshake(moods: Moods = {}): Handshaker {
  const data = Array.from({ length: 1000 }, (_, at) => (at * 5) & 0x7f);
  const start = 1 << 14;
  const { refusesOnce = [], silentAfter = 99, spoilsOnce = -1 } = moods;
  let at = 0;
  let size = -1;
  let expected = 0;
  let spoiled = false;
  let received = 0;
  const refused = new Set<number>();
  const said = (command: number, body: number[] = []) =>
    Uint8Array.of(0xf0, 0x41, 0x00, 0x14, command, ...body, 0xf7);
  const sendNext = (say: Say) => {
    const number = at / 256;
    if (number >= silentAfter) return;
    const piece = data.slice(at, at + 256);
    if (piece.length === 0) return say(said(0x45));
    const address = start + at;
    const body = [address >> 14, (address >> 7) & 0x7f, address & 0x7f, ...piece];
    const message = said(0x42, [...body, complement()(body)]);
    if (number === spoilsOnce && !spoiled) {
      message[20] = message[20]! ^ 1;
      spoiled = true;
    }
    say(message);
  };
  return {
    data,
    instrument: {
      longest: 300,
      hear(message, say) {
        const [, maker, device, model, command] = message;
        if (maker !== 0x41 || device !== 0 || model !== 0x14) return;
        const body = [...message.subarray(5, -2)];
        const isRight = complement()(body) === message.at(-2);
        if (command === 0x41 && isRight) {
          at = 0;
          sendNext(say);
        } else if (command === 0x43) {
          at += 256;
          if (at - 256 < data.length) sendNext(say);
        } else if (command === 0x4e) {
          sendNext(say);
        } else if (command === 0x40 && isRight) {
          size = (body[3]! << 14) | (body[4]! << 7) | body[5]!;
          expected = 0;
          say(said(0x43));
        } else if (command === 0x42) {
          const isTaken = isRight && (!refusesOnce.includes(received) || refused.has(received));
          refused.add(received);
          if (isTaken) {
            received++;
            const address = (body[0]! << 14) | (body[1]! << 7) | body[2]!;
            data.splice(address - start, body.length - 3, ...body.slice(3));
            expected += body.length - 3;
          }
          say(said(isTaken ? 0x43 : 0x4e));
        } else if (command === 0x45) {
          say(said(expected === size ? 0x43 : 0x4f));
        }
      },
    },
  };
}
