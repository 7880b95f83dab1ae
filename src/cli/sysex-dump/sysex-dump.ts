/** `midirec sysex-dump`: every sysex that arrives, to a .syx file or to standard output. */
import type { Loss } from '../../capture/loss-ledger.js';
import type { CaptureSession } from '../../capture/session.js';
import { systemClock } from '../../midi/clock.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import {
  chooseInputs,
  openSession,
  reportClosing,
  startSession,
} from '../capturing/capture-setup.js';
import { followDevices } from '../capturing/device-changes.js';
import { JsonLines } from '../capturing/json-lines.js';
import { describeLosses } from '../capturing/loss-report.js';
import { chooseRequestOutput, sendRequest } from '../capturing/sysex-request.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { exitCodeFor, type StopReason, StopRequests } from '../process/stop-requests.js';
import { fitColumns } from '../terminal/columns.js';
import { formatBytes, formatCounted, formatTime } from '../terminal/figures.js';
import { LiveLine } from '../terminal/live-line.js';
import { isReaderGone } from '../terminal/standard-streams.js';
import { describePaths, describeProblems } from './dump-problems.js';
import { DumpRound, noAnswer } from './dump-round.js';
import {
  BinarySink,
  type DumpedMessage,
  type DumpSink,
  FileSink,
  HexSink,
  JsonSink,
  PrintedDump,
} from './dump-sink.js';
import { DumpSummary } from './dump-summary.js';
import { describeVerification, type Verification, verifyDump } from './dump-verification.js';
import type { SysexDumpOptions } from './sysex-dump-options.js';
import { readSysexDumpSettings, type SysexDumpSettings } from './sysex-dump-settings.js';

/** How long a burst may wait in the buffers. There may be many small messages, and each takes one. */
const POLL_MS = 20;

export async function sysexDump(
  options: SysexDumpOptions,
  context: CommandContext,
): Promise<number> {
  const settings = await readSysexDumpSettings(options);
  const backend = await context.createBackend();
  const { winmm } = backend;
  const choices = chooseInputs(backend, settings.devices);
  const { request } = settings;
  const output = request && chooseRequestOutput(backend, settings.to, choices);
  const stop = new StopRequests();
  stop.listen();
  const dump = new Dump(settings, context, stop);
  let session: CaptureSession;
  try {
    const changes = followDevices(backend, settings.reconnect, context.console, stop);
    const more = { ...changes, pollMs: POLL_MS };
    session = await openSession(winmm, settings, choices, context.console, more);
    await startSession(session, (batch) => dump.take(batch));
  } catch (error) {
    await dump.close();
    throw error;
  }
  try {
    return await dump.run(
      session,
      request && output ? () => sendRequest(backend, output, request) : undefined,
    );
  } finally {
    // If the request could not be sent: what has come all the same is kept, and no empty file is.
    await session.close();
    await dump.close();
  }
}

class Dump {
  readonly #settings: SysexDumpSettings;
  readonly #context: CommandContext;
  readonly #stop: StopRequests;
  readonly #file: FileSink | undefined;
  readonly #json: JsonLines | undefined;
  readonly #binary: BinarySink | undefined;
  readonly #sinks: DumpSink[];
  readonly #printed = new PrintedDump();
  readonly #summary = new DumpSummary();
  #round: DumpRound | undefined;
  /** While a dump is made a second time to be compared, it is not written again. */
  #isComparing = false;

