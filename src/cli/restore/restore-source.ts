/** What is to be restored: the instruments of a backup, one of them, one of its files, or a .syx file of anywhere. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Saved } from '../../exchange/copy.js';
import { isFolder } from '../../files/disk/endings.js';
import { MidirecError, usage } from '../../midi/errors.js';
import { type FilledRequest, fillRequests } from '../../sysex/instruments/request.js';
import type { Instrument, InstrumentTable } from '../../sysex/instruments/table.js';
import {
  type BackedUpInstrument,
  INDEX_NAME,
  readIndex,
  readSaved,
} from '../files/backup-index.js';
import { requireInstrument } from '../files/known-instruments.js';
import { readSource } from '../files/source-files.js';
import { messagesOf, sysexOf } from '../files/sysex-source.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath, firstLines, formatCounted } from '../terminal/figures.js';
import type { RestoreOptions } from './restore-options.js';

/** What goes into one instrument. */
export interface RestoreJob {
  instrument: Instrument;
  saved: Saved[];
  /** Where it was saved from; undefined for a file of anywhere. */
  output: string | undefined;
  input: string | undefined;
  /** What the backup says that it has not, a line each. */
  missing: readonly string[];
}

/**
 * @returns `isIncomplete`: something is not in the backup, or not whole there; it has been said
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE, USAGE for a file of another model and for an unknown instrument
 */
export async function readJobs(
  path: string,
  options: RestoreOptions,
  table: InstrumentTable,
  console: ConsoleOutput,
): Promise<{ jobs: RestoreJob[]; isIncomplete: boolean }> {
  const place = indexOf(path);
  if (place === undefined) {
    return { jobs: [await readFileJob(path, options, table, console)], isIncomplete: false };
  }
  const { indexPath, folder, file } = place;
  const index = readIndex(indexPath);
  const all = index.instruments.filter((one) => folder === undefined || one.folder === folder);
  const notSaved = folder === undefined ? (index.notSaved ?? []) : [];
  for (const line of firstLines(notSaved, 'that were not saved')) {
    console.warn(`not in the backup: ${line}`);
  }
  const named = options.instrument && requireInstrument(table, options.instrument);
  let isIncomplete = notSaved.length > 0;
  const jobs = (named ? onlyFor(named, all, path, options, console) : all)
    .map((one) => {
      const files = one.files.filter((each) => file === undefined || each.file === file);
      const own = requireInstrument(table, one.instrument);
      const instrument = named || own;
      const read = readSaved(indexPath, { ...one, files }, own);
      const saved = instrument === own ? read : read.flatMap((each) => savedFor(instrument, each));
      const damaged = saved.filter(({ isWhole }) => !isWhole).length;
      if (damaged > 0 && !options.force) {
        console.warn(
          `${instrument.name}: ${formatCounted(damaged, 'answer that is not whole is', 'answers that are not whole are')} left out`,
        );
      }
      const kept = options.force ? saved : saved.filter(({ isWhole }) => isWhole);
      const { output, input } = one;
      const missing = file === undefined ? (one.missing ?? []) : [];
      for (const line of firstLines(missing, 'that are missing')) {
        console.warn(`${instrument.name}: not in the backup: ${line}`);
      }
      isIncomplete ||= damaged + missing.length > 0;
      return { instrument, saved: kept, output, input, missing };
    })
    .filter(({ saved }) => saved.length > 0);
  if (jobs.length > 0) return { jobs, isIncomplete };
  throw new MidirecError('BAD_FILE', `${displayPath(path)} has nothing that can be restored`, {
    hint: `${displayPath(indexPath)} says what was saved`,
  });
}

/**
 * Of a backup what is of one model: what is left out is said. All of it if nothing is, and that is to be sent.
 *
 * @throws MidirecError USAGE if nothing is, and `force` is not set
 */
function onlyFor(
  { id, name }: Instrument,
  all: readonly BackedUpInstrument[],
  path: string,
  { force }: RestoreOptions,
  console: ConsoleOutput,
): readonly BackedUpInstrument[] {
  const others = all.filter(({ instrument }) => instrument !== id);
  const names = others.map((one) => one.name).join(', ');
  if (others.length < all.length) {
    if (others.length > 0) console.say(`left out: ${names}, as --instrument is ${name}`);
    return all.filter(({ instrument }) => instrument === id);
  }
  const found = `${displayPath(path)} is of ${names}, not of ${name}`;
  if (!force) throw usage(found, 'omit --instrument, or --force sends it all the same');
  console.warn(`${found}; sent all the same`);
  return all;
}

