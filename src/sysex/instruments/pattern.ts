/**
 * Patterns of sysex messages, as the table of instruments writes them: one text that recognises a
 * message, takes it apart, and makes one.
 *
 *     F0 43 0n 09 20 00 ( {[4096]} ) ss F7
 *
 * | token | meaning |
 * |---|---|
 * | `43` | this byte |
 * | `"LM  8952PM"` | these characters |
 * | `0n`, `n0` | one nibble fixed, the other one the field `n`; small letters name fields, hex digits are capitals |
 * | `pp` | a byte that is the field `p`; a letter that comes again goes on with the same number, 7 bits a byte, high ones first |
 * | `pp:00-3F` | the same within bounds; `00-3F` alone: any byte of these, nobody's field |
 * | `xx` | any data byte |
 * | `ss` | the checksum |
 * | `[155]`, `[1-256]`, `[*]` | so many data bytes; only one run of a pattern may vary |
 * | `( … )` | what the checksum covers |
 * | `{ … }` | the data; without braces the longest run |
 */
import { type ByteToken, type Field, readToken, type Token } from './pattern-token.js';

/** A message that a pattern fits. Offsets are into the message, F0 included. */
export interface PatternMatch {
  /** Fields by their letter. */
  fields: ReadonlyMap<string, number>;
  /** The data, still packed. */
  data: Span;
  /** What the checksum covers. */
  covered: Span;
  /** Where the checksum stands; undefined if the pattern has none. */
  checksumAt: number | undefined;
}

export interface Span {
  from: number;
  /** Behind the last byte. */
  to: number;
}

/** What comes before the first run fits, the length does not. */
export interface NearMiss {
  /** Bytes that the message would have to have; the nearest bound where that may vary. */
  expectedLength: number;
}

const ANY = 'x';
const CHECKSUM = 's';
/** A pattern in the form in which messages are held against it. */
export class Pattern {
  readonly text: string;
  /** How many bytes it says exactly: of two patterns that fit, the one that says more is the better. */
  readonly weight: number;
  readonly #tokens: Token[] = [];
  /** The tokens before the first run: one for each byte. */
  readonly #head: readonly ByteToken[];
  readonly #data: [number, number] | undefined;
  readonly #covered: [number, number] | undefined;
  readonly #fixedLength: number;
  readonly #run: { least: number; most: number } | undefined;

  /** @throws SyntaxError that says which token is wrong, and why */
  constructor(text: string) {
    this.text = text;
    const brackets = new Map<string, [number, number]>();
    for (const token of text.match(/"[^"]*"|[(){}]|[^\s(){}]+/g) ?? []) {
      if (token === '(' || token === '{') brackets.set(token, [this.#tokens.length, -1]);
      else if (token === ')' || token === '}') {
        const opened = brackets.get(token === ')' ? '(' : '{');
        if (opened === undefined || opened[1] >= 0)
          throw new SyntaxError(`${token} closes nothing`);
        opened[1] = this.#tokens.length;
      } else this.#tokens.push(...readToken(token));
    }
    for (const [bracket, [, end]] of brackets) {
      if (end < 0) throw new SyntaxError(`${bracket} is not closed`);
    }
    const varying = this.#runs().filter(({ least, most }) => least !== most);
    if (varying.length > 1) throw new SyntaxError('only one run of bytes may vary in length');
    this.#run = varying[0];
    this.#fixedLength = this.#tokens.reduce(
      (sum, token) =>
        sum + (token.kind === 'byte' ? 1 : token.least === token.most ? token.least : 0),
      0,
    );
    const isByte = (token: Token) => token.kind === 'byte';
    this.weight = this.#tokens.filter(isByte).filter(({ mask }) => mask === 0xff).length;
    const run = this.#tokens.findIndex((token) => !isByte(token));
    this.#head = this.#tokens.slice(0, run < 0 ? undefined : run).filter(isByte);
    this.#covered = brackets.get('(');
    this.#data = brackets.get('{') ?? this.#longestRun();
  }

  /** Letters of the fields, in order of appearance, the checksum left out. */
  get fields(): string[] {
    const letters = this.#tokens.flatMap((token) =>
      token.kind === 'byte' && token.field !== undefined ? [token.field.letter] : [],
    );
    return [...new Set(letters)].filter((letter) => letter !== CHECKSUM);
  }

