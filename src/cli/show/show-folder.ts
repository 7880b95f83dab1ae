/** `midirec show` for a folder: its takes and dumps, and those of the folders in it, a line each, oldest first. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openInputFile, readInputFile, unreadable } from '../../files/disk/input-file.js';
import { describeIoError } from '../../files/disk/io-errors.js';
import { openSmf } from '../../files/smf/smf-reader.js';
import { aboutOf } from '../../files/smf/smf-texts.js';
import { readTimeline, type SmfTimeline, usualBpm } from '../../files/smf/smf-timeline.js';
import { type SmfDamage, UNFINISHED_SYSEX } from '../../files/smf/tracks/smf-findings.js';
import { parseSyx, syxError } from '../../files/syx/syx-reader.js';
import { MidirecError } from '../../midi/errors.js';
import { isNoteOn } from '../../midi/status.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { CommandContext } from '../command.js';
import { knownInstruments } from '../files/known-instruments.js';
import { Columns, layOut, layOutOrFold } from '../terminal/columns.js';
import {
  displayPath,
  formatBytes,
  formatCounted,
  formatMinute,
  formatTime,
} from '../terminal/figures.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import { lookOf, roomOf, type TerminalLook } from '../terminal/terminal-look.js';
import { countWrong, summaryOf } from './show-patches.js';

/** Steps of the small picture: how many notes begin in a part of the take. */
const UNICODE_STEPS = ' ▁▂▃▄▅▆▇█';
const ASCII_STEPS = ' .:-=+*#@';
const WIDEST_PICTURE = 40;
const NARROWEST_PICTURE = 8;
const GAP = 2;
/** A picture of most widths has the same number of them in each of its columns. */
const PARTS = 5040;

/** Takes may be sorted by year, month and day. */
const DEEPEST = 3;

interface FoundFile {
  /** With the folders that it is in, seen from the one that is shown. */
  name: string;
  /** When it was recorded, if the file says so, else when it was written last. */
  date: Date;
}

interface ShownTake extends FoundFile {
  /** Empty: it has none. */
  title: string;
  durationMs: number;
  notes: number;
  /** The tempo of most of what was played, in the middle of others; undefined if the file says none. */
  bpm: number | undefined;
  /** How many notes begin in each of PARTS parts of it. */
  onsets: Uint32Array;
  /** `damaged`; undefined if it is not. */
  flaw: string | undefined;
}

/** A file of sysex. */
interface ShownDump extends FoundFile {
  messages: number;
  bytes: number;
  /** `DX7: 32 voices`; what its messages are where no patches are known. */
  what: string;
  /** `damaged`; undefined if it is not. */
  flaw: string | undefined;
}

/**
 * Shows the takes and dumps of a folder.
 *
 * @returns false if one of them is damaged or cannot be read
 * @throws MidirecError INPUT_UNREADABLE
 */
export async function showFolder(
  folder: string,
  json: boolean,
  { console }: CommandContext,
): Promise<boolean> {
  const takes: ShownTake[] = [];
  let isSound = true;
  const onUnreadable = (name: string, reason: string) => {
    isSound = false;
    console.warn(`${name}: cannot be read: ${reason}`);
  };
  const dumps: ShownDump[] = [];
  let table: InstrumentTable | undefined;
  for (const { name, date } of findFiles(folder, onUnreadable)) {
    try {
      if (/\.syx$/i.test(name)) {
        table ??= await knownInstruments(console);
        dumps.push(await readDump(folder, name, date, table));
      } else takes.push(await readTake(folder, name, date));
    } catch (error) {
      if (!(error instanceof MidirecError)) throw error;
      isSound = false;
      // What cannot be read, and what is not sysex, is named in the message.
      const isNamed = error.message.includes(name);
      console.warn(isNamed ? error.message : `${name}: ${error.message}`);
    }
  }
  takes.sort((one, other) => one.date.getTime() - other.date.getTime());
  for (const { name, flaw } of [...takes, ...dumps]) {
    if (flaw === undefined) continue;
    isSound = false;
    const what = flaw === 'damaged' ? 'is damaged' : `holds ${flaw}`;
    console.warn(`${name} ${what}: midirec show tells where`);
  }
  if (json) await printJson([...takes.map(describe), ...dumps.map(describeDump)]);
  else {
    await printLines(await linesOf(takes, lookOf(process.stdout, console)));
    await printLines(await dumpLines(dumps));
  }
  const isEmpty = takes.length + dumps.length === 0;
  if (isEmpty && isSound) console.say(`no .mid or .syx file in ${displayPath(folder)}`);
  return isSound;
}

/**
 * @param onUnreadable - told of what is in it and cannot be read
 * @throws MidirecError INPUT_UNREADABLE
 */
function findFiles(
  folder: string,
  onUnreadable: (name: string, reason: string) => void,
): FoundFile[] {
  const takes: FoundFile[] = [];
  const look = (inner: string, depth: number): void => {
    for (const entry of readdirSync(join(folder, inner), { withFileTypes: true })) {
      const name = join(inner, entry.name);
      if (entry.isDirectory()) {
        if (depth === DEEPEST || entry.name.startsWith('.')) continue;
        try {
          look(name, depth + 1);
        } catch (error) {
          onUnreadable(name, describeIoError(error));
        }
      } else if (/\.(midi?|rmi|syx)$/i.test(name)) {
        try {
          const stats = statSync(join(folder, name), { throwIfNoEntry: false });
          if (stats === undefined)
            onUnreadable(name, 'it is a link to nothing, or not called in UTF-8');
          else if (stats.isFile()) takes.push({ name, date: stats.mtime });
        } catch (error) {
          // A link in a circle, for one: the other takes are shown all the same.
          onUnreadable(name, describeIoError(error));
        }
      }
    }
  };
  try {
    look('', 0);
  } catch (error) {
    throw unreadable(displayPath(folder), error);
  }
  return takes;
}

