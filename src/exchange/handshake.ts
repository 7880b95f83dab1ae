/**
 * The messages by which sender and receiver of a dump tell each other to go on, to repeat and to stop.
 *
 * Sources: MIDI 1.0 Detailed Specification 4.2, "Sample Dump Standard" (generic handshaking messages, F0
 * 7E device 7C…7F packet F7); Roland exclusive messages of type IV, handshake (WSD, RQD, DAT, ACK, EOD, ERR,
 * RJC), and those of the Alpha Juno, whose command stands before the device; Korg M1 and DW-8000 owner's
 * manuals, MIDI implementation (21 to 24, 26); Kawai K4 owner's manual, MIDI implementation (40 to 43);
 * Yamaha FB-01 user's manual, communication handshake messages (F0 43 6n, 2 to 4); Casio CZ-101 MIDI system exclusive specification.
 */
import { SYSEX_END, SYSEX_START } from '../midi/status.js';
import { ROLAND_ID, UNIVERSAL_NON_REALTIME_ID } from '../sysex/manufacturers.js';
import { parseRolandHead } from '../sysex/roland.js';

/** `go-on` also for every reply that is not known to be another: something has answered. */
export type ReplyVerdict = 'go-on' | 'again' | 'wait' | 'refused';

/** How long an instrument may say that it is busy, and take after it has said so. */
export const BUSY_MS = 60_000;

const ACK = 0x7f;
const NAK = 0x7e;
/** By the fourth byte. */
const GENERIC = new Map<number, ReplyVerdict>([
  [0x7c, 'wait'],
  [0x7d, 'refused'],
  [NAK, 'again'],
]);
const SAMPLE_HEADER = 0x01;
const SAMPLE_PACKET = 0x02;
/** Data bytes in a packet of the Sample Dump Standard. */
const PACKET_BYTES = 120;

/** By the maker's id: how long its replies are, where they say what, and what that means. */
const REPLIES: Readonly<
  Record<number, { lengths: number[]; at: number; meanings: Map<number, ReplyVerdict> }>
> = {
  // Korg: write error, data load error, data format error.
  66: {
    lengths: [6, 8],
    at: -2,
    meanings: new Map([
      [0x22, 'refused'],
      [0x24, 'again'],
      [0x26, 'again'],
    ]),
  },
  // Kawai: write error, write error (protect), write error (no card).
  64: {
    lengths: [7],
    at: 3,
    meanings: new Map([
      [0x41, 'refused'],
      [0x42, 'refused'],
      [0x43, 'refused'],
    ]),
  },
  // Yamaha FB-01: NAK, cancel.
  67: {
    lengths: [5],
    at: 3,
    meanings: new Map([
      [0x03, 'again'],
      [0x04, 'refused'],
    ]),
  },
};

const Roland = {
  WANT_TO_SEND: 0x40,
  DATA: 0x42,
  ACKNOWLEDGE: 0x43,
  END: 0x45,
  ERROR: 0x4e,
  REJECTION: 0x4f,
} as const;

/** What an instrument's reply to a dump means to who sends it. @param sysex - F0 to F7 */
export function judgeReply(sysex: Uint8Array): ReplyVerdict {
  const [start, maker = 0, , fourth = 0] = sysex;
  if (start !== SYSEX_START) return 'go-on';
  if (maker === UNIVERSAL_NON_REALTIME_ID) return GENERIC.get(fourth) ?? 'go-on';
  const known = REPLIES[maker];
  if (known?.lengths.includes(sysex.length)) {
    return known.meanings.get(sysex.at(known.at)!) ?? 'go-on';
  }
  const command = rolandOf(sysex)?.command;
  if (command === Roland.ERROR) return 'again';
  return command === Roland.REJECTION ? 'refused' : 'go-on';
}

/** What the sender of a dump waits for after this message; undefined if it goes on without. */
export function acknowledgementOf(message: Uint8Array): Uint8Array | undefined {
  return answerTo(message, Roland.ACKNOWLEDGE, ACK);
}

/** What makes the sender of a dump repeat this message, which is damaged; undefined if nothing does. */
export function complaintAbout(message: Uint8Array): Uint8Array | undefined {
  return answerTo(message, Roland.ERROR, NAK);
}

