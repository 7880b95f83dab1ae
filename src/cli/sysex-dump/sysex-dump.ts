/** `midirec sysex-dump`: every sysex that arrives, to a .syx file or to standard output. */
import type { CaptureSession } from '../../capture/session.js';
import { withEnding } from '../../files/disk/endings.js';
import { readSysexRequest } from '../../files/syx/sysex-request.js';
import { systemClock } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import type { Output } from '../../output/output.js';
import {
  followDevices,
  openSession,
  readWhatCame,
  reportClosing,
  startSession,
} from '../capturing/capture-setup.js';
import { chooseInputs, chooseRequestOutput } from '../capturing/device-choice.js';
import { paceOfInstrument, SessionLine } from '../capturing/instrument-line.js';
import { describeLosses } from '../capturing/loss-report.js';
import { JsonLines, PrintedOutput } from '../capturing/printed-output.js';
import { openOutput, sendRequest } from '../capturing/sending.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { knownInstruments } from '../files/known-instruments.js';
import { keepAwake } from '../process/awake.js';
import { obeyCommands } from '../process/command-file.js';
import { exitCodeFor, type StopReason, StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatBytes, formatCounted, formatTime, formatTimes } from '../terminal/figures.js';
import { startLiveLine } from '../terminal/live-line.js';
import { DumpFiles, PRINTERS, type Printer } from './dump-files.js';
import { type AskedFor, askInstrument, fetchAll } from './dump-instrument.js';
import {
  DumpSummary,
  describeProblems,
  describeTroubles,
  lossesOf,
  messagesWithoutPlace,
} from './dump-report.js';
import {
  DumpRound,
  describeVerification,
  noAnswer,
  type Verification,
  verifyDump,
} from './dump-round.js';
import { type DumpedMessage, dumpedRow } from './dumped-message.js';
import {
  buffersOf,
  checkDumpOptions,
  fileOf,
  SYX_ENDINGS,
  type SysexDumpOptions,
  viewOf,
} from './sysex-dump-options.js';

export async function sysexDump(
  options: SysexDumpOptions,
  context: CommandContext,
): Promise<number> {
  checkDumpOptions(options);
  const { console } = context;
  if (withEnding(options.output ?? '-', SYX_ENDINGS).isForeign && options.output !== '-') {
    console.warn(`-o ${options.output}: other programs know dumps by the ending .syx`);
  }
  const table = await knownInstruments(console);
  const asked =
    options.instrument === undefined ? undefined : askInstrument(options, table, console);
  const messages =
    options.request === undefined ? undefined : await readSysexRequest(options.request);
  const backend = await context.createBackend();
  const choices = chooseInputs(backend, options.device);
  const output = (messages ?? asked) && chooseRequestOutput(backend, options.to, choices);
  const request =
    output && messages && (() => sendRequest(backend, output, messages).then(() => undefined));
  const stop = new StopRequests();
  stop.listen();
  const stopObeying = obeyCommands(options.commands, stop, console, () =>
    console.warn('--commands: a dump has no marks: record sets them'),
  );
  const dump = new Dump(options, new DumpSummary(table, asked), stop, console);
  const letSleep = await keepAwake(options.allowSleep, console);
  let session: CaptureSession | undefined;
  let sending: Output | undefined;
  try {
    const following = followDevices(backend, options.reconnect, console, stop);
    const settings = { ...options, ...buffersOf(options) };
    session = await openSession(backend, settings, choices, console, following);
    // Before anything can arrive. (What is asked for begins with asking.)
    const listening = output === undefined ? dump.beginRound(session) : undefined;
    let line: SessionLine | undefined;
    await startSession(session, (batch) =>
      asked === undefined ? dump.take(batch) : line?.take(batch),
    );
    dump.json?.begin(context.backend, session.inputs, { file: fileOf(options) ?? null });
    const names = session.startedNames.join(', ');
    console.say(`listening to ${names}${output === undefined ? ' (Ctrl-C stops)' : ''}`);
    let ask: (() => Promise<AskedFor>) | undefined;
    if (asked !== undefined && output !== undefined) {
      sending = await openOutput(backend, output);
      line = new SessionLine(session, sending, paceOfInstrument(asked.instrument.pace), stop);
      ask = fetchAll.bind(undefined, line, asked, options, (message) => dump.add(message));
    }
    const received = await receive(
      dump,
      session,
      options,
      listening,
      ask ?? request,
      stop,
      console,
    );
    return await finish(dump, session, options, received, console);
  } finally {
    // If the request could not be sent: what has come all the same is kept, and no empty file is.
    await sending?.close();
    await session?.close();
    await dump.files?.close();
    stopObeying();
    letSleep();
  }
}

class Dump {
  readonly summary: DumpSummary;
  readonly files: DumpFiles | undefined;
  readonly output: PrintedOutput | undefined;
  readonly json: JsonLines | undefined;
  readonly #options: SysexDumpOptions;
  readonly #printer: Printer | undefined;
  #round: DumpRound | undefined;
  /** While a dump is made a second time to be compared, it is not written again. */
  #isComparing = false;

