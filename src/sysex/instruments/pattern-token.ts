/** The words that a pattern is written in, see pattern.ts. */

export interface ByteToken {
  kind: 'byte';
  mask: number;
  value: number;
  low: number;
  high: number;
  field: Field | undefined;
}

export type Token = ByteToken | { kind: 'run'; least: number; most: number };

export interface Field {
  letter: string;
  shift: number;
  bits: number;
}

/** Small letters name fields; hex digits are capitals. */
const LETTER = '[a-z]';

/** @throws SyntaxError that says what is wrong with it */
export function readToken(token: string): Token[] {
  if (token.startsWith('"')) {
    return [...token.slice(1, -1)].map((character) => exactly(character.charCodeAt(0)));
  }
  if (/^[0-9A-F]{2}$/.test(token)) return [exactly(Number.parseInt(token, 16))];
  const run = /^\[(\d+|\*)(?:-(\d+))?\]$/.exec(token);
  if (run !== null) {
    if (run[1] === '*') return [{ kind: 'run', least: 0, most: Number.POSITIVE_INFINITY }];
    return [{ kind: 'run', least: Number(run[1]), most: Number(run[2] ?? run[1]) }];
  }
  const nibble = new RegExp(`^(?:([0-9A-F])(${LETTER})|(${LETTER})([0-9A-F]))$`).exec(token);
  if (nibble !== null) {
    const [, high, lowLetter, highLetter, low] = nibble;
    const isLow = high !== undefined;
    const value = Number.parseInt((isLow ? high : low)!, 16) << (isLow ? 4 : 0);
    const field = { letter: (isLow ? lowLetter : highLetter)!, shift: isLow ? 0 : 4, bits: 4 };
    return [
      { kind: 'byte', mask: isLow ? 0xf0 : 0x0f, value, low: 0, high: isLow ? 15 : 7, field },
    ];
  }
  const range = new RegExp(`^(?:(${LETTER})\\1:)?([0-9A-F]{2})-([0-9A-F]{2})$`).exec(token);
  const whole = new RegExp(`^(${LETTER})\\1$`).exec(token);
  const letter = range?.[1] ?? whole?.[1];
  if (range === null && whole === null)
    throw new SyntaxError(`'${token}' is not a byte, a field or a run`);
  const low = range === null ? 0 : Number.parseInt(range[2]!, 16);
  const high = range === null ? 0x7f : Number.parseInt(range[3]!, 16);
  if (low > high || high > 0x7f)
    throw new SyntaxError(`'${token}' has bounds that no data byte is in`);
  const field = letter === undefined ? undefined : { letter, shift: 0, bits: 7 };
  return [{ kind: 'byte', mask: 0, value: 0, low, high, field }];
}

function exactly(byte: number): Token {
  return { kind: 'byte', mask: 0xff, value: byte, low: byte, high: byte, field: undefined };
}