function answerTo(message: Uint8Array, roland: number, generic: number): Uint8Array | undefined {
  if (message[1] === UNIVERSAL_NON_REALTIME_ID) {
    const [, , device = 0, kind = 0, packet = 0] = message;
    if (kind !== SAMPLE_HEADER && kind !== SAMPLE_PACKET) return undefined;
    const number = kind === SAMPLE_HEADER ? 0 : packet & 0x7f;
    return Uint8Array.of(
      SYSEX_START,
      UNIVERSAL_NON_REALTIME_ID,
      device,
      generic,
      number,
      SYSEX_END,
    );
  }
  const head = rolandOf(message);
  const isAwaited =
    head !== undefined &&
    [Roland.WANT_TO_SEND, Roland.DATA, Roland.END].some((each) => each === head.command);
  return isAwaited ? head.saying(roland) : undefined;
}

/** Whether a dump by handshake is over with this message. @param dump - all of it, this message included */
export function isLastOf(dump: readonly Uint8Array[]): boolean {
  const last = dump.at(-1)!;
  if (rolandOf(last)?.command === Roland.END) return true;
  const header = dump.find((message) => isGeneric(message, SAMPLE_HEADER));
  if (header === undefined || !isGeneric(last, SAMPLE_PACKET)) return false;
  const [bits = 8] = header.subarray(6);
  const words = sevenBits(header.subarray(10, 13));
  const perPacket = Math.floor(PACKET_BYTES / Math.ceil(bits / 7));
  return dump.length - 1 >= Math.ceil(words / perPacket);
}

function isGeneric(message: Uint8Array, kind: number): boolean {
  return message[1] === UNIVERSAL_NON_REALTIME_ID && message[3] === kind;
}

interface RolandMessage {
  command: number;
  /** Index of the first byte behind the head. */
  bodyStart: number;
  /** The same head with another command, and data. */
  saying(command: number, body?: readonly number[]): Uint8Array;
}

function rolandOf(sysex: Uint8Array): RolandMessage | undefined {
  if (sysex[1] !== ROLAND_ID) return undefined;
  const [, , second = 0] = sysex;
  // The first synthesizers have the command before the device.
  const isOld = second >= 0x40 && second <= Roland.REJECTION;
  const head = isOld ? { command: second, bodyStart: 5 } : parseRolandHead(sysex);
  if (head === undefined) return undefined;
  const { command, bodyStart } = head;
  return {
    command,
    bodyStart,
    saying(other, body = []) {
      const said = Uint8Array.of(...sysex.subarray(0, bodyStart), ...body, SYSEX_END);
      said[isOld ? 2 : bodyStart - 1] = other;
      return said;
    },
  };
}

/**
 * Data messages of Roland's handshake with what has to be said before and behind them; other messages
 * as they are.
 *
 * @param addressLength - bytes of an address of this instrument
 */
export function withRolandFrame(
  messages: readonly Uint8Array[],
  addressLength: number,
): Uint8Array[] {
  const isData = (message: Uint8Array) => rolandOf(message)?.command === Roland.DATA;
  const data = messages.filter(isData);
  const [first] = data;
  const head = first && rolandOf(first);
  if (head === undefined) return [...messages];
  const bodyOf = (message: Uint8Array) => message.subarray(head.bodyStart, -2);
  const size = data.reduce((sum, message) => sum + bodyOf(message).length - addressLength, 0);
  const sizes = Array.from(
    { length: addressLength },
    (_, at) => (size >> (7 * (addressLength - 1 - at))) & 0x7f,
  );
  const what = [...bodyOf(first!).subarray(0, addressLength), ...sizes];
  const sum = -what.reduce((all, byte) => all + byte, 0) & 0x7f;
  const others = messages.filter((message) => !isData(message) && rolandOf(message) === undefined);
  const opening = head.saying(Roland.WANT_TO_SEND, [...what, sum]);
  return [...others, opening, ...data, head.saying(Roland.END)];
}

/** A number of 7 bits a byte, the low ones first. */
function sevenBits(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => (number << 7) | byte, 0);
}

/** Where a Casio CZ has to say that it is ready before the rest is sent; undefined for other messages. */
export function casioPause(message: Uint8Array): number | undefined {
  const [, maker, zero, none, channel = 0, what = 0] = message;
  const isCasio = maker === 0x44 && zero === 0 && none === 0 && channel >> 4 === 7;
  return isCasio && (what === 0x20 || what === 0x21) ? 7 : undefined;
}
