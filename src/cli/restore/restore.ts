/** `midirec restore`: a backup, or a .syx file, back into its instrument, at its pace and with its handshake. */
import { createInterface } from 'node:readline/promises';
import { COPY_LIMITS, type Restored, restoreCopy, type Saved } from '../../exchange/copy.js';
import { identityReplies } from '../../exchange/identity-inquiry.js';
import { MidirecError } from '../../midi/errors.js';
import { identify } from '../../sysex/instruments/identity.js';
import { fillRequests, panelSettings } from '../../sysex/instruments/request.js';
import type { Instrument, InstrumentTable } from '../../sysex/instruments/table.js';
import type { Backend } from '../backend.js';
import { chooseOutput, chooseReplyInput } from '../capturing/device-choice.js';
import { openLine, paceOfInstrument, type SessionLine } from '../capturing/instrument-line.js';
import type { CommandContext } from '../command.js';
import { ExitCode, usage } from '../exit-codes.js';
import { knownInstruments } from '../files/known-instruments.js';
import { rewriteSysex } from '../files/rewritten-sysex.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { firstLines, formatCounted } from '../terminal/figures.js';
import { LiveLine } from '../terminal/live-line.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import type { RestoreOptions } from './restore-options.js';
import { type RestoreJob, readJobs } from './restore-source.js';
import { describeJob, documentOf, dumpLines, problemOf, type RestoredJob } from './restore-text.js';

const IDENTITY_MS = 500;

export async function restore(
  path: string,
  options: RestoreOptions,
  context: CommandContext,
): Promise<number> {
  const { console } = context;
  const table = await knownInstruments(console);
  const read = await readJobs(path, options, table, console);
  const jobs = read.map((job) => rewriteJob(job, options, table, console));
  if (options.dryRun) {
    if (options.json) await printJson(documentOf(jobs.map((job) => ({ job, restored: [] }))));
    else {
      for (const job of jobs)
        await printLines([describeJob(job, options.device), ...dumpLines(job)]);
    }
    console.say('nothing was sent');
    return ExitCode.DONE;
  }
  if (jobs.length > 1 && options.device !== undefined) {
    throw usage(
      `${path} is of ${formatCounted(jobs.length, 'instrument')}, -d is one output`,
      'restore them one by one: give the folder of one',
    );
  }
  const backend = await context.createBackend();
  await confirm(jobs, options, table);
  const stop = new StopRequests();
  stop.listen();
  const done: RestoredJob[] = [];
  let isIncomplete = false;
  try {
    for (const job of jobs) {
      if (stop.reason !== undefined) {
        console.warn(`${job.instrument.name}: not sent, for it was broken off before`);
        done.push({ job, restored: [] });
        isIncomplete = true;
        continue;
      }
      const restored = await restoreJob(job, options, backend, table, stop, console);
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
      const known = table.recognise(message);
      const isWrong = known?.instrument.tried && known.checksum.verdict === 'wrong';
      if (isWrong && !options.fixChecksum && !options.force) {
        throw new MidirecError('BAD_FILE', `${name}: ${known.kind.name} with a wrong checksum`, {
          hint: '--fix-checksum makes it right, --force sends it as it is',
        });
      }
      const { bytes, isChecksumFixed } = rewriteSysex(
        message,
        known?.kind.name ?? name,
        options,
        table,
      );
      if (isChecksumFixed)
        console.say(`${name}: the checksum of ${known?.kind.name} is made right`);
      return bytes;
    });
    const { filled } = one;
    const { deviceNumber } = options;
    if (filled === undefined || deviceNumber === undefined) return { ...one, messages };
    const { entry, patch, bank } = filled;
    const [other] = fillRequests(job.instrument, {
      what: entry.id,
      deviceNumber,
      ...(patch !== undefined && { patch }),
      ...(bank !== undefined && { bank }),
    });
    return { ...one, filled: other, messages };
  });
  return { ...job, saved };
}

/** @throws MidirecError USAGE if nobody can be asked; REFUSED if the answer is no */
async function confirm(
  jobs: readonly RestoreJob[],
  { force, device }: RestoreOptions,
  table: InstrumentTable,
): Promise<void> {
  const messages = jobs.flatMap(({ saved }) => saved.flatMap((one) => one.messages));
  const patches = messages.flatMap((message) => table.recognise(message)?.patches ?? []);
  const isMemory = messages.length > 1 || patches.length > 1;
  if (!isMemory || force) return;
  const what = jobs.map((job) => describeJob(job, device)).join('; ');
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw usage(
      `this overwrites what the instrument has: ${what}`,
      '--force does it without asking, --dry-run only shows it',
    );
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    `${what}\nThis overwrites what the instrument has. Go on? [y/N] `,
  );
  lines.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new MidirecError('REFUSED', 'nothing was sent', {
    hint: 'y goes on, --force does not ask',
  });
}

/** @returns what became of each dump; of those after a stop, nothing */
async function restoreJob(
  job: RestoreJob,
  options: RestoreOptions,
  backend: Backend,
  table: InstrumentTable,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<Restored[]> {
  const { instrument, saved } = job;
  const output = chooseOutput(backend, options.device ?? job.output, 'restore');
  const from = options.from ?? (options.device === undefined ? job.input : undefined);
  const noInput = 'restore needs --from: the input that the instrument is connected to';
  const input = chooseReplyInput(backend, from, output.name, noInput);
  const pace = options.preset ?? paceOfInstrument(instrument.pace);
  const { line, close } = await openLine(backend, output, input, pace, stop, console);
  let doing = '';
  const live = await LiveLine.start(console, () => `${instrument.name}: ${doing}`);
  try {
    await refuseOther(line, instrument, table, options.force ?? false);
    const restored = await restoreCopy(line, instrument, table, saved, COPY_LIMITS, (what) => {
      doing = what;
    });
    live?.stop();
    const same = restored.filter(({ outcome }) => outcome === 'same').length;
    const sent = restored.filter(({ outcome }) => outcome === 'sent').length;
    const problems = restored.flatMap((one) => problemOf(one, table) ?? []);
    const unsent = sent === 0 ? '' : `, ${sent} sent that cannot be asked for`;
    console.say(
      `${instrument.name} at ${output.name}: ${same} of ${formatCounted(saved.length, 'dump')} compared, the same${unsent}`,
    );
    for (const problem of firstLines(problems, 'dumps'))
      console.warn(`${instrument.name}: ${problem}`);
    if (problems.length > 0) {
      const number = saved.find(({ filled }) => filled !== undefined)?.filled?.deviceNumber;
      for (const setting of panelSettings(instrument, number))
        console.say(`  on its panel: ${setting}`);
    }
    if (restored.length < saved.length)
      console.warn(`${instrument.name}: stopped before all was sent`);
    return restored;
  } finally {
    live?.stop();
    await close();
  }
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