  /** @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
  constructor(
    options: SysexDumpOptions,
    summary: DumpSummary,
    stop: StopRequests,
    console: ConsoleOutput,
  ) {
    this.summary = summary;
    const { force, split = false, json } = options;
    const path = fileOf(options);
    const view = viewOf(options);
    this.#options = options;
    if (path !== undefined) this.files = new DumpFiles(path, { overwrite: force, split }, console);
    if (view === undefined) return;
    this.output = new PrintedOutput(stop, path === undefined);
    this.#printer = PRINTERS[view](this.output, summary.table);
    if (json) this.json = new JsonLines(this.output);
  }

  /** From now on messages belong to the round that is returned. */
  beginRound(session: CaptureSession, isComparing = false): DumpRound {
    this.#isComparing = isComparing;
    this.#round = new DumpRound(session, this.#options);
    return this.#round;
  }

  take(batch: EventBatch): void {
    const { count = Number.POSITIVE_INFINITY } = this.#options;
    for (let row = 0; row < batch.count; row++) {
      const message = dumpedRow(batch, row);
      if (message === undefined) continue;
      if (this.#round !== undefined && this.#round.messages >= count) return;
      this.add(message);
    }
  }

  add(message: DumpedMessage): void {
    this.#round?.add(message.bytes, message.device, message.goesOn);
    if (this.#isComparing) return;
    this.summary.add(message);
    this.files?.add(message);
    this.#printer?.add(message);
  }

  endPrinting(): void {
    if (this.#printer?.end?.()) this.summary.breakOff();
  }
}

interface Received {
  reason: StopReason;
  /** What became of asking by the table. */
  asked: AskedFor | undefined;
  verification: Verification | undefined;
}

/** Asks, if there is something to ask with, and listens until all has come; with `--verify`, twice. */
async function receive(
  dump: Dump,
  session: CaptureSession,
  { verify }: SysexDumpOptions,
  listening: DumpRound | undefined,
  request: (() => Promise<AskedFor | undefined>) | undefined,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<Received> {
  const live = await startLiveLine(console, () => {
    const { messages, bytes } = dump.summary;
    const text = `${formatTime(session.nowMs, 0)}  ${formatCounted(messages, 'message')}  ${formatBytes(bytes)}`;
    return text + (session.sysexPauseMs > 0 ? '  receiving…' : '');
  });
  try {
    const first = listening ?? dump.beginRound(session);
    const asked = await request?.();
    const reason = stop.reason ?? asked?.reason ?? (await first.wait(systemClock, stop));
    if (!verify || request === undefined || first.messages === 0) {
      return { reason, asked, verification: undefined };
    }
    const verification = await verifyDump(
      first,
      () => dump.beginRound(session, true),
      async () => Boolean(await request()),
      systemClock,
      stop,
    );
    return { reason: stop.reason ?? reason, asked, verification };
  } finally {
    live?.stop();
  }
}

/**
 * Closes what is open, and says what came.
 *
 * @returns the exit code
 * @throws MidirecError NO_ANSWER
 */
async function finish(
  dump: Dump,
  session: CaptureSession,
  options: SysexDumpOptions,
  { reason, asked, verification }: Received,
  console: ConsoleOutput,
): Promise<number> {
  const { summary } = dump;
  summary.strangers = asked?.strangers ?? 0;
  if (asked?.repeats) console.say(`asked again ${formatTimes(asked.repeats)}`);
  const before = session.ledger.entries().map((loss) => ({ ...loss }));
  await readWhatCame(session);
  const isAbandoned = reportClosing(await session.close(), console);
  dump.endPrinting();
  const names = session.inputs.map(({ name }) => name);
  const files = await dump.files?.close();
  const unplaced = messagesWithoutPlace(files, session.nowMs);
  const losses = lossesOf(reason, before, [...session.ledger.entries(), ...unplaced]);
  const end = async (exitCode: number) => {
    const fields = {
      durationMs: Math.round(session.nowMs),
      sysexMessages: summary.messages,
      sysexBytes: summary.bytes,
      incomplete: summary.incomplete,
      ...(asked && { repeats: asked.repeats, missing: asked.problems }),
      wrongChecksums: summary.wrongChecksums,
      file: fileOf(options) ?? null,
      ...(verification && {
        verified: verification.outcome === 'same',
        differences: verification.differences,
      }),
      losses,
      stoppedBy: reason,
      exitCode,
    };
    return (await dump.json?.end(fields, console)) ?? exitCode;
  };
  const lost = describeLosses(losses, names);
  if (summary.messages === 0 && reason === 'timeout') {
    // It may have come after all, and been lost.
    for (const line of lost) console.warn(line);
    await end(ExitCode.FAILED);
    const { panel = [] } = summary.asked ?? {};
    for (const line of panel) console.say(`  on its panel: ${line}`);
    throw noAnswer(options.timeout!, !!(summary.asked ?? options.request), panel.length > 0);
  }

  // The hex view has shown them already.
  if (!options.hex) for (const line of summary.lines()) console.say(`  ${line}`);
  console.say(summary.total(files));
  const isBinary = viewOf(options) === 'binary';
  const problems = [
    ...lost,
    ...(asked?.problems ?? []),
    ...describeProblems(summary, reason, asked ? undefined : options.count, files, isBinary),
    ...(dump.output?.describeUnread() ?? []),
  ];
  const troubles = describeTroubles(files);
  for (const problem of [...troubles, ...problems]) console.warn(problem);
  const isVerified = verification === undefined || verification.outcome === 'same';
  if (verification !== undefined) {
    const words = describeVerification(verification);
    if (isVerified) console.say(words);
    else console.warn(words);
  }
  const code = exitCodeFor(reason, {
    isIncomplete: isVerified && problems.length > 0,
    hasFailed: !isVerified || isAbandoned || troubles.length > 0,
  });
  return end(code);
}
