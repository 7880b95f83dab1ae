/** `midirec restore`: a backup, or a .syx file, back into its instrument, at its pace and with its handshake. */

import { COPY_LIMITS, type Restored, restoreCopy, type Saved } from '../../exchange/copy.js';
import { identityReplies } from '../../exchange/identity-inquiry.js';
import { badFile, usage } from '../../midi/errors.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import { identify } from '../../sysex/instruments/identity.js';
import { panelSettings } from '../../sysex/instruments/request.js';
import type { Instrument, InstrumentTable } from '../../sysex/instruments/table.js';
import type { Backend } from '../backend.js';
import { chooseOutput, chooseReplyInput } from '../capturing/device-choice.js';
import {
  type Conversation,
  converse,
  paceOfInstrument,
  type SessionLine,
  type Way,
} from '../capturing/instrument-line.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { knownInstruments } from '../files/known-instruments.js';
import { rewriteSysex } from '../files/rewritten-sysex.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { firstLines, formatCounted } from '../terminal/figures.js';
import { type Answer, askYesNo } from '../terminal/question.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import type { RestoreOptions } from './restore-options.js';
import { type RestoreJob, readJobs, toDevice } from './restore-source.js';
import {
  describeJob,
  documentOf,
  dumpLines,
  problemOf,
  type RestoredJob,
  summaryOf,
} from './restore-text.js';

const IDENTITY_MS = 500;

export async function restore(
  path: string,
  options: RestoreOptions,
  context: CommandContext,
): Promise<number> {
  const { console } = context;
  const table = await knownInstruments(console);
  const read = await readJobs(path, options, table, console);
  let { isIncomplete } = read;
  const jobs = read.jobs.map((job) => rewriteJob(job, options, table, console));
  if (jobs.length > 1 && options.device !== undefined) {
    throw usage(
      `${path} is of ${formatCounted(jobs.length, 'instrument')}, -d is one output`,
      'restore them one by one: give the folder of one',
    );
  }
  if (options.dryRun) {
    // What a backup was made at need not be there to look at it; what is named has to be.
    const isNamed = (options.device ?? options.from) !== undefined;
    const backend = isNamed ? await context.createBackend() : undefined;
    const placed = jobs.map((job) => (backend ? placeJob(job, options, backend) : job));
    if (options.json) await printJson(documentOf(jobs.map((job) => ({ job, restored: [] }))));
    else for (const job of placed) await printLines([describeJob(job), ...dumpLines(job, table)]);
    console.say('nothing was sent');
    return isIncomplete ? ExitCode.INCOMPLETE : ExitCode.DONE;
  }
  const backend = await context.createBackend();
  const placed = jobs.map((job) => placeJob(job, options, backend));
  const answer = await confirm(placed, options, table);
  if (answer !== 'yes') {
    console.warn('nothing was sent');
    return answer === 'no' ? ExitCode.FAILED : ExitCode.INTERRUPTED;
  }
  const stop = new StopRequests();
  stop.listen();
  const done: RestoredJob[] = [];
  try {
    for (const job of placed) {
      if (stop.reason !== undefined) {
        console.warn(`${job.instrument.name}: not sent, for it was broken off before`);
        done.push({ job, restored: [] });
        isIncomplete = true;
        continue;
      }
      const restored = await restoreJob(job, options, { backend, table, stop, console });
      done.push({ job, restored });
      isIncomplete ||=
        restored.length < job.saved.length ||
        restored.some((one) => problemOf(one, table) !== undefined);
    }
    if (options.json) await printJson(documentOf(done));
    return exitCodeFor(stop.reason, { isIncomplete, hasFailed: false });
  } finally {
    stop.close();
  }
}