  /** Takes a message apart; undefined if it does not fit. */
  match(message: Uint8Array): PatternMatch | undefined {
    const runLength = message.length - this.#fixedLength;
    if (this.#run === undefined) {
      if (runLength !== 0) return undefined;
    } else if (runLength < this.#run.least || runLength > this.#run.most) return undefined;
    // Most patterns that a message is held against differ in the first bytes.
    for (let at = 0; at < this.#head.length; at++) {
      if (!fits(this.#head[at]!, message[at]!)) return undefined;
    }
    const fields = new Map<string, number>();
    const starts: number[] = [];
    let at = 0;
    for (const token of this.#tokens) {
      starts.push(at);
      if (token.kind === 'run') at += token === this.#run ? runLength : token.least;
      else if (!fits(token, message[at])) return undefined;
      else {
        if (token.field !== undefined) readField(fields, token.field, message[at]);
        at++;
      }
    }
    starts.push(at);
    const span = (range: [number, number] | undefined): Span =>
      range === undefined ? { from: at, to: at } : { from: starts[range[0]], to: starts[range[1]] };
    const checksum = this.#tokens.findIndex((token) => isChecksum(token));
    fields.delete(CHECKSUM);
    return {
      fields,
      data: span(this.#data),
      covered: span(this.#covered),
      checksumAt: checksum < 0 ? undefined : starts[checksum],
    };
  }

  /**
   * Whether a message begins as this pattern does, but is too short or too long.
   *
   * @returns undefined if it begins differently, or if the pattern says less than four bytes exactly before its first run
   */
  nearMiss(message: Uint8Array): NearMiss | undefined {
    let exact = 0;
    for (const [at, token] of this.#head.entries()) {
      if (at >= message.length || !fits(token, message[at])) return undefined;
      if (token.mask === 0xff) exact++;
    }
    const least = this.#fixedLength + (this.#run?.least ?? 0);
    const most = this.#fixedLength + (this.#run?.most ?? 0);
    if (exact < 4 || (message.length >= least && message.length <= most)) return undefined;
    return { expectedLength: message.length < least ? least : most };
  }

  /** Whether {@link fill} takes so many bytes of data: they are the only run, and all of the data. */
  takes(length: number): boolean {
    const runs = this.#runs();
    const [run] = runs;
    const [from = 0, to = 0] = this.#data ?? [];
    return runs.length === 1 && to - from === 1 && run!.least <= length && length <= run!.most;
  }

  /**
   * Makes a message; the checksum is left 0.
   *
   * @param fields - by their letter; those that are not given are 0
   * @param data - for the only run of data bytes, if the pattern has one
   * @throws RangeError if a field does not fit, or there is a run and no data for it
   */
  fill(fields: ReadonlyMap<string, number>, data?: Uint8Array): Uint8Array {
    const left = new Map<string, number>();
    const bytes = [...this.#tokens].reverse().flatMap((token) => {
      if (token.kind === 'run') {
        const { length = -1 } = data ?? {};
        if (length >= token.least && length <= token.most) return [...data!].reverse();
        throw new RangeError('there is no data for a run of the pattern');
      }
      const { field, value, low, high } = token;
      if (field === undefined) return token.mask === 0 ? low : value;
      if (field.letter === ANY || field.letter === CHECKSUM) return value;
      const rest = left.get(field.letter) ?? fields.get(field.letter) ?? low;
      left.set(field.letter, rest >> field.bits);
      const part = rest & ((1 << field.bits) - 1);
      if (part < low || part > high) throw new RangeError(`${field.letter} is ${low} to ${high}`);
      return value | (part << field.shift);
    });
    for (const [letter, rest] of left)
      if (rest !== 0) throw new RangeError(`${letter} is too large`);
    return Uint8Array.from(bytes.reverse());
  }

  /**
   * The same message with another number in a field.
   *
   * @returns undefined if it does not fit the pattern, or the pattern has no such field
   * @throws RangeError if the number does not fit
   */
  rewrite(message: Uint8Array, letter: string, number: number): Uint8Array | undefined {
    if (this.match(message) === undefined || !this.fields.includes(letter)) return undefined;
    const runLength = message.length - this.#fixedLength;
    const rewritten = message.slice();
    let rest = number;
    let at = message.length;
    for (const token of [...this.#tokens].reverse()) {
      at -= token.kind === 'byte' ? 1 : token === this.#run ? runLength : token.least;
      if (token.kind !== 'byte' || token.field?.letter !== letter) continue;
      const part = rest & ((1 << token.field.bits) - 1);
      rest >>= token.field.bits;
      rewritten[at] = token.value | (part << token.field.shift);
      if (part < token.low || part > token.high) rest = -1;
    }
    if (rest !== 0) throw new RangeError(`${letter} is too large`);
    return rewritten;
  }

  #runs() {
    return this.#tokens.filter((token) => token.kind === 'run');
  }

  #longestRun(): [number, number] | undefined {
    let longest: [number, number] | undefined;
    let most = -1;
    for (const [index, token] of this.#tokens.entries()) {
      if (token.kind !== 'run' || token.most <= most) continue;
      most = token.most;
      longest = [index, index + 1];
    }
    return longest;
  }
}

function isChecksum(token: Token): boolean {
  return token.kind === 'byte' && token.field?.letter === CHECKSUM;
}

function fits(token: ByteToken, byte: number): boolean {
  if ((byte & token.mask) !== token.value) return false;
  if (token.mask === 0xff) return true;
  const part = (byte & ~token.mask & 0xff) >> (token.field?.shift ?? 0);
  return part >= token.low && part <= token.high;
}

function readField(
  fields: Map<string, number>,
  { letter, shift, bits }: Field,
  byte: number,
): void {
  if (letter === ANY) return;
  const part = (byte >> shift) & ((1 << bits) - 1);
  fields.set(letter, ((fields.get(letter) ?? 0) << bits) | part);
}
