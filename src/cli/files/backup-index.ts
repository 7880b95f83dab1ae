/** `backup.json`: what a backup holds, how each file came about, and how that is put back. */
import { join } from 'node:path';
import { inspectDestination } from '../../files/disk/destination.js';
import { writeWhole } from '../../files/disk/naming.js';
import { nodeDisk } from '../../files/disk/node-disk.js';
import { readVersion } from '../version.js';

export const INDEX_NAME = 'backup.json';

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
  const destination = inspectDestination(join(folder, INDEX_NAME), true);
  writeWhole(nodeDisk, destination, Buffer.from(`${JSON.stringify(index, null, 2)}\n`));
}
