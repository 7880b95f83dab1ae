/** Text as it leaves midirec: a terminal obeys nothing in it but the colours that midirec itself has given. */
import type { ChalkInstance } from 'chalk';
import { printable, printableJson } from '../../midi/printable.js';

const ESCAPE = '\u001b';
/** Stands for it on the way out. No file can have it in its name: it is another one each time, of characters that nobody uses. */
const MARK = String.fromCodePoint(privateCharacter(), privateCharacter());
const PLAIN = /^[\x20-\x7e]*$/;

function privateCharacter(): number {
  return 0x10_0000 + Math.floor(Math.random() * 0xfffe);
}

/** One line, without its line end. */
export function asPrinted(line: string): string {
  return PLAIN.test(line) ? line : printable(line).replaceAll(MARK, ESCAPE);
}

/** A value as JSON, its numbers with three decimals at most; on one line unless `indent` is given. */
export function asJson(value: unknown, indent?: number): string {
  return printableJson(JSON.stringify(value, toThousandths, indent));
}

function toThousandths(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? thousandths(value) : value;
}

/** JSON has no word for what is no number. */
export function thousandths(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null;
}

/** Colours that come through `asPrinted`, for text that may be from outside. */
export function printedColors(chalk: ChalkInstance): ChalkInstance {
  const paint = (...texts: string[]) => chalk(...texts.map(printable)).replaceAll(ESCAPE, MARK);
  return new Proxy(paint, {
    get: (_target, name) =>
      name === 'level' ? chalk.level : printedColors(Reflect.get(chalk, name) as ChalkInstance),
  }) as unknown as ChalkInstance;
}

/** No colours: takes every style that has a name, and gives the text back as it is. Chalk need not be loaded for it. */
export const NO_COLORS: ChalkInstance = new Proxy((...texts: unknown[]) => texts.join(' '), {
  get: (_target, name) => (name === 'level' ? 0 : NO_COLORS),
}) as unknown as ChalkInstance;
