/** `backup.json`: what a backup holds, how each file came about, and how that is put back. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Saved } from '../../exchange/copy.js';
import { unreadable } from '../../files/disk/input-file.js';
import { saveFile } from '../../files/disk/naming.js';
import { parseSyx } from '../../files/syx/syx-reader.js';
import { badFile, reasonOf } from '../../midi/errors.js';
import { type FilledRequest, fillRequests, type Wanted } from '../../sysex/instruments/request.js';
import type { Instrument } from '../../sysex/instruments/table.js';
import { displayPath, formatCounted } from '../terminal/figures.js';
import { readVersion } from '../version.js';
import { messagesOf } from './sysex-source.js';

export const INDEX_NAME = 'backup.json';

/** In the place of what is missing of an instrument that was being asked when the backup ended. */
export const BROKEN_OFF = 'broken off: only what came until then is here';

/** One request, and how many of the file's messages are its answer. */
export interface BackedUpAnswer {
  patch?: number | undefined;
  bank?: number | undefined;
  messages: number;
  /** False if something is missing, or damaged. */
  whole: boolean;
}

export interface BackedUpFile {
  /** Below the instrument's folder. */
  file: string;
  /** Id of the request in the table. */
  request: string;
  bytes: number;
  answers: BackedUpAnswer[];
}

export interface BackedUpInstrument {
  /** Id in the table. */
  instrument: string;
  name: string;
  output: string;
  input: string;
  /** As its panel shows it; left out where its messages carry none. */
  deviceNumber?: number | undefined;
  /** Below the folder of the backup. */
  folder: string;
  /** Everything was asked for twice, and the same. */
  verified: boolean;
  /** How often something was asked for again. */
  repeats: number;
  files: BackedUpFile[];
  /** What is not there, or not whole, a line each. */
  missing: string[];
}

export interface BackupIndex {
  midirec: string;
  /** When it was begun: ISO 8601. */
  date: string;
  instruments: BackedUpInstrument[];
  /** Outputs at which nobody answered, and instruments that the table does not know, a line each. */
  notSaved: string[];
}

export function newIndex(date: Date): BackupIndex {
  return { midirec: readVersion(), date: date.toISOString(), instruments: [], notSaved: [] };
}

/** @throws what the disk throws */
export function writeIndex(folder: string, index: BackupIndex): void {
  const text = `${JSON.stringify(index, null, 2)}\n`;
  saveFile(join(folder, INDEX_NAME), Buffer.from(text), true);
}

/**
 * @param path - of the file
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE
 */
export function readIndex(path: string): BackupIndex {
  const name = displayPath(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const hint = 'give the folder of a backup, which has a backup.json, or a .syx file';
    throw unreadable(name, cause, hint);
  }
  const index = parseIndex(text);
  if (index !== undefined) return index;
  throw badFile(
    `${name} is not the index of a backup`,
    'its .syx files can still be restored one by one: midirec restore FILE',
  );
}

/** No more than what is used is looked at: another version may write more. */
function parseIndex(text: string): BackupIndex | undefined {
  try {
    const index = JSON.parse(text) as BackupIndex;
    const isRight = index.instruments.every(
      ({ instrument, name, folder, files, output, input, deviceNumber, missing }) =>
        areTexts([instrument, name, folder, output, input]) &&
        areTexts(missing) &&
        areNumbers([deviceNumber]) &&
        files.every(
          ({ file, request, answers }) =>
            areTexts([file, request]) &&
            answers.every(
              ({ messages, patch, bank }) => messages > 0 && areNumbers([messages, patch, bank]),
            ),
        ),
    );
    return isRight && areTexts(index.notSaved) ? index : undefined;
  } catch {
    return undefined;
  }
}

function areTexts(values: unknown = []): boolean {
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}

/** Whole ones; each may be left out. */
function areNumbers(values: readonly unknown[]): boolean {
  return values.every((value) => value === undefined || Number.isInteger(value));
}

/**
 * What a backup has of one instrument.
 *
 * @param indexPath - of backup.json
 * @throws MidirecError BAD_FILE for a file that is not as the index says; INPUT_UNREADABLE
 */
export function readSaved(
  indexPath: string,
  { folder, files, deviceNumber, missing }: BackedUpInstrument,
  instrument: Instrument,
): Saved[] {
  return files.flatMap(({ file, request: what, answers }) => {
    const path = join(dirname(indexPath), folder, file);
    const messages = messagesIn(path);
    const wanted = answers.reduce((sum, answer) => sum + answer.messages, 0);
    // If midirec was killed between writing the last answer and saying so: that one is left out.
    const isAhead = messages.length > wanted && missing?.includes(BROKEN_OFF);
    if (messages.length !== wanted && !isAhead) {
      throw badFile(
        `${displayPath(path)} has ${formatCounted(messages.length, 'message')}, not ${wanted} as ${INDEX_NAME} says`,
        'was it changed since? midirec restore FILE sends what is in it',
      );
    }
    let next = 0;
    return answers.map(({ patch, bank, messages: count, whole }): Saved => {
      const filled = requestOf(indexPath, instrument, { what, patch, bank, deviceNumber });
      next += count;
      return { filled, messages: messages.slice(next - count, next), isWhole: whole };
    });
  });
}

/** @throws MidirecError BAD_FILE for one that the instrument has not, and for several */
function requestOf(indexPath: string, instrument: Instrument, wanted: Wanted): FilledRequest {
  let why = 'an answer has no number of its patch';
  try {
    const [filled, ...others] = fillRequests(instrument, wanted);
    if (filled !== undefined && others.length === 0) return filled;
  } catch (error) {
    why = reasonOf(error);
  }
  throw badFile(
    `${displayPath(indexPath)}: ${wanted.what}: ${why}`,
    'was it changed since? midirec restore FILE sends what is in a file',
  );
}

function messagesIn(path: string): Uint8Array[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadable(displayPath(path), cause, 'the backup is not whole: was a file moved?');
  }
  return messagesOf(parseSyx(bytes, displayPath(path)));
}
