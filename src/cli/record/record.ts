/** `midirec record`: inputs to a Standard MIDI File. */
import type { CaptureSession } from '../../capture/session.js';
import { systemClock, untilBeat } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import type { Recorder, RecorderResult } from '../../takes/recorder.js';
import type { TakeTempo } from '../../takes/tempo-source.js';
import {
  chooseInputs,
  openSession,
  PROMPT_POLL_MS,
  reportClosing,
  startSession,
} from '../capturing/capture-setup.js';
import { followDevices } from '../capturing/device-changes.js';
import { filterBatch } from '../capturing/event-filter.js';
import { JsonLines } from '../capturing/json-lines.js';
import { describeLosses } from '../capturing/loss-report.js';
import { RateMeter } from '../capturing/rate-meter.js';
import { isSysexComing, watchForSilence } from '../capturing/silence.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { TakePicture } from '../pictures/take-picture.js';
import { describeLive, describeTake } from '../pictures/take-summary.js';
import { Tally } from '../pictures/tally.js';
import { exitCodeFor, type StopReason, StopRequests } from '../process/stop-requests.js';
import { watchSuspension } from '../process/suspension.js';
import { displayPath, formatBytes, formatCounted } from '../terminal/figures.js';
import { LiveLine } from '../terminal/live-line.js';
import type { RecordOptions } from './record-options.js';
import { openRecorder } from './record-recorder.js';
import { type RecordSettings, readRecordSettings } from './record-settings.js';
import { RecordThru } from './record-thru.js';

/** How often to look whether MIDI clock is still there. */
const CLOCK_LOOK_MS = 500;

export async function record(options: RecordOptions, context: CommandContext): Promise<number> {
  const settings = readRecordSettings(options);
  const backend = await context.createBackend();
  const choices = chooseInputs(backend, settings.devices);
  const stop = new StopRequests();
  stop.listen();
  const { recorder, tempo, startListening } = openRecorder(settings, context.console, stop);
  let thru: RecordThru | undefined;
  let session: CaptureSession;
  try {
    thru = await RecordThru.open(settings, backend, context.console);
    const { reconnect } = settings;
    const changes = followDevices(backend, reconnect, context.console, stop, (device) =>
      thru?.letGo(device),
    );
    const pollMs = settings.json ? { pollMs: PROMPT_POLL_MS } : {};
    const more = { ...changes, ...pollMs, ...thru.sessionOptions };
    session = await openSession(backend.winmm, settings, choices, context.console, more);
  } catch (error) {
    await thru?.close();
    recorder.discard();
    throw error;
  }
  if (stop.reason !== undefined) {
    recorder.discard();
    reportClosing(await session.close(), context.console);
    await thru.close();
    return exitCodeFor(stop.reason) || ExitCode.INTERRUPTED;
  }
  const stopListening = startListening();
  try {
    return await new Recording(settings, context, session, thru, recorder, tempo, stop).run();
  } finally {
    stopListening();
  }
}

/** A recording from the first message to the summary. */
class Recording {
  readonly #settings: RecordSettings;
  readonly #context: CommandContext;
  readonly #session: CaptureSession;
  readonly #thru: RecordThru;
  readonly #recorder: Recorder;
  readonly #tempo: TakeTempo;
  readonly #stop: StopRequests;
  readonly #tally = new Tally();
  /** Of a single take; several of them have no picture together. */
  readonly #picture: TakePicture | undefined;
  readonly #deviceNames: string[];
  readonly #json: JsonLines | undefined;

  constructor(
    settings: RecordSettings,
    context: CommandContext,
    session: CaptureSession,
    thru: RecordThru,
    recorder: Recorder,
    tempo: TakeTempo,
    stop: StopRequests,
  ) {
    this.#settings = settings;
    this.#context = context;
    this.#session = session;
    this.#thru = thru;
    thru.attach(session);
    this.#recorder = recorder;
    this.#tempo = tempo;
    this.#stop = stop;
    this.#deviceNames = session.inputs.map((input) => input.name);
    this.#picture = settings.mode === 'single' ? TakePicture.for(context.console) : undefined;
    this.#json = settings.json ? new JsonLines(() => stop.request('reader-gone')) : undefined;
  }

