/** The files of a backup: a folder of the day, in it a folder an instrument, in it files named by what is in them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InstrumentCopy, Saved } from '../../exchange/copy.js';
import { inspectDestination, makeFolder } from '../../files/disk/destination.js';
import { describeIoError, isTaken, unwritable } from '../../files/disk/io-errors.js';
import { writeWhole } from '../../files/disk/naming.js';
import { nodeDisk } from '../../files/disk/node-disk.js';
import { fitForWindows } from '../../files/disk/windows-names.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { BackedUpFile } from '../files/backup-index.js';

const LONGEST_NAME = 80;

/**
 * Makes a folder that is not there yet: NAME, NAME-2, NAME-3 ….
 *
 * @returns its name
 * @throws MidirecError OUTPUT_UNWRITABLE
 */
export function makeNewFolder(parent: string, name: string): string {
  makeFolder(parent);
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? name : `${name}-${number}`;
    try {
      mkdirSync(join(parent, numbered));
      return numbered;
    } catch (error) {
      if (isTaken(error)) continue;
      throw unwritable(join(parent, numbered), describeIoError(error), { cause: error });
    }
  }
}

/**
 * Writes what came, a file for each request and bank.
 *
 * @throws MidirecError OUTPUT_UNWRITABLE; what the disk throws
 */
export function writeCopy(
  folder: string,
  { saved }: InstrumentCopy,
  table: InstrumentTable,
): BackedUpFile[] {
  const groups = new Map<string, Saved[]>();
  for (const one of saved) {
    const { entry, bank } = one.filled!;
    const key = `${entry.id}${bank === undefined ? '' : ` bank ${bank}`}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, group]) => {
    const content = Buffer.concat(group.flatMap(({ messages }) => messages));
    const file = fileName(key, group, table);
    writeWhole(nodeDisk, inspectDestination(join(folder, file), false), content);
    return {
      file,
      request: group[0]!.filled!.entry.id,
      bytes: content.length,
      answers: group.map(({ filled, messages, isWhole }) => ({
        patch: filled!.patch,
        bank: filled!.bank,
        messages: messages.length,
        whole: isWhole,
      })),
    };
  });
}

/** `bank (32 voices).syx`, `voice (BRASS 1).syx`. */
function fileName(key: string, group: readonly Saved[], table: InstrumentTable): string {
  const patches = [
    ...group.flatMap(({ messages }) =>
      messages.flatMap((message) => table.recognise(message)?.patches ?? []),
    ),
    ...table
      .memoryPatches(group.flatMap(({ messages }) => messages))
      .areas.flatMap(({ patches }) => patches),
  ];
  const [first] = patches;
  const name = first?.name?.trim() ?? '';
  const what =
    patches.length > 1 ? `${patches.length} ${first!.called}s` : name.replaceAll(/[/\\]/g, '-');
  const stem = `${key}${what === '' ? '' : ` (${what})`}`;
  return `${fitForWindows(stem).slice(0, LONGEST_NAME)}.syx`;
}
