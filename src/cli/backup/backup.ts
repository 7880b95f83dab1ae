/** `midirec backup`: everything that the instruments can be asked for, in files. */
import { join } from 'node:path';
import { COPY_LIMITS, copyInstrument, type InstrumentCopy } from '../../exchange/copy.js';
import { MidirecError } from '../../midi/errors.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { Backend } from '../backend.js';
import { openLine } from '../capturing/instrument-line.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { INDEX_NAME, newIndex, writeIndex } from '../files/backup-index.js';
import { knownInstruments } from '../files/known-instruments.js';
import { keepAwake } from '../process/awake.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import {
  displayPath,
  firstLines,
  formatBytes,
  formatCounted,
  formatDay,
  formatTimes,
} from '../terminal/figures.js';
import { LiveLine } from '../terminal/live-line.js';
import { makeNewFolder, writeCopy } from './backup-files.js';
import {
  chooseWays,
  type Found,
  namedInstruments,
  searchInstruments,
} from './backup-instruments.js';
import type { BackupOptions } from './backup-options.js';

export async function backup(options: BackupOptions, context: CommandContext): Promise<number> {
  const { console } = context;
  const table = await knownInstruments(console);
  const backend = await context.createBackend();
  const ways = chooseWays(backend, options.device);
  const named = namedInstruments(options, ways, backend, table);
  const stop = new StopRequests();
  stop.listen();
  const letSleep = options.allowSleep ? () => {} : await keepAwake((line) => console.tell(line));
  try {
    const search = await searchInstruments(ways, backend, table, stop, console);
    const found = [...named, ...search.found.filter((one) => !isNamed(one, named))];
    for (const line of search.notSaved) console.warn(line);
    if (found.length === 0 && stop.reason === undefined) {
      throw new MidirecError('NO_ANSWER', 'no instrument that is known answers', {
        hint: 'is sysex enabled on it? old ones do not say who they are: --instrument dx7 (midirec instruments lists them)',
      });
    }
    return await saveAll(found, search.notSaved, options, backend, table, stop, console);
  } finally {
    stop.close();
    letSleep();
  }
}

function isNamed({ instrument, way }: Found, named: readonly Found[]): boolean {
  return named.some(
    (other) => other.instrument === instrument && other.way.output.id === way.output.id,
  );
}

/** In the place of what is missing of an instrument that was being asked when the backup ended. */
const BROKEN_OFF = 'broken off: only what came until then is here';

async function saveAll(
  found: readonly Found[],
  notSaved: string[],
  options: BackupOptions,
  backend: Backend,
  table: InstrumentTable,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<number> {
  const date = new Date();
  const index = { ...newIndex(date), notSaved };
  let folder: string | undefined;
  let isIncomplete = notSaved.length > 0;
  let saved = 0;
  for (const one of found) {
    const { instrument, deviceNumber, way } = one;
    const where = `${instrument.name} at ${way.output.name}`;
    if (stop.reason !== undefined) {
      console.warn(`${where}: not asked, for the backup was broken off`);
      index.notSaved.push(`${where}: broken off before it was asked`);
      isIncomplete = true;
      continue;
    }
    const copy = await save(one, options.verify ?? false, backend, table, stop, console);
    const missing = stop.signal.aborted ? [...copy.missing, BROKEN_OFF] : copy.missing;
    if (copy.saved.length === 0) {
      console.warn(`${where}: ${missing[0] ?? 'nothing came'}`);
      for (const line of instrument.panel ?? []) console.say(`  on its panel: ${line}`);
      index.notSaved.push(`${where}: ${missing.join('; ')}`);
      isIncomplete = true;
      continue;
    }
    folder ??= join(options.output, makeNewFolder(options.output, formatDay(date)));
    const own = makeNewFolder(folder, instrument.id);
    const files = writeCopy(join(folder, own), copy, table);
    const { repeats } = copy;
    index.instruments.push({
      instrument: instrument.id,
      name: `${instrument.maker} ${instrument.name}`,
      output: way.output.name,
      input: way.input.name,
      ...(deviceNumber !== undefined && { deviceNumber }),
      folder: own,
      verified: (options.verify ?? false) && missing.length === 0,
      repeats,
      files,
      missing,
    });
    // After each instrument: whatever ends midirec, what is there can be restored.
    writeIndex(folder, index);
    saved++;
    isIncomplete ||= missing.length > 0;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const again = repeats === 0 ? '' : `, asked again ${formatTimes(repeats)}`;
    console.say(`${where}: ${formatCounted(files.length, 'file')}, ${formatBytes(bytes)}${again}`);
    for (const { file } of files) console.say(`  ${displayPath(join(folder, own, file))}`);
    for (const line of firstLines(missing, 'that are missing'))
      console.warn(`${instrument.name}: ${line}`);
  }
  if (folder !== undefined) {
    writeIndex(folder, index);
    const verified = options.verify && !isIncomplete ? ', verified' : '';
    console.say(
      `${formatCounted(saved, 'instrument')} in ${displayPath(join(folder, INDEX_NAME))}${verified}`,
    );
  }
  if (saved === 0 && stop.reason === undefined) return ExitCode.FAILED;
  return exitCodeFor(stop.reason, { isIncomplete, hasFailed: false });
}

async function save(
  { instrument, deviceNumber, way }: Found,
  verify: boolean,
  backend: Backend,
  table: InstrumentTable,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<InstrumentCopy> {
  const { line, close } = await openLine(
    backend,
    way.output,
    way.input,
    instrument.pace,
    stop,
    console,
  );
  let doing = '';
  const live = await LiveLine.start(console, () => `${instrument.name}: ${doing}`);
  try {
    return await copyInstrument(line, instrument, table, {
      deviceNumber,
      limits: COPY_LIMITS,
      verify,
      onProgress: (what) => {
        doing = what;
      },
    });
  } finally {
    live?.stop();
    await close();
  }
}