  /** @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
  constructor(settings: SysexDumpSettings, context: CommandContext, stop: StopRequests) {
    const { file, view, overwrite, split } = settings;
    this.#settings = settings;
    this.#context = context;
    this.#stop = stop;
    this.#file =
      file === undefined ? undefined : new FileSink(file, { overwrite, split }, context.console);
    this.#json = view === 'json' ? new JsonLines(() => stop.request('reader-gone')) : undefined;
    this.#binary = view === 'binary' ? new BinarySink(this.#printed) : undefined;
    const shown = {
      json: new JsonSink(this.#printed),
      hex: new HexSink(this.#printed),
      binary: this.#binary,
      none: undefined,
    };
    this.#sinks = [this.#file, shown[view]].filter((sink) => sink !== undefined);
    if (view === 'none') return;
    // A dump that goes to a file as well is not ended by a full disk below standard output.
    process.stdout.on('error', (error) => {
      if (file === undefined || isReaderGone(error)) stop.request('reader-gone');
    });
  }

  /** What the session hands on. */
  take(batch: EventBatch): void {
    for (let row = 0; row < batch.count; row++) {
      const kind = batch.kind[row];
      if (kind !== EventKind.SYSEX && kind !== EventKind.BROKEN_SYSEX) continue;
      const { count } = this.#settings.limits;
      if (count !== undefined && this.#round !== undefined && this.#round.messages >= count) return;
      this.#add({
        bytes: batch.payload[row]!,
        complete: kind === EventKind.SYSEX,
        timeMs: batch.timeMs[row]!,
        device: batch.device[row]!,
      });
    }
  }

  async run(session: CaptureSession, request: (() => Promise<void>) | undefined): Promise<number> {
    const { console } = this.#context;
    this.#json?.begin({
      backend: this.#context.backend.name,
      file: this.#settings.file ?? null,
      devices: session.inputs.map(({ deviceId, name }) => ({ id: deviceId, name })),
    });
    console.say(
      `listening to ${session.startedNames.join(', ')}${request === undefined ? ' (Ctrl-C stops)' : ''}`,
    );
    const live = await LiveLine.start(console, (columns) => {
      const { messages, bytes } = this.#summary;
      const text = `${formatTime(session.nowMs, 0)}  ${formatCounted(messages, 'message')}  ${formatBytes(bytes)}`;
      return fitColumns(text + (session.isInSysex ? '  receiving…' : ''), columns);
    });
    let reason: StopReason;
    let verification: Verification | undefined;
    try {
      const first = this.#beginRound(session);
      await request?.();
      reason = await first.wait(systemClock, this.#stop);
      if (this.#settings.verify && request !== undefined && first.messages > 0) {
        const beginRound = () => {
          this.#isComparing = true;
          return this.#beginRound(session);
        };
        verification = await verifyDump(first, beginRound, request, systemClock, this.#stop);
        reason = this.#stop.reason ?? reason;
      }
    } finally {
      live?.stop();
    }
    const brokenBefore = session.ledger
      .entries()
      .filter(isBrokenSysex)
      .map((loss) => ({ ...loss }));
    session.poll();
    const abandoned = reportClosing(await session.close(), console);
    let losses = session.ledger.entries();
    if (reason === 'count') {
      // Whoever wanted so many messages does not miss the one that was under way when they were there.
      losses = [...brokenBefore, ...losses.filter((loss) => !isBrokenSysex(loss))];
    }
    return this.#finish(session, reason, abandoned, verification, losses);
  }

  /** Closes the files; without any message none is left. */
  async close(): Promise<void> {
    await this.#file?.close();
  }

  #beginRound(session: CaptureSession): DumpRound {
    const { limits, verify } = this.#settings;
    this.#round = new DumpRound(session, limits, verify);
    return this.#round;
  }

  #add(message: DumpedMessage): void {
    this.#round?.add(message);
    if (this.#isComparing) return;
    this.#summary.add(message);
    for (const sink of this.#sinks) sink.add(message);
  }

  async #finish(
    session: CaptureSession,
    reason: StopReason,
    abandoned: boolean,
    verification: Verification | undefined,
    losses: Loss[],
  ): Promise<number> {
    const { console } = this.#context;
    const names = session.inputs.map((input) => input.name);
    const files = await this.#file?.close();
    if (this.#summary.messages === 0 && reason === 'timeout') {
      // It may have come after all, and been lost.
      for (const loss of describeLosses(losses, names)) console.warn(loss);
      await this.#endJson(session, reason, losses, ExitCode.FAILED);
      const { limits, request } = this.#settings;
      throw noAnswer(limits.timeoutMs!, request !== undefined);
    }

    // The hex view has shown them already.
    if (this.#settings.view !== 'hex') {
      for (const line of this.#summary.lines()) console.say(`  ${line}`);
    }
    // Where only pieces came there is no such file; where they are is said below.
    const paths = files?.whole.paths ?? [];
    const where = paths.length === 0 ? '' : `${describePaths(paths)}: `;
    console.say(
      this.#summary.messages === 0 ? 'no sysex came' : `${where}${this.#summary.total()}`,
    );
    const problems = [
      ...describeLosses(losses, names),
      ...describeProblems({
        reason,
        wanted: this.#settings.limits.count,
        summary: this.#summary,
        whole: files?.whole,
        incomplete: files?.incomplete,
        unread: this.#printed.unread,
        leftOut: this.#binary?.leftOut ?? 0,
      }),
    ];
    // Nothing is missing then: it is only not where it was asked for.
    const troubles = [files?.whole.trouble, files?.incomplete?.trouble]
      .filter((trouble) => trouble !== undefined)
      .map(({ message, hint }) => `${message}; ${hint}`);
    for (const problem of [...troubles, ...problems]) console.warn(problem);
    const isVerified = verification?.outcome === 'same';
    if (verification !== undefined) {
      const words = describeVerification(verification);
      if (isVerified) console.say(words);
      else console.warn(words);
    }
    const code =
      exitCodeFor(reason) ||
      (verification !== undefined && !isVerified ? ExitCode.FAILED : ExitCode.DONE) ||
      (problems.length > 0 ? ExitCode.INCOMPLETE : ExitCode.DONE) ||
      (abandoned || troubles.length > 0 ? ExitCode.FAILED : ExitCode.DONE);
    await this.#endJson(session, reason, losses, code, verification);
    return code;
  }

  async #endJson(
    session: CaptureSession,
    reason: StopReason,
    losses: Loss[],
    exitCode: number,
    verification?: Verification,
  ): Promise<void> {
    await this.#json?.end({
      durationMs: Math.round(session.nowMs),
      sysexMessages: this.#summary.messages,
      sysexBytes: this.#summary.bytes,
      incomplete: this.#summary.incomplete,
      wrongChecksums: this.#summary.wrongChecksums,
      file: this.#settings.file ?? null,
      ...(verification && {
        verified: verification.outcome === 'same',
        differences: verification.differences,
      }),
      losses,
      stoppedBy: reason,
      exitCode,
    });
  }
}

function isBrokenSysex({ kind }: Loss): boolean {
  return kind === 'incomplete-sysex';
}
