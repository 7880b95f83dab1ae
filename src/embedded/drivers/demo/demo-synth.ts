/**
 * The first of the demo instruments, which has a language of its own. It uses manufacturer id 7D, which MIDI sets
 * aside for non-commercial use.
 *
 * | bytes | what |
 * |---|---|
 * | `F0 7E dd 06 01 F7`            | identity request, to any device number dd: answered with an identity reply |
 * | `F0 7D 01 kk F7`               | dump request: answered at the speed of a MIDI line |
 * | `F0 7D 01 kk 01 F7`            | the same, answered as fast as possible |
 * | `F0 7D 02 kk nn 01 … cc F7`    | a dump: what the synth sends, and what it takes back |
 *
 * Kinds of dump, kk: 00 a voice (155 bytes of data, 163 in all); 01 a bank of 32 voices as one
 * message (4,096 of data, 4,104 in all: 1.31 s on the line); 02 sample data (300,000 of data);
 * 03 the bank as 32 messages, one a voice, numbered nn = 00 to 1F (128 of data, 136 in all).
 * nn is 00 for the other kinds; 01 is the version of the format. The checksum cc makes the sum
 * of the data bytes and itself a multiple of 128.
 *
 * A dump with the right length and checksum replaces what the synth has, and comes back at the
 * next request. Anything else is ignored, as a synth does.
 *
 * Source of the identity messages: MIDI 1.0 Detailed Specification 4.2, "Inquiry Messages".
 */
import { SYSEX_END, SYSEX_START } from '../../../midi/status.js';
import { sumOf } from '../../../sysex/checksums.js';
import type { DemoInstrument } from './demo-instrument.js';

/** Dumps that were restored, by kind and number. They live as long as the process. */
export type SynthMemory = Map<string, Uint8Array>;

export interface SynthAnswer {
  readonly messages: readonly Uint8Array[];
  readonly asFastAsPossible: boolean;
}

const NON_COMMERCIAL = 0x7d;
const UNIVERSAL_NON_REALTIME = 0x7e;
const GENERAL_INFORMATION = 0x06;
const IDENTITY_REQUEST = 0x01;
const DUMP_REQUEST = 0x01;
const DUMP = 0x02;
const FORMAT_VERSION = 0x01;
const AS_FAST_AS_POSSIBLE = 0x01;

/** F0 7D 02 kk nn 01 before the data, checksum and F7 after it. */
const HEADER_LENGTH = 6;
const TRAILER_LENGTH = 2;

/** Kinds of dump by their number kk: how many messages, how many bytes of data in each. */
const KINDS = [
  { count: 1, dataLength: 155 },
  { count: 1, dataLength: 4096 },
  { count: 1, dataLength: 300_000 },
  { count: 32, dataLength: 128 },
] as const;

/** Bytes of the longest message that the synth understands. */
const LARGEST_MESSAGE = 300_000 + HEADER_LENGTH + TRAILER_LENGTH;

/** Device 0x10, manufacturer 7D, family 1, member 1, version 0.0.1.0. */
const IDENTITY_REPLY = [
  0xf0, 0x7e, 0x10, 0x06, 0x02, 0x7d, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0xf7,
];

export function createDemoSynth(): DemoInstrument {
  const memory: SynthMemory = new Map();
  return {
    longest: LARGEST_MESSAGE,
    hear(message, say) {
      const { messages, asFastAsPossible } = answerTo(message, memory);
      for (const answer of messages) say(answer, asFastAsPossible);
    },
  };
}

/**
 * What the synth says to a message, and what it keeps of it.
 *
 * @param message - a whole sysex, F0 to F7
 * @param memory - is changed if the message is a dump
 */
export function answerTo(message: Uint8Array, memory: SynthMemory): SynthAnswer {
  const silence = { messages: [], asFastAsPossible: false };
  if (isIdentityRequest(message)) {
    return { messages: [Uint8Array.from(IDENTITY_REPLY)], asFastAsPossible: false };
  }
  if (message[1] !== NON_COMMERCIAL) return silence;
  const kind = message[3] ?? -1;
  if (isDumpRequest(message)) {
    const asFastAsPossible = message.length === 6;
    return { messages: dumpsOf(kind, memory), asFastAsPossible };
  }
  if (isDump(message)) memory.set(keyOf(kind, message[4]!), message);
  return silence;
}

function isIdentityRequest(message: Uint8Array): boolean {
  return (
    message.length === 6 &&
    message[1] === UNIVERSAL_NON_REALTIME &&
    message[3] === GENERAL_INFORMATION &&
    message[4] === IDENTITY_REQUEST
  );
}

function isDumpRequest(message: Uint8Array): boolean {
  const asksForSpeed = message.length === 6 && message[4] === AS_FAST_AS_POSSIBLE;
  return message[2] === DUMP_REQUEST && (message.length === 5 || asksForSpeed);
}

function isDump(message: Uint8Array): boolean {
  const shape = KINDS[message[3] ?? -1];
  if (message[2] !== DUMP || shape === undefined) return false;
  if (message.length !== HEADER_LENGTH + shape.dataLength + TRAILER_LENGTH) return false;
  if (message[4]! >= shape.count || message[5] !== FORMAT_VERSION) return false;
  // The data and the checksum sum to 0.
  return sumOf(message, HEADER_LENGTH, message.length - 1) === 0;
}

function dumpsOf(kind: number, memory: SynthMemory): Uint8Array[] {
  const dumps: Uint8Array[] = [];
  for (let number = 0; number < (KINDS[kind]?.count ?? 0); number++) {
    dumps.push(memory.get(keyOf(kind, number)) ?? factoryDump(kind, number));
  }
  return dumps;
}

/** What the synth was delivered with: the same bytes every time. */
function factoryDump(kind: number, number: number): Uint8Array {
  const dataLength = KINDS[kind]?.dataLength ?? 0;
  const dump = new Uint8Array(HEADER_LENGTH + dataLength + TRAILER_LENGTH);
  dump.set([SYSEX_START, NON_COMMERCIAL, DUMP, kind, number, FORMAT_VERSION]);
  const data = dump.subarray(HEADER_LENGTH, -TRAILER_LENGTH);
  fillWithNoise(data, kind * 32 + number + 1);
  dump.set([-sumOf(data, 0, dataLength) & 0x7f, SYSEX_END], HEADER_LENGTH + dataLength);
  return dump;
}

/** 7-bit noise of a linear congruential generator (Numerical Recipes), from its high bits. */
function fillWithNoise(data: Uint8Array, seed: number): void {
  let state = seed;
  for (let index = 0; index < data.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[index] = state >>> 25;
  }
}

function keyOf(kind: number, number: number): string {
  return `${kind}/${number}`;
}