async function readTake(folder: string, name: string, date: Date): Promise<ShownTake> {
  const source = await openInputFile(join(folder, name));
  try {
    const smf = openSmf(source);
    const timeline = readTimeline(smf);
    const { title, recorded } = aboutOf(smf);
    return {
      name,
      date: recorded ?? date,
      title: smf.format === 0 ? '' : title,
      durationMs: timeline.endMs,
      ...countNotes(timeline),
      flaw: flawOf(smf.damages),
    };
  } finally {
    source.close();
  }
}

async function readDump(
  folder: string,
  name: string,
  date: Date,
  table: InstrumentTable,
): Promise<ShownDump> {
  const messages = parseSyx(await readInputFile(join(folder, name)), name);
  const error = messages.count === 0 ? syxError(messages, name) : undefined;
  if (error !== undefined) throw error;
  return {
    name,
    date,
    messages: messages.count,
    bytes: messages.sysexBytes,
    what: summaryOf(messages, table),
    flaw: messages.problemCount > 0 || countWrong(messages, table) > 0 ? 'damaged' : undefined,
  };
}

function describeDump({ name, date, messages, bytes, what, flaw }: ShownDump): object {
  const file = { file: name, date: date.toISOString() };
  return { ...file, messages, bytes, what, damaged: flaw !== undefined };
}

function dumpLines(dumps: readonly ShownDump[]): Promise<string[]> {
  const rows = dumps.map(({ name, date, messages, bytes, what, flaw }) => [
    formatMinute(date),
    name,
    formatCounted(messages, 'message'),
    formatBytes(bytes),
    withFlaw(what, flaw),
  ]);
  const columns = [{}, {}, { right: true }, { right: true }];
  return layOutOrFold(rows, roomOf(process.stdout), { columns });
}

function countNotes(timeline: SmfTimeline): Pick<ShownTake, 'notes' | 'bpm' | 'onsets'> {
  const onsets = new Uint32Array(PARTS);
  const lengthMs = Math.max(1, timeline.endMs);
  let notes = 0;
  let firstMs = 0;
  for (const { count, packed, timeMs } of timeline.batches) {
    for (let row = 0; row < count; row++) {
      if (!isNoteOn(packed[row]!)) continue;
      if (notes++ === 0) firstMs = timeMs[row]!;
      onsets[Math.min(PARTS - 1, Math.floor((timeMs[row]! / lengthMs) * PARTS))]!++;
    }
  }
  return { notes, bpm: usualBpm(timeline, firstMs), onsets };
}

function describe({ name, date, title, durationMs, notes, bpm, flaw }: ShownTake): object {
  return {
    file: name,
    date: date.toISOString(),
    title: title === '' ? null : title,
    durationMs: Math.round(durationMs),
    notes,
    bpm: bpm ?? null,
    damaged: flaw !== undefined,
  };
}

function flawOf(damages: readonly SmfDamage[]): string | undefined {
  if (damages.length === 0) return undefined;
  return damages.every(({ message }) => message === UNFINISHED_SYSEX)
    ? UNFINISHED_SYSEX
    : 'damaged';
}

function withFlaw(text: string, flaw: string | undefined): string {
  return [text, flaw ?? ''].filter((part) => part !== '').join(', ');
}

async function linesOf(takes: ShownTake[], look: TerminalLook): Promise<string[]> {
  const rows = takes.map((take) => [
    formatMinute(take.date),
    take.name,
    formatTime(take.durationMs),
    formatCounted(take.notes, 'note'),
    take.bpm === undefined ? '' : `${Math.round(take.bpm * 10) / 10} bpm`,
    withFlaw(take.title, take.flaw),
  ]);
  const columns = [{}, {}, { right: true }, { right: true }, { right: true }, {}];
  const { width } = await Columns.measure(rows, { columns });
  // One column stays free, so that no terminal wraps.
  const room = Math.min(WIDEST_PICTURE, look.columns - width - GAP - 1);
  // In a narrow terminal the picture goes first.
  if (room < NARROWEST_PICTURE || !look.pictures) {
    return layOutOrFold(rows, roomOf(process.stdout), { columns });
  }
  return layOut(
    rows.map((row, index) => [
      ...row,
      { text: pictureOf(takes[index]!, room, look.unicode), paint: look.chalk.dim },
    ]),
    { columns, gap: GAP },
  );
}

/** How dense the notes are from the beginning to the end. */
function pictureOf({ onsets }: ShownTake, width: number, unicode: boolean): string {
  const steps = [...(unicode ? UNICODE_STEPS : ASCII_STEPS)];
  const counts = new Array<number>(width).fill(0);
  onsets.forEach((count, part) => {
    counts[Math.floor((part * width) / PARTS)]! += count;
  });
  const most = Math.max(1, ...counts);
  return counts
    .map((count) => steps[count === 0 ? 0 : Math.ceil((count / most) * (steps.length - 1))]!)
    .join('')
    .trimEnd();
}
