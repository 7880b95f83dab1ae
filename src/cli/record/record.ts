/** `midirec record`: inputs to a Standard MIDI File. */
import type { Loss } from '../../capture/loss-ledger.js';
import type { CaptureSession } from '../../capture/session.js';
import { onBeats, systemClock } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import type { RecorderResult } from '../../takes/recorder.js';
import type { Backend } from '../backend.js';
import {
  closeUnstarted,
  followDevices,
  openSession,
  readWhatCame,
  reportClosing,
  startSession,
} from '../capturing/capture-setup.js';
import { chooseInputs } from '../capturing/device-choice.js';
import { withoutPlace } from '../capturing/loss-report.js';
import { JsonLines, PrintedOutput } from '../capturing/printed-output.js';
import { orSysex, watchForSilence } from '../capturing/silence.js';
import type { CommandContext } from '../command.js';
import { TakeStatistics } from '../pictures/take-statistics.js';
import { keepAwake } from '../process/awake.js';
import { requestFineTiming } from '../process/fine-timing.js';
import { exitCodeFor, type StopReason, StopRequests } from '../process/stop-requests.js';
import { watchSuspension } from '../process/suspension.js';
import { type Backing, readBacking, withBacking } from './record-backing.js';
import { showLive } from './record-live.js';
import { checkRecordOptions, howItEnds, isSingle, type RecordOptions } from './record-options.js';
import { filterBatch, type OpenedRecorder, openRecorder } from './record-recorder.js';
import { reportRecorded } from './record-report.js';
import { RecordThru } from './record-thru.js';

const NO_INSTRUMENT =
  'no instrument is there: this is the demo, which plays for practice; midirec doctor tells why';
/** Whatever was played before a mark has come by then. */
const MARK_WAIT_MS = 1000;

export async function record(options: RecordOptions, context: CommandContext): Promise<number> {
  checkRecordOptions(options);
  const backing = await readBacking(options, context.console);
  const backend = await context.createBackend();
  const stop = new StopRequests();
  const isSending = (options.thru ?? options.metronome ?? backing) !== undefined;
  const endFineTiming = isSending ? await requestFineTiming() : () => {};
  const letSleep = await keepAwake(options.allowSleep, context.console);
  try {
    const all = withBacking(options, backing);
    const recording = await Recording.open(all, context, backend, stop, backing);
    return stop.reason === undefined ? await recording.run() : await recording.abandon();
  } finally {
    endFineTiming();
    letSleep();
  }
}

/** A recording from its devices and its file to the summary. */
class Recording {
  readonly #options: RecordOptions;
  readonly #context: CommandContext;
  readonly #session: CaptureSession;
  readonly #thru: RecordThru;
  readonly #opened: OpenedRecorder;
  readonly #stop: StopRequests;
  /** Of all that came in, whether it becomes one take or several. */
  readonly #statistics = new TakeStatistics();
  #filtered = 0;
  readonly #names: string[];
  readonly #output: PrintedOutput | undefined;
  readonly #json: JsonLines | undefined;

  /** Opens the outputs, makes the file, and opens the inputs; if that fails, nothing is left of them. */
  static async open(
    options: RecordOptions,
    context: CommandContext,
    backend: Backend,
    stop: StopRequests,
    backing: Backing | undefined,
  ): Promise<Recording> {
    const { console } = context;
    const choices = chooseInputs(backend, options.device);
    stop.listen();
    const names = choices.map(({ name }) => name);
    // Outputs are looked up on this thread, and a driver that hangs then ends the process: before there is a file.
    const thru = await RecordThru.open(options, backend, console, backing);
    let opened: OpenedRecorder | undefined;
    try {
      opened = openRecorder(options, console, stop, names, () => thru.nowMs, backing?.known);
      const { recorder } = opened;
      if (options.device.length === 0 && names.every(backend.isBuiltIn)) console.say(NO_INSTRUMENT);
      const session = await openSession(backend, options, choices, console, {
        ...followDevices(backend, options.reconnect, console, stop, (input) => thru.letGo(input)),
        ...thru.sessionOptions,
        isBehind: () => recorder.isBehind,
      });
      return new Recording(options, context, session, thru, opened, stop);
    } catch (error) {
      await thru.close();
      opened?.recorder.discard();
      throw error;
    }
  }

  private constructor(
    options: RecordOptions,
    context: CommandContext,
    session: CaptureSession,
    thru: RecordThru,
    opened: OpenedRecorder,
    stop: StopRequests,
  ) {
    this.#options = options;
    this.#context = context;
    this.#session = session;
    this.#thru = thru;
    this.#opened = opened;
    this.#stop = stop;
    this.#names = session.inputs.map(({ name }) => name);
    thru.attach(session);
    if (options.json) {
      this.#output = new PrintedOutput(stop, false);
      this.#json = new JsonLines(this.#output);
    }
  }

