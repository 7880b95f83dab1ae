/** `midirec diff`: two sysex files, or two folders of them, patch by patch. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isFolder } from '../../files/disk/endings.js';
import { unreadable } from '../../files/disk/input-file.js';
import { badFile, MidirecError, usage } from '../../midi/errors.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { knownInstruments } from '../files/known-instruments.js';
import { readSource } from '../files/source-files.js';
import { readDump } from '../files/sysex-source.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath, formatCounted } from '../terminal/figures.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import type { DiffOptions } from './diff-options.js';
import { comparisonLines } from './diff-text.js';
import { compareFiles, type FileComparison } from './file-comparison.js';

/** As diff and cmp have it: scripts tell a difference from a failure. */
const DIFFERENT = 1;
const TROUBLE = 2;

/** A file of both folders, or of one. */
interface ComparedFile {
  /** Seen from the folder. */
  name: string;
  /** Undefined for a file of one folder only. */
  comparison?: FileComparison;
  onlyIn?: 'before' | 'after';
}

export async function diff(
  before: string,
  after: string,
  options: DiffOptions,
  { console }: CommandContext,
): Promise<number> {
  try {
    const isFolders = isFolder(before);
    if (isFolders !== isFolder(after)) {
      throw usage('a folder and a file cannot be compared', 'name two files, or two folders');
    }
    const reader = new DumpReader(console, await knownInstruments(console));
    const isSame = isFolders
      ? await diffFolders(before, after, reader, options)
      : await diffFiles(before, after, reader, options);
    if (reader.isDamaged) return ExitCode.INCOMPLETE;
    return isSame ? ExitCode.DONE : DIFFERENT;
  } catch (error) {
    if (!(error instanceof MidirecError)) throw error;
    const { code, message, hint } = error;
    throw new MidirecError(code, message, { hint, cause: error, exitCode: TROUBLE });
  }
}

/** Reads dumps, and remembers whether one of them was damaged. */
class DumpReader {
  isDamaged = false;
  readonly console: ConsoleOutput;
  readonly #table: InstrumentTable;

  constructor(console: ConsoleOutput, table: InstrumentTable) {
    this.console = console;
    this.#table = table;
  }

  async compare(before: string, after: string): Promise<FileComparison> {
    return compareFiles(await this.read(before), await this.read(after), this.#table);
  }

  /** @throws MidirecError INPUT_UNREADABLE, BAD_FILE */
  async read(path: string): Promise<Uint8Array[]> {
    const { messages, isSound, otherCount } = await readDump(
      await readSource(path),
      this.#table,
      this.console,
    );
    if (otherCount > 0) {
      throw badFile(
        `${displayPath(path)} has more in it than sysex, which is all that diff compares`,
        'midirec convert makes a .syx of the sysex in it',
      );
    }
    if (!isSound) this.isDamaged = true;
    return messages;
  }
}

async function diffFiles(
  before: string,
  after: string,
  reader: DumpReader,
  { json }: DiffOptions,
): Promise<boolean> {
  const comparison = await reader.compare(before, after);
  if (json) await printJson({ before, after, ...comparison });
  else if (comparison.isSame) reader.console.say('no difference');
  else await printLines(await comparisonLines(comparison));
  return comparison.isSame;
}

async function diffFolders(
  before: string,
  after: string,
  reader: DumpReader,
  { json }: DiffOptions,
): Promise<boolean> {
  const [earlier, later] = [dumpsIn(before), dumpsIn(after)];
  const files: ComparedFile[] = [];
  for (const name of [...new Set([...earlier, ...later])].sort()) {
    if (!later.has(name)) files.push({ name, onlyIn: 'before' });
    else if (!earlier.has(name)) files.push({ name, onlyIn: 'after' });
    else {
      const comparison = await reader.compare(join(before, name), join(after, name));
      files.push({ name, comparison });
    }
  }
  if (json) await printJson({ before, after, files });
  else await printLines(await folderLines(files));
  return files.every(({ comparison }) => comparison?.isSame === true);
}

async function folderLines(files: readonly ComparedFile[]): Promise<string[]> {
  const lines: string[] = [];
  const count = { before: 0, after: 0, same: 0, different: 0 };
  for (const { name, comparison, onlyIn } of files) {
    if (comparison === undefined) {
      count[onlyIn!]++;
      lines.push(`${name}: only ${onlyIn}`);
    } else if (comparison.isSame) count.same++;
    else {
      count.different++;
      lines.push(`${name}:`);
      lines.push(...(await comparisonLines(comparison)).map((line) => `  ${line}`));
    }
  }
  const counts = [
    `${formatCounted(count.same, 'file')} the same`,
    ...(count.different > 0 ? [`${count.different} different`] : []),
    ...(count.before > 0 ? [`${count.before} only before`] : []),
    ...(count.after > 0 ? [`${count.after} only after`] : []),
  ];
  return [...lines, counts.join(', ')];
}

/** All .syx files in it and in its folders. */
function dumpsIn(folder: string): Set<string> {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const dumps = names.filter((name) => /\.syx$/i.test(name));
    if (dumps.length > 0) return new Set(dumps);
  } catch (error) {
    throw unreadable(displayPath(folder), error);
  }
  throw new MidirecError('BAD_FILE', `no .syx file in ${displayPath(folder)}`, {
    hint: 'name two files, or two folders with files whose names end in .syx',
  });
}
