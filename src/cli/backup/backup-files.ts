/** The files of a backup: a folder of the day, in it a folder an instrument, in it files named by what is in them. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Saved } from '../../exchange/copy.js';
import { makeFolder } from '../../files/disk/destination.js';
import { describeIoError, isTaken, unwritable } from '../../files/disk/io-errors.js';
import { saveFile } from '../../files/disk/naming.js';
import { fitForWindows } from '../../files/disk/windows-names.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import {
  type BackedUpInstrument,
  type BackupIndex,
  BROKEN_OFF,
  newIndex,
  writeIndex,
} from '../files/backup-index.js';
import { formatCounted, formatDay } from '../terminal/figures.js';

const LONGEST_NAME = 80;

/** What is known of an instrument before it is asked. */
export type InstrumentFacts = Pick<
  BackedUpInstrument,
  'instrument' | 'name' | 'output' | 'input' | 'deviceNumber'
>;

/** @returns its name */
function makeNewFolder(parent: string, name: string): string {
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

/** The folder of one day, made when the first answer comes. Each of its files is whole at every moment. */
export class GrowingBackup {
  readonly index: BackupIndex;
  readonly table: InstrumentTable;
  readonly #parent: string;
  readonly #day: string;
  #folder: string | undefined;

  constructor(parent: string, date: Date, table: InstrumentTable, notSaved: readonly string[]) {
    this.index = { ...newIndex(date), notSaved: [...notSaved] };
    this.table = table;
    this.#parent = parent;
    this.#day = formatDay(date);
  }

  /** Undefined as long as nothing has come. */
  get folder(): string | undefined {
    return this.#folder;
  }

  /** Makes what is below it: NAME, NAME-2, NAME-3 …. @throws MidirecError OUTPUT_UNWRITABLE */
  makeFolder(name: string): string {
    this.#folder ??= join(this.#parent, makeNewFolder(this.#parent, this.#day));
    return makeNewFolder(this.#folder, name);
  }

  /** Says on the disk what is there. @throws what the disk throws */
  write(): void {
    if (this.#folder !== undefined) writeIndex(this.#folder, this.index);
  }
}

/** What comes from one instrument: a file for each request and bank, written anew with each answer. */
export class GrowingCopy {
  readonly #backup: GrowingBackup;
  readonly #facts: InstrumentFacts;
  #entry: BackedUpInstrument | undefined;
  #key = '';
  /** Of the file that grows. */
  #group: Saved[] = [];

  constructor(backup: GrowingBackup, facts: InstrumentFacts) {
    this.#backup = backup;
    this.#facts = facts;
  }

  /** @throws MidirecError OUTPUT_UNWRITABLE; what the disk throws */
  keep(saved: Saved): void {
    const { index } = this.#backup;
    if (this.#entry === undefined) {
      const folder = this.#backup.makeFolder(this.#facts.instrument);
      const none = { verified: false, repeats: 0, files: [], missing: [BROKEN_OFF] };
      this.#entry = { ...this.#facts, folder, ...none };
      index.instruments.push(this.#entry);
    }
    const { entry, bank } = saved.filled!;
    const key = `${entry.id}${bank === undefined ? '' : ` bank ${bank}`}`;
    if (key !== this.#key) {
      this.#nameFile();
      this.#key = key;
      this.#group = [];
      this.#entry.files.push({ file: '', request: entry.id, bytes: 0, answers: [] });
    }
    this.#group.push(saved);
    this.#writeFile(`${fitForWindows(key)}.syx`);
  }

  /**
   * Gives the last file its name, and says how it went.
   *
   * @returns what stands in the index; undefined if nothing came
   * @throws MidirecError OUTPUT_UNWRITABLE; what the disk throws
   */
  end(result: Pick<BackedUpInstrument, 'missing' | 'repeats' | 'verified'>) {
    if (this.#entry === undefined) return undefined;
    this.#nameFile();
    Object.assign(this.#entry, result);
    this.#backup.write();
    return this.#entry;
  }

  /** By what is in it, which is not known before all of it is there. */
  #nameFile(): void {
    if (this.#group.length === 0) return;
    const { file: before } = this.#entry!.files.at(-1)!;
    const file = fileName(this.#key, this.#group, this.#backup.table);
    if (file === before) return;
    this.#writeFile(file);
    // Not earlier: whatever ends midirec, the index names a file that is there.
    rmSync(this.#pathOf(before));
  }

  #writeFile(file: string): void {
    const messages = this.#group.flatMap((one) => one.messages);
    const content = Buffer.concat(messages);
    saveFile(this.#pathOf(file), content, true);
    const entry = this.#entry!.files.at(-1)!;
    entry.file = file;
    entry.bytes = content.length;
    entry.answers = this.#group.map(({ filled, messages, isWhole }) => ({
      patch: filled!.patch,
      bank: filled!.bank,
      messages: messages.length,
      whole: isWhole,
    }));
    this.#backup.write();
  }

  #pathOf(file: string): string {
    return join(this.#backup.folder!, this.#entry!.folder, file);
  }
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
    patches.length > 1
      ? formatCounted(patches.length, first!.called)
      : name.replaceAll(/[/\\]/g, '-');
  const stem = `${key}${what === '' ? '' : ` (${what})`}`;
  return `${fitForWindows(stem).slice(0, LONGEST_NAME)}.syx`;
}
