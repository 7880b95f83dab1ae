/**
 * What a Standard MIDI File may be wrapped in: a RIFF of the form RMID with what it says about the piece,
 * or bytes of another program before it (MacBinary for one).
 *
 * Source: "RMID", RP-029; Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", LIST INFO
 * and DISP.
 */
import type { ByteSource } from '../../midi/bytes/file-bytes.js';

/** What a wrapper says about the piece. */
export interface WrapperText {
  /** `title`, `author` …, or the name of its chunk. */
  readonly name: string;
  /** Nobody writes to it. */
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
/** What is longer is a fault of the length. */
const LONGEST_TEXT = 0x1_0000;
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

/** Finds the file in `source`, of any content whatever. */
export function findInWrapper(source: ByteSource): Wrapper {
  const isRiff = nameAt(source, 0) === 'RIFF' && nameAt(source, 8) === 'RMID';
  const found = isRiff ? readRiff(source) : undefined;
  if (found !== undefined) return found;
  const start = findHeader(source);
  const end = source.length;
  return { start, end, wrapperEnd: end, texts: [], strayBytes: Math.max(0, start) };
}

function findHeader(source: ByteSource): number {
  const beginning = asBuffer(source.read(0, LONGEST_HEAD));
  if (beginning.indexOf('MThd', 0, 'latin1') === 0) return 0;
  return beginning[0] === SYSEX_START ? -1 : beginning.indexOf(HEADER, 0, 'latin1');
}

/** Undefined if it has no data chunk with a header in it. */
function readRiff(source: ByteSource): Wrapper | undefined {
  const riffEnd = CHUNK_HEAD + lengthAt(source, 0);
  const texts = new Map<string, WrapperText>();
  let start = -1;
  let dataEnd = 0;
  for (const chunk of chunksOf(source, RIFF_HEAD, Math.min(source.length, riffEnd))) {
    if (chunk.name === 'data' && start < 0) {
      start = chunk.from;
      dataEnd = chunk.to;
    }
    // DISP and INAM are often the same.
    for (const text of textsOf(source, chunk)) {
      texts.set(`${text.name} ${asBuffer(text.data).toString('latin1')}`, text);
    }
  }
  if (start < 0 || nameAt(source, start) !== 'MThd') return undefined;
  const end = Math.min(dataEnd, source.length);
  const wrapperEnd = Math.min(source.length, Math.max(dataEnd, riffEnd));
  return { start, end, wrapperEnd, texts: [...texts.values()], strayBytes: 0 };
}

interface Chunk {
  name: string;
  /** Without its head. */
  from: number;
  /** Perhaps beyond the end of the file. */
  to: number;
}

function* chunksOf(source: ByteSource, from: number, to: number): Generator<Chunk> {
  let at = from;
  while (at + CHUNK_HEAD <= to) {
    const length = lengthAt(source, at);
    const start = at + CHUNK_HEAD;
    yield { name: nameAt(source, at), from: start, to: start + length };
    at = start + length + (length & 1);
  }
}

function textsOf(source: ByteSource, { name, from, to }: Chunk): WrapperText[] {
  if (name === 'DISP') {
    const [format] = source.read(from, from + 1);
    return format === CF_TEXT ? textOf(name, readText(source, from + 4, to)) : [];
  }
  if (name !== 'LIST' || nameAt(source, from) !== 'INFO') return [];
  const chunks = [...chunksOf(source, from + 4, Math.min(to, source.length))];
  return chunks.flatMap((chunk) => textOf(chunk.name, readText(source, chunk.from, chunk.to)));
}

function readText(source: ByteSource, from: number, to: number): Uint8Array {
  return source.read(from, Math.min(to, from + LONGEST_TEXT));
}

/** Texts end with a zero. */
function textOf(chunk: string, bytes: Uint8Array): WrapperText[] {
  const zero = bytes.indexOf(0);
  const data = zero < 0 ? bytes : bytes.subarray(0, zero);
  return data.length === 0 ? [] : [{ name: TEXT_NAMES[chunk] ?? chunk, data }];
}

function nameAt(source: ByteSource, offset: number): string {
  return String.fromCharCode(...source.read(offset, offset + 4));
}

/** The length that the head of a chunk says, which must be there. */
function lengthAt(source: ByteSource, offset: number): number {
  return asBuffer(source.read(offset + 4, offset + CHUNK_HEAD)).readUInt32LE();
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
