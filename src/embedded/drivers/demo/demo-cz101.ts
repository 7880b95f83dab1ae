/**
 * A CZ-101 among the demo instruments: old and slow. What comes faster than it can read is lost, and
 * both sides say within one sysex when they are ready.
 *
 * | it hears | it says |
 * |---|---|
 * | `F0 44 00 00 70 10 pp` | `F0 44 00 00 70 30`: ready to send |
 * | `70 31` (and `F7`) | the 256 bytes of tone pp, `F7` |
 * | `F0 44 00 00 70 20 pp` | `F0 44 00 00 70 30`: ready to receive |
 * | 256 bytes, `F7` | `F7`: tone pp is stored |
 *
 * Tones: 00 to 0F as delivered, which cannot be overwritten; 20 to 2F the memory; 60 the one in use.
 * It is on channel 1. A tone that is not whole is not stored, and `F7` comes all the same.
 *
 * Source: Casio CZ-101 and CZ-1000 MIDI system exclusive specification, send and receive requests;
 * that 128 bytes and a pause of 50 ms are what it takes: those who restore its dumps.
 */
import { SYSEX_END, SYSEX_START } from '../../../midi/status.js';
import { beginsWith, type DemoInstrument } from './demo-instrument.js';

const HEAD = [SYSEX_START, 0x44, 0x00, 0x00, 0x70] as const;
const SEND = 0x10;
const RECEIVE = 0x20;
const READY = Uint8Array.of(...HEAD, 0x30);
const END = Uint8Array.of(SYSEX_END);
const DATA = 256;
/** Head, what is wanted, which tone: behind it come `70 31`, or the tone. */
const REQUEST = HEAD.length + 2;

export function createDemoCz101(): DemoInstrument {
  const memory = new Map(
    [...Array(16).keys(), ...Array.from({ length: 16 }, (_, at) => 0x20 + at), 0x60].map((tone) => [
      tone,
      Uint8Array.from({ length: DATA }, (_, at) => (tone + at * 3) % 16),
    ]),
  );
  let isAnswering = false;
  let hasSent = false;
  return {
    longest: REQUEST + DATA + 1,
    ears: { bytes: 140, bytesPerSecond: 2560 },
    hearPart(part, say) {
      const tone = part.length < REQUEST ? undefined : memory.get(part[6]!);
      const isOurs = tone !== undefined && beginsWith(part, HEAD);
      if (!isOurs || (part[5] !== SEND && part[5] !== RECEIVE)) return;
      if (!isAnswering) say(READY);
      isAnswering = true;
      const isAskedFor = part[5] === SEND && part[REQUEST] === 0x70 && part[REQUEST + 1] === 0x31;
      if (isAskedFor && !hasSent) {
        say(tone);
        hasSent = true;
      }
    },
    hear(message, say) {
      this.hearPart!(message.subarray(0, -1), say);
      if (isAnswering) say(END);
      const isTone = isAnswering && message[5] === RECEIVE && message.length === this.longest;
      if (isTone && message[6]! >= 0x20) memory.set(message[6]!, message.slice(REQUEST, -1));
      isAnswering = false;
      hasSent = false;
    },
  };
}
