/**
 * What a Standard MIDI File may be wrapped in: a RIFF of the form RMID with what it says about the piece,
 * or bytes of another program before it (MacBinary for one).
 *
 * Source: "RMID", RP-029; Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", LIST INFO
 * and DISP.
 */

/** What a wrapper says about the piece. */
export interface WrapperText {
  /** `title`, `author` …, or the name of its chunk. */
  readonly name: string;
  /** A view of the file's bytes. */
  readonly data: Uint8Array;
}

export interface Wrapper {
  /** Where MThd stands; -1 if there is none. */
  readonly start: number;
  /** Where the chunks of the file in it end. */
  readonly end: number;
  /** Where the wrapper itself ends: bytes after that are of nothing. */
  readonly wrapperEnd: number;
  readonly texts: readonly WrapperText[];
  /** Bytes before MThd that are of no known wrapper. */
  readonly strayBytes: number;
}

const CHUNK_HEAD = 8;
const RIFF_HEAD = 12;
/** A header is looked for in the beginning only; MacBinary has 128 bytes. */
const LONGEST_HEAD = 0x1_0000;
/** MThd, and the length that every header has. */
const HEADER = 'MThd\0\0\0\x06';
const SYSEX_START = 0xf0;
/** The format of a DISP that is text. */
const CF_TEXT = 1;

const TEXT_NAMES: Readonly<Record<string, string>> = {
  DISP: 'title',
  INAM: 'title',
  IART: 'author',
  ICOP: 'copyright',
  ICRD: 'date',
  IGNR: 'genre',
  ICMT: 'comment',
  ISBJ: 'subject',
  IKEY: 'keywords',
  IENG: 'engineer',
  ISRC: 'source',
  ISFT: 'software',
};

/** Finds the file in `bytes`, of any content whatever. */
export function findInWrapper(bytes: Uint8Array): Wrapper {
  const isRiff = nameAt(bytes, 0) === 'RIFF' && nameAt(bytes, 8) === 'RMID';
  const found = isRiff ? readRiff(bytes) : undefined;
  if (found !== undefined) return found;
  const start = findHeader(bytes);
  const end = bytes.length;
  return { start, end, wrapperEnd: end, texts: [], strayBytes: Math.max(0, start) };
}

function findHeader(bytes: Uint8Array): number {
  if (nameAt(bytes, 0) === 'MThd') return 0;
  if (bytes[0] === SYSEX_START) return -1;
  return asBuffer(bytes.subarray(0, LONGEST_HEAD)).indexOf(HEADER, 0, 'latin1');
}

/** Undefined if it has no data chunk with a header in it. */
function readRiff(bytes: Uint8Array): Wrapper | undefined {
  const riffEnd = CHUNK_HEAD + lengthAt(bytes, 0);
  const texts = new Map<string, WrapperText>();
  let start = -1;
  let dataEnd = 0;
  for (const chunk of chunksOf(bytes, RIFF_HEAD, Math.min(bytes.length, riffEnd))) {
    if (chunk.name === 'data' && start < 0) {
      start = chunk.from;
      dataEnd = chunk.to;
    }
    // DISP and INAM are often the same.
    for (const text of textsOf(bytes, chunk)) {
      texts.set(`${text.name} ${asBuffer(text.data).toString('latin1')}`, text);
    }
  }
  if (start < 0 || nameAt(bytes, start) !== 'MThd') return undefined;
  const end = Math.min(dataEnd, bytes.length);
  const wrapperEnd = Math.min(bytes.length, Math.max(dataEnd, riffEnd));
  return { start, end, wrapperEnd, texts: [...texts.values()], strayBytes: 0 };
}

interface Chunk {
  name: string;
  /** Without its head. */
  from: number;
  /** Perhaps beyond the end of the file. */
  to: number;
}

function* chunksOf(bytes: Uint8Array, from: number, to: number): Generator<Chunk> {
  let at = from;
  while (at + CHUNK_HEAD <= to) {
    const length = lengthAt(bytes, at);
    const start = at + CHUNK_HEAD;
    yield { name: nameAt(bytes, at), from: start, to: start + length };
    at = start + length + (length & 1);
  }
}

function textsOf(bytes: Uint8Array, { name, from, to }: Chunk): WrapperText[] {
  if (name === 'DISP') {
    return bytes[from] === CF_TEXT ? textOf(name, bytes.subarray(from + 4, to)) : [];
  }
  if (name !== 'LIST' || nameAt(bytes, from) !== 'INFO') return [];
  const chunks = [...chunksOf(bytes, from + 4, Math.min(to, bytes.length))];
  return chunks.flatMap((chunk) => textOf(chunk.name, bytes.subarray(chunk.from, chunk.to)));
}

/** Texts end with a zero. */
function textOf(chunk: string, bytes: Uint8Array): WrapperText[] {
  const zero = bytes.indexOf(0);
  const data = zero < 0 ? bytes : bytes.subarray(0, zero);
  return data.length === 0 ? [] : [{ name: TEXT_NAMES[chunk] ?? chunk, data }];
}

function nameAt(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function lengthAt(bytes: Uint8Array, offset: number): number {
  return asBuffer(bytes).readUInt32LE(offset + 4);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
