/** What synthesizers that README.md names would send: a DX7 its voices, an MT-32 what it is asked for. */

const DX7_VOICES = 4096;
/** An MT-32 sends no more than this in one message. */
const MT32_PIECE = 256;
/** A real one has sixteen times as much; nobody has the time to send that back at its pace. */
const MT32_MEMORY = 1024;
const ROLAND_REQUEST = [0xf0, 0x41, 0x10, 0x16, 0x11];
const ROLAND_DATA = [0xf0, 0x41, 0x10, 0x16, 0x12];

/** The 32 voices of a DX7. Source: DX7 owner's manual, "MIDI Data Format", format 9. */
export const DX7_BANK = Uint8Array.of(
  ...[0xf0, 0x43, 0x00, 0x09, 0x20, 0x00],
  ...withChecksum(Array.from({ length: DX7_VOICES }, (_, index) => (index * 7) & 0x7f)),
  0xf7,
);

const DX7_VOICE_REQUEST = [0xf0, 0x43, 0x20, 0x00, 0xf7];
const DX7_VOICE_PARAMETERS = 155;

/** What a DX7 answers to a request for its edit buffer: one voice, format 0 of the same pages. */
export function answerAsDx7(sysex: Uint8Array): Uint8Array | undefined {
  if (!DX7_VOICE_REQUEST.every((byte, index) => sysex[index] === byte)) return undefined;
  const voice = Array.from({ length: DX7_VOICE_PARAMETERS }, (_, index) => index % 100);
  return Uint8Array.of(0xf0, 0x43, 0x00, 0x00, 0x01, 0x1b, ...withChecksum(voice), 0xf7);
}

/** What an MT-32 answers to RQ1: DT1 messages, one after the other. Source: MT-32 owner's manual, "Exclusive communications". */
export function answerAsMt32(sysex: Uint8Array): Uint8Array | undefined {
  if (!ROLAND_REQUEST.every((byte, index) => sysex[index] === byte)) return undefined;
  let address = joinSevens(sysex.subarray(5, 8));
  let left = Math.min(MT32_MEMORY, joinSevens(sysex.subarray(8, 11)));
  const answer: number[] = [];
  while (left > 0) {
    const size = Math.min(left, MT32_PIECE);
    const data = Array.from({ length: size }, (_, index) => (address + index) & 0x7f);
    answer.push(...ROLAND_DATA, ...withChecksum([...splitSevens(address), ...data]), 0xf7);
    address += size;
    left -= size;
  }
  return Uint8Array.from(answer);
}

/** Bytes, and the one that makes their sum a multiple of 128. */
function withChecksum(bytes: number[]): number[] {
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return [...bytes, -sum & 0x7f];
}

function joinSevens(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => (value << 7) | byte, 0);
}

function splitSevens(value: number): number[] {
  return [(value >> 14) & 0x7f, (value >> 7) & 0x7f, value & 0x7f];
}
