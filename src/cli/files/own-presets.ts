/** A user's own presets of sysex-send: a file of JSON each, which `doctor --cable … --save` writes. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../files/disk/destination.js';
import { asOutputError, describeReadError } from '../../files/disk/io-errors.js';
import { saveFile } from '../../files/disk/naming.js';
import { parseJson } from '../../midi/bytes/json-text.js';
import { usage } from '../../midi/errors.js';
import type { Pace } from '../../output/pacing.js';
import { findSendPreset, type SendPreset } from '../../output/send-presets.js';
import { displayPath } from '../terminal/figures.js';
import { configFolder } from './config-folder.js';

const ENDING = '.json';
/** Fit for a file, a command line and a list of them. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;
/** The values of a pace, and whether they may be left out. */
const VALUES: readonly (readonly [name: keyof Pace, least: number, isNeeded: boolean])[] = [
  ['chunkBytes', 1, false],
  ['chunkDelayMs', 0, true],
  ['messageDelayMs', 0, true],
  ['bytesPerSecond', 1, false],
];

function folder(): string {
  return join(configFolder(), 'presets');
}

/** @throws MidirecError USAGE for one that no preset can have */
export function parsePresetName(text: string): string {
  const name = text.toLowerCase();
  if (!NAME.test(name)) {
    throw usage(
      `'${text}' is not a valid name for a preset`,
      'letters, digits, - and _: my-interface',
    );
  }
  if (findSendPreset(name) === undefined) return name;
  throw usage(`${name} is a preset of midirec itself`, 'choose another name');
}

/**
 * Keeps a preset, in the place of one of the same name.
 *
 * @returns the path of its file
 * @throws MidirecError OUTPUT_UNWRITABLE
 */
export function saveOwnPreset({ name, ...values }: SendPreset): string {
  const path = join(folder(), `${name}${ENDING}`);
  try {
    makeFolder(folder());
    const text = `${JSON.stringify(values, undefined, 2)}\n`;
    saveFile(path, Buffer.from(text), true);
  } catch (error) {
    throw asOutputError(error, displayPath(path));
  }
  return path;
}

/**
 * The preset of that name, in upper or lower case; undefined if there is none.
 *
 * @throws MidirecError USAGE if what its file says is no pace
 */
export function findOwnPreset(text: string): SendPreset | undefined {
  const name = text.toLowerCase();
  const path = join(folder(), `${name}${ENDING}`);
  if (!ownPresetNames().includes(name)) return undefined;
  let values: Partial<SendPreset> | null;
  try {
    values = parseJson(readFileSync(path, 'utf8')) as Partial<SendPreset> | null;
  } catch (error) {
    throw usage(`${displayPath(path)}: ${describeReadError(error)}`, 'mend it, or remove it');
  }
  for (const [value, least, isNeeded] of VALUES) {
    const number = values?.[value];
    const isThere = typeof number === 'number' && number >= least && Number.isFinite(number);
    if (isThere || (number === undefined && !isNeeded && values !== null)) continue;
    throw usage(
      `${displayPath(path)}: ${value} is not a number from ${least}`,
      'mend it, or remove it',
    );
  }
  return { what: '', ...values, name } as SendPreset;
}

/** In order; none if there is no folder. */
export function ownPresetNames(): string[] {
  try {
    return readdirSync(folder())
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length))
      .filter((name) => NAME.test(name))
      .sort();
  } catch {
    return [];
  }
}
