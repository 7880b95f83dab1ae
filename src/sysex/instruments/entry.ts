/**
 * What an entry of the table of instruments can say: the shape of the JSON files in table/, and of
 * those that a user adds. docs/instruments.md explains it; schema.json holds it.
 */
import type { Packing } from './packing.js';

/** One file: instruments that share their messages, or most of them. */
export interface FamilyEntry {
  maker: string;
  /** As the list of makers writes it: `43`, `00 20 29`. */
  makerId: string;
  instruments: InstrumentEntry[];
}

export interface InstrumentEntry {
  /** What is typed on the command line: `dx7`. */
  id: string;
  /** What it is called: `DX7`. */
  name: string;
  /** Other models that speak the same, word for word: `TX7`. */
  also?: string[];
  /** Whose kinds and requests count for this one, too: ids from the same file. */
  like?: string[];
  /** Family and member code of its identity replies, four bytes each: `06 41 01 00`, `xx` for any. */
  identity?: string[];
  /** The number that one of several devices has; left out where its messages carry none. */
  deviceNumber?: {
    /** As it stands in the messages, when the device is new. */
    default: number;
    most: number;
    /** What its panel shows for 0; usually 1, Roland's 17 for 16 is 1. */
    shownFrom: number;
    /** What its panel calls it, where that is not said in `panel`: `MIDI CH`. */
    setting?: string;
  };
  /** What a person sets on it before anything can be sent or received, a line each. */
  panel?: string[];
  pace?: PaceEntry;
  kinds?: KindEntry[];
  requests?: RequestEntry[];
  memory?: MemoryEntry;
  handshake?: Handshake;
  /** Manual and page, or document, of what is said here. */
  sources: string[];
  /** Real dumps were read with this entry; else it was made from documents alone. */
  tried: boolean;
}

export type Handshake = 'ack' | 'roland' | 'casio-cz' | 'sample-dump' | 'yamaha';

/** How fast it can be sent to; what is left out has no limit but the line's. */
export interface PaceEntry {
  /** Between messages. */
  delayMs?: number;
  /** A message in pieces of so many bytes, with the delay between them. */
  chunk?: number;
  bytesPerSecond?: number;
}

/** A kind of message. */
export interface KindEntry {
  id: string;
  /** `32 voices`. */
  name: string;
  /** See pattern.ts. The field `n` is the device number, `p` the number of the patch, from 0. */
  pattern: string;
  checksum?: ChecksumEntry;
  packing?: Packing;
  patches?: PatchesEntry;
}

/**
 * `complement`: what is covered and the checksum sum to 0 modulo 128 (Roland, Yamaha). `sum`: the
 * checksum is the sum modulo 128. `xor`: the exclusive or. `none`: the maker defines none.
 */
export interface ChecksumEntry {
  rule: 'complement' | 'sum' | 'xor' | 'none';
  /** What the sum begins with; 0 if left out. */
  initial?: number;
  /** What is covered are blocks of so many bytes, each with its own checksum as its last byte. */
  block?: number;
  /** The sum goes over the data as they are unpacked, not as they are sent. */
  unpacked?: boolean;
}

/** Where patches stand in data, all offsets in unpacked bytes. */
export interface PatchesEntry {
  /** What one is called: `voice`, `program`, `performance`. */
  called: string;
  count: number;
  /** Of the first one. */
  at?: number;
  /** From one to the next; the whole data where there is one. */
  stride?: number;
  name?: NameEntry;
  numbering?: NumberingEntry;
  /** Of a bank: id of the kind that carries one patch, where its data are others than the bank's. */
  single?: string;
  /** How these are put together of the bank's, see banks/layout.ts. */
  layout?: string;
}

export interface NameEntry {
  /** From the beginning of the patch. */
  at: number;
  length: number;
  /** From one character to the next, 1 if left out; 2 where the other byte is something else. */
  step?: number;
  /** The characters by their number, where it is not ASCII. */
  characters?: string;
}

/** How its panel counts patches. */
export interface NumberingEntry {
  /** The first one's number; 1 if left out. */
  first?: number;
  /** Names of the banks: `["A", "B"]`. */
  banks?: string[];
  /** Patches in one bank. */
  perBank?: number;
  /** Counted as 11 to 18, 21 to 28 and so on. */
  octal?: boolean;
}

/** Something that can be asked for. */
export interface RequestEntry {
  id: string;
  name: string;
  /** Messages to send, see pattern.ts; one that begins with C0 to CF is a program change. */
  send: string[];
  /** Ids of the kinds that answer. */
  answers: string[];
  /** How many messages answer; left out where that is not known. */
  messages?: number;
  /** Patch numbers that may be asked for, where the messages have the field `p`. */
  patches?: { first: number; last: number };
  /** The same for banks: the field `b`. */
  banks?: { first: number; last: number };
  /** Between two messages of `send`. */
  pauseMs?: number;
  /**
   * What is sent to put an answer back, where that is not the answer itself: the fields are those of the
   * request, a run is the data of the answer.
   */
  store?: string[];
}

/** Instruments whose dumps are pieces of their memory, each with its address (Roland). */
export interface MemoryEntry {
  /** A piece: the field `a` is its address, 7 bits a byte. */
  pattern: string;
  areas: AreaEntry[];
}

export interface AreaEntry {
  name: string;
  /** In hex bytes of 7 bits: `02 00 00`. */
  at: string;
  patches: {
    called: string;
    count: number;
    /** In hex bytes of 7 bits: `00 03 40`. */
    stride: string;
    /** Of the data; the stride counts bytes as they are sent. */
    packing?: Packing;
    name?: NameEntry;
    numbering?: NumberingEntry;
  };
}
