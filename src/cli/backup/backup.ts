/** `midirec backup`: everything that the instruments can be asked for, in files. */
import { join } from 'node:path';
import {
  COPY_LIMITS,
  copyInstrument,
  type InstrumentCopy,
  type Saved,
} from '../../exchange/copy.js';
import { statsAt } from '../../files/disk/endings.js';
import { MidirecError, usage } from '../../midi/errors.js';
import { deviceNumberOf, panelSettings } from '../../sysex/instruments/request.js';
import { type Conversation, converse, paceOfInstrument } from '../capturing/instrument-line.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { BROKEN_OFF, INDEX_NAME } from '../files/backup-index.js';
import { knownInstruments } from '../files/known-instruments.js';
import { requireOption } from '../options/shared-options.js';
import { keepAwake } from '../process/awake.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import {
  displayPath,
  firstLines,
  formatBytes,
  formatCounted,
  formatTimes,
} from '../terminal/figures.js';
import { printJson } from '../terminal/standard-streams.js';
import { GrowingBackup, GrowingCopy } from './backup-files.js';
import {
  chooseWays,
  type Found,
  namedInstruments,
  searchInstruments,
} from './backup-instruments.js';
import type { BackupOptions } from './backup-options.js';

export async function backup(options: BackupOptions, context: CommandContext): Promise<number> {
  const { console } = context;
  requireOption(
    options,
    'deviceNumber',
    'instrument',
    'an instrument that says who it is says its number, too',
  );
  if (statsAt(options.output)?.isFile()) {
    throw usage(`-o ${options.output} is a file, not a folder`, 'name a folder, or omit -o');
  }
  const table = await knownInstruments(console);
  const backend = await context.createBackend();
  const ways = chooseWays(backend, options.device);
  const stop = new StopRequests();
  const conversation = { backend, table, stop, console };
  const named = namedInstruments(options, ways, conversation);
  stop.listen();
  const letSleep = await keepAwake(options.allowSleep, console);
  try {
    const pace = options.preset ?? paceOfInstrument();
    const search = await searchInstruments(ways, pace, conversation);
    const found = [...named, ...search.found.filter((one) => !isNamed(one, named))];
    for (const line of search.notSaved) console.warn(line);
    if (found.length === 0 && stop.reason === undefined) {
      throw new MidirecError('NO_ANSWER', 'no instrument that is known answers', {
        hint: 'is sysex enabled on it? old ones do not say who they are: --instrument dx7 (midirec instruments lists them)',
      });
    }
    return await saveAll(found, search.notSaved, options, conversation);
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

async function saveAll(
  found: readonly Found[],
  notSaved: string[],
  options: BackupOptions,
  conversation: Conversation,
): Promise<number> {
  const { table, stop, console } = conversation;
  const backup = new GrowingBackup(options.output, new Date(), table, notSaved);
  const { index } = backup;
  let isIncomplete = notSaved.length > 0;
  for (const one of found) {
    const { instrument, deviceNumber, way } = one;
    const where = `${instrument.name} at ${way.output.name}`;
    if (stop.reason !== undefined) {
      console.warn(`${where}: not asked, for the backup was broken off`);
      index.notSaved.push(`${where}: broken off before it was asked`);
      isIncomplete = true;
      continue;
    }
    const growing = new GrowingCopy(backup, {
      instrument: instrument.id,
      name: `${instrument.maker} ${instrument.name}`,
      output: way.output.name,
      input: way.input.name,
      ...(deviceNumber !== undefined && { deviceNumber }),
    });
    const keep = (saved: Saved) => growing.keep(saved);
    const copy = await save(one, options, keep, conversation);
    const missing = stop.signal.aborted ? [...copy.missing, BROKEN_OFF] : copy.missing;
    const verified = (options.verify ?? false) && missing.length === 0;
    const entry = growing.end({ missing, repeats: copy.repeats, verified });
    isIncomplete ||= missing.length > 0;
    if (entry === undefined) {
      isIncomplete = true;
      if (stop.signal.aborted) {
        console.warn(`${where}: broken off before anything came`);
        index.notSaved.push(`${where}: broken off before anything came`);
        continue;
      }
      const unasked = instrument.requests.length === 0 ? 'no request of it is known' : undefined;
      console.warn(`${where}: ${missing[0] ?? unasked ?? 'nothing came'}`);
      const number = deviceNumber && deviceNumberOf(instrument, deviceNumber);
      for (const line of panelSettings(instrument, number)) console.say(`  on its panel: ${line}`);
      index.notSaved.push(`${where}: ${[...missing, ...(unasked ? [unasked] : [])].join('; ')}`);
      continue;
    }
    const { files, folder, repeats } = entry;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const again = repeats === 0 ? '' : `, asked again ${formatTimes(repeats)}`;
    console.say(`${where}: ${formatCounted(files.length, 'file')}, ${formatBytes(bytes)}${again}`);
    for (const { file } of files)
      console.say(`  ${displayPath(join(backup.folder!, folder, file))}`);
    for (const line of firstLines(missing, 'that are missing'))
      console.warn(`${instrument.name}: ${line}`);
  }
  const { folder } = backup;
  backup.write();
  if (options.json) await printJson({ folder: folder ?? null, ...index });
  const saved = index.instruments.length;
  if (folder !== undefined) {
    const verified = options.verify && !isIncomplete ? ', verified' : '';
    console.say(
      `${formatCounted(saved, 'instrument')} in ${displayPath(join(folder, INDEX_NAME))}${verified}`,
    );
  }
  if (saved === 0 && stop.reason === undefined) return ExitCode.FAILED;
  return exitCodeFor(stop.reason, { isIncomplete, hasFailed: false });
}

function save(
  { instrument, deviceNumber, way }: Found,
  options: BackupOptions,
  onSaved: (saved: Saved) => void,
  conversation: Conversation,
): Promise<InstrumentCopy> {
  const pace = options.preset ?? paceOfInstrument(instrument.pace);
  return converse(conversation, instrument.name, way, pace, (line, onProgress) =>
    copyInstrument(line, instrument, conversation.table, {
      deviceNumber,
      limits: COPY_LIMITS,
      verify: options.verify ?? false,
      onSaved,
      onProgress,
    }),
  );
}
