/** Reads the table of instruments: midirec's own, and the files that a user has added. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson } from '../../midi/bytes/json-text.js';
import { reasonOf } from '../../midi/errors.js';
import { checkFamily, type EntryProblem } from './check.js';
import type { FamilyEntry } from './entry.js';
import { InstrumentTable } from './table.js';

/** All families and the schema as one JSON text, put into single programs by packaging/bundle.js. */
declare const MIDIREC_INSTRUMENTS: string;

interface OwnTable {
  schema: object;
  families: FamilyEntry[];
}

/** A file of the user's that is left out, and why. */
export interface LeftOut extends EntryProblem {
  path: string;
  /** What was thrown when it was read, if that is the reason. */
  cause?: unknown;
}

/**
 * @param folder - with the user's own files; it need not be there. Their instruments come first, and
 *   win where they claim a message that midirec's own claim, too
 */
export async function loadInstruments(
  folder?: string,
): Promise<{ table: InstrumentTable; leftOut: LeftOut[] }> {
  const { families } = readOwn();
  const added: FamilyEntry[] = [];
  const leftOut: LeftOut[] = [];
  for (const path of folder === undefined ? [] : jsonFilesIn(folder)) {
    try {
      const checked = await readFamily(path);
      if ('problems' in checked)
        leftOut.push(...checked.problems.map((problem) => ({ path, ...problem })));
      else added.push(checked.family);
    } catch (cause) {
      leftOut.push({ path, place: '', why: reasonOf(cause), cause });
    }
  }
  return { table: new InstrumentTable([...added, ...families]), leftOut };
}

/**
 * Reads and checks one file.
 *
 * @throws MidirecError BAD_FILE if it is not JSON, and what the disk throws
 */
export async function readFamily(
  path: string,
): Promise<{ family: FamilyEntry } | { problems: EntryProblem[] }> {
  const family = parseJson(readFileSync(path, 'utf8'));
  const problems = await checkFamily(family, readOwn().schema);
  return problems.length > 0 ? { problems } : { family: family as FamilyEntry };
}

function readOwn(): OwnTable {
  return JSON.parse(
    typeof MIDIREC_INSTRUMENTS === 'string'
      ? MIDIREC_INSTRUMENTS
      : readFileSync(fileURLToPath(new URL('table.json', import.meta.url)), 'utf8'),
  );
}

function jsonFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