/** Where backup.json is, and what of it is meant; undefined for a file of no backup. */
function indexOf(path: string): { indexPath: string; folder?: string; file?: string } | undefined {
  const full = resolve(path);
  if (basename(full) === INDEX_NAME) return { indexPath: full };
  if (isFolder(path)) {
    if (existsSync(join(full, INDEX_NAME))) return { indexPath: join(full, INDEX_NAME) };
    const above = join(dirname(full), INDEX_NAME);
    if (existsSync(above)) return { indexPath: above, folder: basename(full) };
    const backups = readdirSync(full)
      .filter((name) => existsSync(join(full, name, INDEX_NAME)))
      .sort();
    throw usage(
      `${displayPath(path)} is not a backup: it has no ${INDEX_NAME}`,
      backups.length > 0
        ? `did you mean ${displayPath(join(full, backups.at(-1)!))}?`
        : 'give a folder that midirec backup has made, or a .syx file',
    );
  }
  const above = join(dirname(dirname(full)), INDEX_NAME);
  if (!existsSync(above)) return undefined;
  const folder = basename(dirname(full));
  const file = basename(full);
  const isListed = readIndex(above).instruments.some(
    (one) => one.folder === folder && one.files.some((each) => each.file === file),
  );
  return isListed ? { indexPath: above, folder, file } : undefined;
}

async function readFileJob(
  path: string,
  { instrument: named, force }: RestoreOptions,
  table: InstrumentTable,
  console: ConsoleOutput,
): Promise<RestoreJob> {
  const given = await readSource(path);
  const source = await sysexOf(given, force, console);
  const messages = messagesOf(source);
  const instrument = named === undefined ? undefined : requireInstrument(table, named);
  const known = messages.map((message) => table.recognise(message)?.instrument);
  const wanted = instrument ?? known.find((one) => one !== undefined);
  if (wanted === undefined) {
    throw usage(
      `${given.name}: no instrument is known that this is for`,
      '--instrument says which; midirec sysex-send sends it without any',
    );
  }
  const other = messages.findIndex((message) => !isFor(wanted, message));
  if (other >= 0) {
    const model = known[other]?.name ?? 'an instrument that is not known';
    const found = `${given.name}: message ${other + 1} is for ${model}, not ${wanted.name}`;
    if (!force) throw usage(found, 'was the right file named? --force sends it all the same');
    console.warn(`${found}; sent all the same`);
  }
  const saved = savedFor(wanted, { messages, isWhole: true });
  return { instrument: wanted, saved, output: undefined, input: undefined, missing: [] };
}

/** Each message by itself, as it would be asked for. */
function savedFor(
  instrument: Instrument,
  { messages, isWhole }: Pick<Saved, 'messages' | 'isWhole'>,
): Saved[] {
  return messages.map((message) => ({
    filled: requestFor(instrument, message),
    messages: [message],
    isWhole,
  }));
}

function isFor({ kinds }: Instrument, message: Uint8Array): boolean {
  return kinds.some(({ compiled }) => compiled.match(message) !== undefined);
}

/** What would be answered with this message; undefined if that is not known. */
function requestFor(instrument: Instrument, message: Uint8Array): FilledRequest | undefined {
  for (const kind of instrument.kinds) {
    const fields = kind.compiled.match(message)?.fields;
    if (fields === undefined) continue;
    for (const { id, answers, messages, patches, banks } of instrument.requests) {
      if (!answers.includes(kind.id) || messages !== 1) continue;
      const patch = patches && fields.get('p');
      const bank = banks && fields.get('b');
      const isPlaced =
        isWithin(patch, patches) && isWithin(bank, banks) && (patches ?? !fields.has('p'));
      if (!isPlaced) continue;
      const [filled] = fillRequests(instrument, { what: id, patch, bank });
      const number = fields.get('n');
      if (filled === undefined || number === undefined || !instrument.deviceNumber) return filled;
      return toDevice(filled, instrument, number + instrument.deviceNumber.shownFrom);
    }
  }
  return undefined;
}

/** The same request, to the device with this number, as its panel shows it. */
export function toDevice(
  { entry, patch, bank }: FilledRequest,
  instrument: Instrument,
  deviceNumber: number,
): FilledRequest {
  return fillRequests(instrument, { what: entry.id, patch, bank, deviceNumber })[0]!;
}

function isWithin(
  number: number | undefined,
  range: { first: number; last: number } | undefined,
): boolean {
  if (range === undefined) return true;
  return number !== undefined && number >= range.first && number <= range.last;
}
