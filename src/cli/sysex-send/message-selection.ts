/** `--messages` and `--patch`: which messages of a file are sent. */
import { usage } from '../../midi/errors.js';
import { type Unit, unitsOf } from '../../sysex/instruments/banks/banks.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { messagesOf, type SysexSource, sourceOf } from '../files/sysex-source.js';
import { formatCounted } from '../terminal/figures.js';

/** Names that an error lists at most. */
const MOST_LISTED = 6;

/** Numbers from 1, first and last of each run. */
export type MessageNumbers = readonly (readonly [first: number, last: number])[];

/** `2,5-7`. */
export function parseMessageNumbers(text: string): MessageNumbers {
  return text.split(',').map((part) => {
    const [, first, last = first] = /^\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*$/.exec(part) ?? [];
    if (Number(first) >= 1 && Number(last) >= Number(first)) return [Number(first), Number(last)];
    throw usage(
      `'${text}' is not a list of messages`,
      'for example 2,5-7, as midirec show numbers them',
    );
  });
}

/** Every name would have an empty one in it. */
export function parsePatchName(text: string): string {
  if (text.trim() !== '') return text;
  throw usage('the name is empty', 'choose with --messages what has no name');
}

/**
 * The messages that are wanted, in the order of the file.
 *
 * @throws MidirecError USAGE for numbers that it does not have
 */
export function selectMessages(source: SysexSource, numbers: MessageNumbers): SysexSource {
  const beyond = numbers.find(([, last]) => last > source.count);
  if (beyond !== undefined) {
    throw usage(
      `there is no message ${beyond[1]}: the file has ${formatCounted(source.count, 'message')}`,
      'midirec show lists them',
    );
  }
  const isWanted = (number: number) =>
    numbers.some(([first, last]) => number >= first && number <= last);
  const all = messagesOf(source);
  return partOf(
    all.filter((_, index) => isWanted(index + 1)),
    all,
    source,
  );
}

/**
 * The patch of this name alone: of a bank as a message of its own, where the table knows one.
 *
 * @returns with what it was taken out of
 * @param name - as it is called, or a part of that; whatever the case, and how many spaces
 * @throws MidirecError USAGE if no patch is called so, or several are
 */
export function selectPatch(
  source: SysexSource,
  name: string,
  table: InstrumentTable,
): { selected: SysexSource; origin: SysexSource } {
  const all = messagesOf(source);
  const units = unitsOf(all, table);
  const named = (isIt: (own: string) => boolean) =>
    units.filter(({ name: own }) => own !== undefined && isIt(asTyped(own)));
  const wanted = asTyped(name);
  const exact = named((own) => own === wanted);
  const found = exact.length > 0 ? exact : named((own) => own.includes(wanted));
  const [only] = found;
  if (found.length > 1) {
    throw usage(`'${name}' is the name of several patches: ${listOf(found)}`, 'give more of it');
  }
  if (only === undefined) throw notFound(name, units);
  if (only.isBank) {
    throw usage(
      `'${name}' is in a bank, and no message for one of its patches is known`,
      'omit --patch: the whole bank is sent',
    );
  }
  return { selected: partOf(only.messages, all, source), origin: partOf(only.origin, all, source) };
}

/** As it is compared: instruments fill the middle of a name with spaces, too. */
function asTyped(name: string): string {
  return name.trim().replace(/\s+/g, ' ').toLowerCase();
}

function notFound(name: string, units: readonly Unit[]): Error {
  const named = units.filter((unit) => unit.name !== undefined);
  return named.length === 0
    ? usage('no names of patches are known in this file', 'choose with --messages')
    : usage(`no patch is called '${name}'`, `there are ${listOf(named)}`);
}

function listOf(units: readonly Unit[]): string {
  const names = units.slice(0, MOST_LISTED).map(({ name = '' }) => `"${name.trim()}"`);
  return `${names.join(', ')}${units.length > MOST_LISTED ? ' …' : ''}`;
}

/** @param all - the messages of `whole`; what is made of one of them has no number in the file */
function partOf(
  messages: readonly Uint8Array[],
  all: readonly Uint8Array[],
  whole: SysexSource,
): SysexSource {
  const numbers = new Map(
    all.map((bytes, index) => [bytes, whole.message(index).number ?? index + 1]),
  );
  const numbered = messages.map((bytes) => ({ bytes, number: numbers.get(bytes) }));
  return sourceOf(numbered, whole.problemCount);
}