  /** For a recording that was asked to stop before it began. @returns the exit code */
  async abandon(): Promise<number> {
    this.#opened.recorder.discard();
    await this.#thru.close();
    return closeUnstarted(this.#session, this.#stop, this.#context.console);
  }

  /** @returns the exit code */
  async run(): Promise<number> {
    const stopListening = this.#opened.startListening(() => {
      this.#session.poll();
      this.#placeMarks(this.#thru.nowMs);
    });
    try {
      return await this.#run();
    } finally {
      stopListening();
    }
  }

  async #run(): Promise<number> {
    const { console } = this.#context;
    const { duration } = this.#options;
    await this.#start();
    console.say(`recording ${this.#session.startedNames.join(', ')}${howItEnds(this.#options)}`);
    const watches = this.#watch();
    const { recorder } = this.#opened;
    const nowMs = () => this.#thru.nowMs;
    const { bars } = this.#thru;
    const { countIn } = this.#options;
    const live = await showLive(
      console,
      this.#session,
      recorder,
      this.#statistics,
      nowMs,
      bars,
      countIn,
    );

    const leftMs = duration === undefined ? undefined : Math.max(0, duration - nowMs());
    const reason = await this.#stop.firstWithin(systemClock, leftMs);

    // A timer may fire a fraction of a millisecond early.
    const askedMs = reason === 'duration' ? (duration ?? 0) : 0;
    const stoppedMs = Math.max(this.#thru.nowMs, askedMs);
    for (const endWatch of watches) endWatch();
    live?.stop();
    const isInputAbandoned = await this.#close();
    const lengthMs = Math.max(stoppedMs, this.#statistics.lastMs);
    // An output that takes nothing does not keep the take waiting.
    const [isOutputAbandoned, result] = await Promise.all([
      this.#thru.close(),
      recorder.finish(lengthMs),
    ]);
    const losses = [...this.#session.ledger.entries(), ...withoutPlace(result.lost)];
    const isIncomplete = await reportRecorded(this.#options, console, {
      statistics: this.#statistics,
      filtered: this.#filtered,
      names: this.#names,
      losses,
      bars,
      unread: this.#output?.describeUnread() ?? [],
      lengthMs,
      result,
    });
    const { then } = this.#opened;
    await then?.settle(isSingle(this.#options) ? result.last : undefined);
    const hasFailed =
      isInputAbandoned || isOutputAbandoned || result.isTroubled || then?.hasFailed === true;
    const code = exitCodeFor(reason, { isIncomplete, hasFailed });
    return this.#endJson(reason, lengthMs, result, losses, code);
  }

  async #start(): Promise<void> {
    const { recorder } = this.#opened;
    recorder.begin(this.#names, () => this.#thru.nowMs);
    const file = recorder.path ?? null;
    this.#json?.begin(this.#context.backend, this.#session.inputs, { file });
    try {
      await startSession(this.#session, (batch) => this.#take(this.#thru.place(batch)));
      this.#thru.start();
    } catch (error) {
      await this.#thru.close();
      recorder.discard();
      throw error;
    }
  }

  #take(events: EventBatch): void {
    this.#opened.tempo.add(events);
    this.#write(this.#opened.marks.place(events));
  }

  #write(batch: EventBatch): void {
    this.#filtered += filterBatch(batch, this.#options);
    this.#opened.recorder.write(batch);
    this.#statistics.add(batch);
    this.#json?.write(batch);
  }

  /** Looks, while the recording runs, for MIDI clock, for Ctrl-Z and for silence. @returns what ends each */
  #watch(): (() => void)[] {
    const { untilIdle } = this.#options;
    const nowMs = () => this.#thru.nowMs;
    const lastPlayedMs = orSysex(this.#session, nowMs, () => this.#statistics.lastPlayedMs);
    const onIdle = () => this.#stop.request('idle');
    const beforeSuspend = async () => {
      const silenced = this.#thru.silence();
      this.#session.poll();
      await Promise.all([silenced, this.#opened.recorder.flush()]);
    };
    const onBeat = () => {
      this.#opened.tempo.lookAt(this.#thru.nowMs);
      this.#session.poll();
      this.#placeMarks(this.#thru.nowMs - MARK_WAIT_MS);
    };
    const watches = [onBeats(systemClock, onBeat), watchSuspension({ beforeSuspend })];
    if (untilIdle !== undefined) {
      watches.push(watchForSilence(systemClock, untilIdle, nowMs, lastPlayedMs, onIdle));
    }
    return watches;
  }

  /** Writes the marks until then that no event came after. */
  #placeMarks(untilMs: number): void {
    const marks = this.#opened.marks.takeUntil(untilMs);
    if (marks !== undefined) this.#write(marks);
  }

  /** @returns true if an input had to be abandoned */
  async #close(): Promise<boolean> {
    // What was played is on its way to the disk before any driver is asked to stop.
    await readWhatCame(this.#session);
    this.#opened.recorder.flush();
    const reports = await this.#session.close();
    const rest = this.#thru.takeRest();
    if (rest !== undefined) this.#take(rest);
    this.#placeMarks(Number.POSITIVE_INFINITY);
    return reportClosing(reports, this.#context.console);
  }

  /** @returns the exit code, which is another one if nobody reads the end */
  async #endJson(
    reason: StopReason,
    lengthMs: number,
    result: RecorderResult,
    losses: Loss[],
    exitCode: number,
  ): Promise<number> {
    const statistics = this.#statistics;
    const end = {
      durationMs: Math.round(lengthMs),
      messages: statistics.messages,
      notes: statistics.notes,
      sysexMessages: statistics.sysex,
      sysexBytes: statistics.sysexBytes,
      takes: result.saved,
      file: result.last?.path ?? null,
      losses,
      stoppedBy: reason,
      exitCode,
    };
    return (await this.#json?.end(end, this.#context.console)) ?? exitCode;
  }
}
