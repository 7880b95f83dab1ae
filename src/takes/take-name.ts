/** Names for takes: a pattern with placeholders, and a number if the name is taken. */
import { readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { makeFolder, numberedPath } from '../files/disk/destination.js';
import { type EndedName, isFolder, withEnding } from '../files/disk/endings.js';
import { fitForWindows, requireOpenable } from '../files/disk/windows-names.js';
import { MidirecError, usage } from '../midi/errors.js';

/** What a take is called if nobody says otherwise. */
export const DEFAULT_PATTERN = 'take-{date}-{time}.mid';
/** What takes are called by others; the first is added to a name without one. */
const ENDINGS = ['.mid', '.midi', '.kar'];
const LONGEST_VALUE = 60;

/** More recorders than this do not start in one folder in one second. */
const MOST_ATTEMPTS = 1000;

/** What the placeholders of a pattern stand for. */
export interface TakeMoment {
  /** When the take began; placeholders show it in local time. */
  date: Date;
  /** Number of the take, from 1 on. */
  take: number;
  about?: TakeSubject | undefined;
}

/** What is recorded, for the names of takes. */
export interface TakeSubject {
  /** The input, or all of them. */
  device: string;
  /** Undefined: it has none. */
  title?: string | undefined;
}

/** By name: {year} 2026, {month} 01, {day} 31, {hour} 23, {minute} 59, {second} 59, {date} 20260131, {time} 235959, {take} 001, {device}, {title}. */
const PLACEHOLDERS: Record<string, (moment: TakeMoment) => string> = {
  year: ({ date }) => String(date.getFullYear()),
  month: ({ date }) => digits(date.getMonth() + 1),
  day: ({ date }) => digits(date.getDate()),
  hour: ({ date }) => digits(date.getHours()),
  minute: ({ date }) => digits(date.getMinutes()),
  second: ({ date }) => digits(date.getSeconds()),
  date: (moment) => expandPattern('{year}{month}{day}', moment),
  time: (moment) => expandPattern('{hour}{minute}{second}', moment),
  take: ({ take }) => digits(take, 3),
  device: ({ about }) => inName(about?.device ?? ''),
  title: ({ about }) => inName(about?.title ?? 'untitled'),
};

/** As a part of one name: no folder of its own, and nothing that Windows could not open. */
function inName(text: string): string {
  const short = [...text.replace(/[/\\]/g, '-')].slice(0, LONGEST_VALUE).join('').trim();
  return /^\.\.?$/.test(short) ? '_' : fitForWindows(short);
}

function digits(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

export function isPattern(text: string): boolean {
  return /\{\w*\}/.test(text);
}

/** The pattern that `-o` means: in a folder, if it is one or ends like one, the usual name; else with an ending. */
export function patternOf(output: string): EndedName {
  if (/[/\\]$/.test(output) || isFolder(output))
    return { path: join(output, DEFAULT_PATTERN), isForeign: false };
  return withEnding(output, ENDINGS);
}

/** The number of the next take: one more than the highest that a file in the folder of the pattern has. */
function nextTake(pattern: string, moment: TakeMoment): number {
  const last = basename(pattern);
  if (!last.includes('{take}')) return moment.take;
  const parts = last.split(/(\{\w+\})/).map((part) => {
    // A time of day has six digits.
    if (part === '{take}') return '(\\d{3,5})';
    const isFixed = part === '{device}' || part === '{title}';
    const text = isFixed ? expandPattern(part, moment) : part;
    return isPattern(part) && !isFixed ? '\\d+' : text.replace(/[^\w ]/g, '\\$&');
  });
  const isOne = new RegExp(`^${parts.join('')}$`, 'i');
  let names: string[];
  try {
    names = readdirSync(dirname(expandPattern(pattern, moment)));
  } catch {
    return moment.take;
  }
  const numbers = names.map((name) => Number(isOne.exec(name)?.[1] ?? 0));
  return numbers.reduce((next, number) => Math.max(next, number + 1), moment.take);
}

/**
 * Puts values in the place of placeholders.
 *
 * @throws MidirecError USAGE for a placeholder that there is not
 */
export function expandPattern(pattern: string, moment: TakeMoment): string {
  return pattern.replace(/\{(\w*)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
    if (value !== undefined) return value(moment);
    const known = Object.keys(PLACEHOLDERS).map((key) => `{${key}}`);
    throw usage(`-o: ${whole} stands for nothing`, `there is ${known.join(', ')}`);
  });
}

/**
 * The path for a take that somebody named while the recording runs: beside the other takes, or in a
 * folder there, under names that Windows can have as well.
 *
 * @param pattern - of the takes; folders with placeholders do not count
 * @returns undefined for a name that leads elsewhere
 */
export function pathAmongTakes(pattern: string, name: string): string | undefined {
  const folder = dirname(`${pattern.replace(/\{.*$/s, '')}x`);
  const way = relative(folder, join(folder, name));
  const leadsAway = isAbsolute(name) || isAbsolute(way) || way === '' || way.split(sep)[0] === '..';
  if (leadsAway) return undefined;
  const path = join(folder, ...way.split(sep).map(fitForWindows));
  // Whoever names a take by what was played may have a dot in it; `show` looks for endings.
  const ended = withEnding(path, ENDINGS);
  return ended.isForeign ? `${path}${ENDINGS[0]}` : ended.path;
}

/** @throws MidirecError USAGE for a placeholder that there is not, OUTPUT_UNWRITABLE for a name that Windows cannot use */
export function checkPattern(pattern: string): void {
  requireOpenable(expandPattern(pattern, { date: new Date(0), take: 1 }));
}

/**
 * Opens the first of NAME.mid, NAME-2.mid, … that is free, so that neither two takes nor two
 * recorders started in the same second write to one file. Folders of the pattern are made. {take} goes on
 * where the folder is.
 *
 * @param open - throws MidirecError OUTPUT_EXISTS if the name is taken
 * @throws MidirecError OUTPUT_UNWRITABLE, and what `open` throws
 */
export function openFreeName<T>(pattern: string, moment: TakeMoment, open: (name: string) => T): T {
  const name = expandPattern(pattern, { ...moment, take: nextTake(pattern, moment) });
  makeFolder(dirname(name), name);
  return openFirstFree((number) => open(number === 1 ? name : numberedPath(name, number)));
}

/**
 * Opens what has the first number that is free.
 *
 * @param open - throws MidirecError OUTPUT_EXISTS if the number is taken
 * @throws what `open` throws
 */
export function openFirstFree<T>(open: (number: number) => T, first = 1): T {
  for (let number = first; ; number++) {
    try {
      return open(number);
    } catch (error) {
      const isTaken = error instanceof MidirecError && error.code === 'OUTPUT_EXISTS';
      if (!isTaken || number === MOST_ATTEMPTS) throw error;
    }
  }
}
