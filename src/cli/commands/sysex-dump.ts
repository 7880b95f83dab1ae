/** `midirec sysex-dump`: every sysex that arrives, to a .syx file or to standard output. */
import type { Loss } from '../../capture/loss-ledger.js';
import type { CaptureSession } from '../../capture/session.js';
import type { SyxResult } from '../../formats/syx-file.js';
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { chooseInputs, openSession, reportClosing, startSession } from '../capture-setup.js';
import type { CommandContext } from '../command-context.js';
import { followDevices } from '../device-changes.js';
import { DumpRound } from '../dump-round.js';
import {
  BinarySink,
  type DumpedMessage,
  type DumpSink,
  FileSink,
  HexSink,
  JsonSink,
  PrintedDump,
} from '../dump-sink.js';
import { DumpSummary } from '../dump-summary.js';
import { displayPath, formatBytes, formatClock, formatCounted } from '../figures.js';
import { JsonLines } from '../json-lines.js';
import { LiveLine } from '../live-line.js';
import { describeLosses } from '../loss-report.js';
import { exitCodeFor, type StopReason, StopRequests } from '../stop-requests.js';
import { chooseRequestOutput, sendRequest } from '../sysex-request.js';
import { fitColumns } from '../take-summary.js';
import type { SysexDumpOptions } from './sysex-dump-options.js';
import { readSysexDumpSettings, type SysexDumpSettings } from './sysex-dump-settings.js';

const EXIT_FAILED = 1;
const EXIT_INCOMPLETE = 3;

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
    session = await openSession(winmm, settings, choices, context.console, changes);
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
    if (view !== 'none') process.stdout.on('error', () => stop.request('reader-gone'));
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
    const names = session.inputs.map((input) => input.name);
    this.#json?.begin({
      backend: this.#context.backend.name,
      file: this.#settings.file ?? null,
      devices: session.inputs.map(({ deviceId, name }) => ({ id: deviceId, name })),
    });
    console.say(
      `listening to ${names.join(', ')}${request === undefined ? ' (Ctrl-C stops)' : ''}`,
    );
    const live = await LiveLine.start(console, (columns) => {
      const { messages, bytes } = this.#summary;
      const text = `${formatClock(session.nowMs)}  ${formatCounted(messages, 'message')}  ${formatBytes(bytes)}`;
      return fitColumns(text + (session.isInSysex ? '  receiving…' : ''), columns);
    });
    let reason: StopReason;
    let differences: number[] | undefined;
    try {
      const first = this.#beginRound(session);
      await request?.();
      reason = await first.wait(systemClock, this.#stop);
      if (this.#settings.verify && request !== undefined && first.messages > 0) {
        this.#isComparing = true;
        const second = this.#beginRound(session);
        await request();
        await second.wait(systemClock, this.#stop);
        if (this.#stop.reason === undefined) differences = second.differencesFrom(first);
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
    return this.#finish(session, reason, abandoned, differences, losses);
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
    differences: number[] | undefined,
    losses: Loss[],
  ): Promise<number> {
    const { console } = this.#context;
    const names = session.inputs.map((input) => input.name);
    const files = await this.#file?.close();
    if (this.#summary.messages === 0 && reason === 'timeout') throw this.#noAnswer();

    // The hex view has shown them already.
    if (this.#settings.view !== 'hex') {
      for (const line of this.#summary.lines()) console.say(`  ${line}`);
    }
    const where = files === undefined ? '' : `${describePaths(files.whole.paths)}: `;
    console.say(
      this.#summary.messages === 0 ? 'no sysex came' : `${where}${this.#summary.total()}`,
    );
    const problems = [
      ...describeLosses(losses, names),
      ...this.#describeProblems(reason, files?.whole, files?.incomplete),
    ];
    // Nothing is missing then: it is only not where it was asked for.
    const troubles = [files?.whole.trouble, files?.incomplete?.trouble]
      .filter((trouble) => trouble !== undefined)
      .map(({ message, hint }) => `${message}; ${hint}`);
    for (const problem of [...troubles, ...problems]) console.warn(problem);
    const isDifferent = differences !== undefined && differences.length > 0;
    if (isDifferent) {
      console.warn(
        `the second dump differs from the first in message ${differences.slice(0, 10).join(', ')}`,
      );
    } else if (differences !== undefined) {
      console.say('verified: the second dump is the same');
    }
    const code =
      exitCodeFor(reason) ||
      (isDifferent ? EXIT_FAILED : 0) ||
      (problems.length > 0 ? EXIT_INCOMPLETE : 0) ||
      (abandoned || troubles.length > 0 ? EXIT_FAILED : 0);
    await this.#json?.end({
      durationMs: Math.round(session.nowMs),
      sysexMessages: this.#summary.messages,
      sysexBytes: this.#summary.bytes,
      incomplete: this.#summary.incomplete,
      wrongChecksums: this.#summary.wrongChecksums,
      file: this.#settings.file ?? null,
      losses,
      stoppedBy: reason,
      exitCode: code,
    });
    return code;
  }

  #describeProblems(
    reason: StopReason,
    whole: SyxResult | undefined,
    incomplete: SyxResult | undefined,
  ): string[] {
    const { count } = this.#settings.limits;
    const { messages, wrongChecksums } = this.#summary;
    const problems: string[] = [];
    const hasFallenSilent =
      reason === 'idle' || reason === 'inputs-gone' || reason === 'end-of-input';
    if (count !== undefined && messages < count && hasFallenSilent) {
      problems.push(`only ${messages} of ${formatCounted(count, 'message')} came`);
    }
    if (wrongChecksums > 0) {
      problems.push(
        `${formatCounted(wrongChecksums, 'message')} with a wrong checksum: dump again`,
      );
    }
    if (incomplete !== undefined) {
      problems.push(`what is incomplete is in ${describePaths(incomplete.paths)}`);
    }
    const { unread } = this.#printed;
    if (unread > 0) {
      problems.push(
        `${formatCounted(unread, 'message')} not printed: standard output was not read fast enough`,
      );
    }
    if (this.#binary !== undefined && this.#binary.leftOut > 0) {
      problems.push(
        `${formatCounted(this.#binary.leftOut, 'incomplete message')} left out of standard output (-o keeps them)`,
      );
    }
    for (const result of [whole, incomplete]) {
      if (result?.lost !== undefined) {
        problems.push(
          `${formatCounted(result.lost.messages, 'message')} lost: the disk would not take them`,
        );
      }
    }
    return problems;
  }

  #noAnswer(): MidirecError {
    const { timeoutMs } = this.#settings.limits;
    const asked = this.#settings.request !== undefined;
    return new MidirecError(
      'NO_ANSWER',
      `${asked ? 'no answer' : 'no sysex'} came within ${timeoutMs! / 1000} s`,
      {
        hint: asked
          ? 'is it the right output, is the synthesizer set to send and receive sysex, and is the request for its device number?'
          : "is it the right input, and was the dump started on the synthesizer's panel?",
      },
    );
  }
}

function isBrokenSysex({ kind }: Loss): boolean {
  return kind === 'incomplete-sysex';
}

function describePaths(paths: readonly string[]): string {
  if (paths.length === 0) return 'no file';
  const first = displayPath(paths[0]!);
  return paths.length === 1 ? first : `${first} … ${displayPath(paths.at(-1)!)}`;
}