  async run(): Promise<number> {
    const { console } = this.#context;
    await this.#start();
    console.say(`recording ${this.#session.startedNames.join(', ')}${this.#howItEnds()}`);
    const stopWatching = this.#watchForEnd();
    const live = await this.#showLive();

    const reason = await this.#stop.first;
    // A timer may fire a fraction of a millisecond early.
    const askedMs = reason === 'duration' ? (this.#settings.durationMs ?? 0) : 0;
    const stoppedMs = Math.max(this.#thru.nowMs, askedMs);
    stopWatching();
    live?.stop();
    // What was played is on its way to the disk before any driver is asked to stop.
    this.#session.poll();
    this.#recorder.flush();
    const reports = await this.#session.close();
    const rest = this.#thru.takeRest();
    if (rest !== undefined) this.#take(rest);
    const outputAbandoned = await this.#thru.close();
    const abandoned = reportClosing(reports, console) || outputAbandoned;
    const lengthMs = Math.max(stoppedMs, this.#tally.lastMs);
    const result = await this.#recorder.finish(lengthMs);
    return this.#report(reason, lengthMs, result, abandoned);
  }

  async #start(): Promise<void> {
    this.#recorder.begin(this.#deviceNames, () => this.#thru.nowMs);
    this.#json?.begin({
      backend: this.#context.backend.name,
      file: this.#recorder.path ?? null,
      devices: this.#session.inputs.map(({ deviceId, name }) => ({ id: deviceId, name })),
    });
    try {
      await startSession(this.#session, (batch) => this.#take(this.#thru.place(batch)));
      this.#thru.start();
    } catch (error) {
      await this.#thru.close();
      this.#recorder.discard();
      throw error;
    }
  }

  #take(batch: EventBatch): void {
    this.#tempo.add(batch);
    filterBatch(batch, this.#settings.filter);
    this.#recorder.write(batch);
    this.#tally.add(batch);
    this.#picture?.add(batch);
    this.#json?.write(batch);
  }

  /** Asks to stop when the duration is over, or silence has come. */
  #watchForEnd(): () => void {
    const { durationMs, idleMs } = this.#settings;
    const cancels: (() => void)[] = [];
    if (durationMs !== undefined) {
      const leftMs = Math.max(0, durationMs - this.#thru.nowMs);
      cancels.push(systemClock.setTimer(leftMs, () => this.#stop.request('duration')));
    }
    if (idleMs !== undefined) {
      cancels.push(
        watchForSilence(
          systemClock,
          idleMs,
          () => this.#thru.nowMs,
          () => (isSysexComing(this.#session) ? this.#thru.nowMs : this.#tally.lastPlayedMs),
          () => this.#stop.request('idle'),
        ),
      );
    }
    cancels.push(
      watchSuspension({
        beforeSuspend: () => {
          this.#session.poll();
          return this.#recorder.flush();
        },
      }),
    );
    cancels.push(this.#watchClock());
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  /** Looks at times whether MIDI clock is still there. */
  #watchClock(): () => void {
    let cancel = () => {};
    const lookLater = () => {
      const delayMs = untilBeat(systemClock.nowMs(), CLOCK_LOOK_MS);
      cancel = systemClock.setTimer(delayMs, () => {
        this.#tempo.lookAt(this.#thru.nowMs);
        lookLater();
      });
    };
    lookLater();
    return () => cancel();
  }

  #showLive(): Promise<LiveLine | undefined> {
    const { console } = this.#context;
    const session = this.#session;
    const tally = this.#tally;
    const rate = new RateMeter(
      () => tally.messages,
      () => this.#thru.nowMs,
    );
    return LiveLine.start(console, (columns) =>
      describeLive(
        {
          timeMs: this.#thru.nowMs,
          messagesPerSecond: rate.perSecond(),
          tally,
          buffersFree: session.buffersQueued,
          lost: session.ledger.count(),
        },
        columns,
        console.chalk,
      ),
    );
  }

  #howItEnds(): string {
    const { durationMs, idleMs, mode } = this.#settings;
    if (mode === 'keep') return ' (Enter saves what was played, Ctrl-C saves the rest and ends)';
    return durationMs === undefined && idleMs === undefined ? ' (Ctrl-C stops and saves)' : '';
  }

  async #report(
    reason: StopReason,
    lengthMs: number,
    result: RecorderResult,
    abandoned: boolean,
  ): Promise<number> {
    const { console } = this.#context;
    const tally = this.#tally;
    const losses = this.#session.ledger.entries();
    for (const problem of result.problems) console.warn(problem);
    for (const remark of result.remarks) console.say(remark);
    await this.#picture?.show(lengthMs, this.#deviceNames);
    if (this.#settings.mode === 'single' && result.last !== undefined) {
      const { path, byteLength } = result.last;
      const where = path === undefined ? '' : `${displayPath(path)}: `;
      console.say(`${where}${describeTake(lengthMs, tally)}, ${formatBytes(byteLength)}`);
    } else {
      console.say(
        `${formatCounted(result.saved, 'take')} saved from ${describeTake(lengthMs, tally)}`,
      );
    }
    if (tally.messages === 0) console.say('nothing arrived: midirec doctor finds out why');
    for (const line of describeLosses(losses, this.#deviceNames)) console.warn(line);
    if (result.lostEvents > 0) {
      console.warn(
        `${formatCounted(result.lostEvents, 'event')} lost: the disk would not take them`,
      );
    }
    const unread = this.#json?.describeUnread();
    if (unread !== undefined) console.warn(unread);
    const incomplete = losses.length > 0 || result.lostEvents > 0 || unread !== undefined;
    const code =
      exitCodeFor(reason) ||
      (incomplete ? ExitCode.INCOMPLETE : ExitCode.DONE) ||
      (abandoned || result.isTroubled ? ExitCode.FAILED : ExitCode.DONE);
    const isRead = await this.#json?.end({
      durationMs: Math.round(lengthMs),
      messages: tally.messages,
      notes: tally.notes,
      sysexMessages: tally.sysex,
      sysexBytes: tally.sysexBytes,
      takes: result.saved,
      file: result.last?.path ?? null,
      losses,
      stoppedBy: reason,
      exitCode: code,
    });
    if (isRead === false) {
      console.warn('standard output is not read any more: the end of --json is missing');
    }
    return code || (isRead === false ? ExitCode.INCOMPLETE : ExitCode.DONE);
  }
}