/** @throws MidirecError BAD_FILE for a wrong checksum that is neither to be sent nor made right; what rewriteSysex throws */
function rewriteJob(
  job: RestoreJob,
  options: RestoreOptions,
  table: InstrumentTable,
  console: ConsoleOutput,
): RestoreJob {
  const { name } = job.instrument;
  const saved = job.saved.map((one): Saved => {
    const messages = one.messages.map((message) => {
      const what = table.recognise(message)?.kind.name ?? 'a message';
      const { bytes, isChecksumFixed } = rewriteSysex(message, what, options, table);
      if (isChecksumFixed) console.say(`${name}: the checksum of ${what} is made right`);
      if (describeByTable(bytes, table).checksum !== 'wrong') return bytes;
      const found = `${name}: ${what} with a wrong checksum`;
      if (!options.force) {
        throw badFile(found, '--fix-checksum makes it right, --force sends it as it is');
      }
      console.warn(`${found}; sent all the same`);
      return bytes;
    });
    const { filled } = one;
    const { deviceNumber } = options;
    if (filled === undefined || deviceNumber === undefined) return { ...one, messages };
    return { ...one, filled: toDevice(filled, job.instrument, deviceNumber), messages };
  });
  return { ...job, saved };
}

/** A job, and the devices that it goes through; its output is called by its whole name. */
interface PlacedJob extends RestoreJob {
  way: Way;
}

/** @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE */
function placeJob(
  job: RestoreJob,
  { device, from: named }: RestoreOptions,
  backend: Backend,
): PlacedJob {
  const output = chooseOutput(backend, device ?? job.output, 'restore');
  const from = named ?? (device === undefined ? job.input : undefined);
  const noInput = 'restore needs --from: the input that the instrument is connected to';
  const input = chooseReplyInput(backend, from, output.name, noInput);
  return { ...job, output: output.name, way: { output, input } };
}

/** Whether to overwrite what the instruments have. @throws MidirecError USAGE if nobody can be asked */
async function confirm(
  jobs: readonly RestoreJob[],
  { yes }: RestoreOptions,
  table: InstrumentTable,
): Promise<Answer> {
  const messages = jobs.flatMap(({ saved }) => saved.flatMap((one) => one.messages));
  const patches = messages.flatMap((message) => table.recognise(message)?.patches ?? []);
  const isMemory = messages.length > 1 || patches.length > 1;
  if (!isMemory || yes) return 'yes';
  const what = jobs.map((job) => describeJob(job)).join('; ');
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw usage(
      `this overwrites what the instrument has: ${what}`,
      '--yes does it without asking, --dry-run only shows it',
    );
  }
  return askYesNo(what, 'This overwrites what the instrument has. Go on?');
}

/** @returns what became of each dump; of those after a stop, nothing */
async function restoreJob(
  { instrument, saved, way }: PlacedJob,
  options: RestoreOptions,
  conversation: Conversation,
): Promise<Restored[]> {
  const { table, console } = conversation;
  const { name } = instrument;
  const pace = options.preset ?? paceOfInstrument(instrument.pace);
  const restored = await converse(conversation, name, way, pace, async (line, onProgress) => {
    await refuseOther(line, instrument, table, options.force);
    return restoreCopy(line, instrument, table, saved, COPY_LIMITS, onProgress);
  });
  const problems = restored.flatMap((one) => problemOf(one, table) ?? []);
  console.say(`${name} at ${way.output.name}: ${summaryOf(restored, saved.length)}`);
  for (const problem of firstLines(problems, 'that are not as they were sent'))
    console.warn(`${name}: ${problem}`);
  if (problems.length > 0) {
    const number = saved.find(({ filled }) => filled !== undefined)?.filled?.deviceNumber;
    for (const setting of panelSettings(instrument, number))
      console.say(`  on its panel: ${setting}`);
  }
  if (restored.length < saved.length) console.warn(`${name}: stopped before all was sent`);
  return restored;
}

/** @throws MidirecError USAGE if who is there says that it is another model */
async function refuseOther(
  line: SessionLine,
  instrument: Instrument,
  table: InstrumentTable,
  force: boolean,
): Promise<void> {
  if (instrument.identity === undefined || force) return;
  const others: string[] = [];
  for await (const reply of identityReplies(line, IDENTITY_MS)) {
    const known = identify(reply, table.instruments);
    if (known === undefined || known.instrument === instrument) return;
    others.push(known.instrument.name);
  }
  if (others.length === 0) return;
  throw usage(
    `this is for ${instrument.name}, but ${others.join(' and ')} is there`,
    'is it the right output (-d)? --force sends it all the same',
  );
}
