/** What a recording sends while it runs: what comes in, to another output, and the clicks of a metronome. */
import type { CaptureSession, SessionOptions } from '../../capture/session.js';
import { systemClock } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { microsecondsPerQuarter } from '../../midi/ticks.js';
import type { Output } from '../../output/output.js';
import { ClickFilter } from '../../playback/click-filter.js';
import { clickPattern } from '../../playback/clicks.js';
import { CountIn } from '../../playback/count-in.js';
import { Metronome } from '../../playback/metronome.js';
import { createPreciseWait } from '../../playback/precise-wait.js';
import { FeedbackError, Thru } from '../../playback/thru.js';
import type { Backend } from '../backend.js';
import { reportClosing } from '../capturing/capture-setup.js';
import { chooseOutput, openOutput } from '../capturing/output-choice.js';
import { requestFineTiming } from '../process/fine-timing.js';
import { watchSuspension } from '../process/suspension.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatCounted } from '../terminal/figures.js';
import type { RecordSettings } from './record-settings.js';
import { splitChannel } from './record-thru-settings.js';

/** How often to look whether something has come that is to be passed on. */
const THRU_POLL_MS = 1;
/** From the start of the inputs to the first click: outputs and ears get ready. */
const LEAD_MS = 250;

interface TimedMetronome {
  metronome: Metronome;
  beatMs: number;
  beatsPerBar: number;
}

export class RecordThru {
  readonly #settings: RecordSettings;
  readonly #console: ConsoleOutput;
  /** By device id: a driver opens an output once. */
  readonly #outputs = new Map<number, Output>();
  readonly #clicks = new ClickFilter();
  #session: CaptureSession | undefined;
  #thru: Thru | undefined;
  #metronome: TimedMetronome | undefined;
  #countIn: CountIn | undefined;
  /** The take's first beat on the system's clock. */
  #zeroMs: number | undefined;
  #endFineTiming: () => void = () => {};
  #endWatch: () => void = () => {};

  /** @throws MidirecError, as chooseOutput and Output.open */
  static async open(
    settings: RecordSettings,
    backend: Backend,
    console: ConsoleOutput,
  ): Promise<RecordThru> {
    const all = new RecordThru(settings, console);
    try {
      await all.#open(backend);
    } catch (error) {
      await all.#closeOutputs();
      throw error;
    }
    return all;
  }

  private constructor(settings: RecordSettings, console: ConsoleOutput) {
    this.#settings = settings;
    this.#console = console;
  }

  /** What the session has to do for it. */
  get sessionOptions(): Pick<SessionOptions, 'pollMs' | 'onArrival'> {
    if (this.#outputs.size === 0) return {};
    return {
      ...(this.#thru === undefined ? {} : { pollMs: THRU_POLL_MS }),
      onArrival: (batch, from) => {
        this.#clicks.filter(batch, from);
        this.#thru?.passOn(batch, from);
      },
    };
  }

  /** Call it before the session is started. */
  attach(session: CaptureSession): void {
    this.#session = session;
    const isPlaced = this.#metronome !== undefined && this.#settings.mode === 'single';
    if (isPlaced) this.#countIn = new CountIn();
  }

  /** Call it when the session has been started. */
  start(): void {
    if (this.#metronome === undefined) return;
    const { metronome, beatMs, beatsPerBar } = this.#metronome;
    const beats = beatsPerBar * this.#settings.countInBars;
    this.#zeroMs = systemClock.nowMs() + LEAD_MS + beats * beatMs;
    metronome.run(this.#zeroMs, -beats).catch((error: unknown) => {
      this.#console.warn(`the metronome has stopped: ${textOf(error)}`);
    });
  }

  /** Milliseconds of the take: they begin with the first beat behind the count-in. */
  get nowMs(): number {
    return this.#session!.nowMs - this.#takeStartMs;
  }

  /** The events that are in the take, on its clock. */
  place(batch: EventBatch): EventBatch {
    return this.#countIn?.place(batch, this.#takeStartMs) ?? batch;
  }

  /** Lets go of what an input has let sound that has gone. */
  letGo(device: number): void {
    this.#thru?.silenceDevice(device).catch(() => {});
  }

  /** Call it when all inputs are closed. @returns events that nothing came after, if there are any */
  takeRest(): EventBatch | undefined {
    return this.#countIn?.end();
  }

  /**
   * Ends it in silence, and says what was amiss.
   *
   * @returns true if an output had to be abandoned
   */
  async close(): Promise<boolean> {
    this.#metronome?.metronome.stop();
    await this.#thru?.close();
    const isAbandoned = await this.#closeOutputs();
    const { droppedNotes } = this.#countIn ?? { droppedNotes: 0 };
    if (droppedNotes > 0) {
      this.#console.warn(
        `${formatCounted(droppedNotes, 'note')} played before the first bar not in the take, which begins there`,
      );
    }
    if (this.#clicks.returned > 0) {
      this.#console.tell(`${formatCounted(this.#clicks.returned, 'click')} came back: left out`);
    }
    this.#sayThru();
    return isAbandoned;
  }

  async #open(backend: Backend): Promise<void> {
    const { thru, metronome, bpm, timeSignature } = this.#settings;
    if (thru === undefined && metronome === undefined) return;
    this.#endFineTiming = await requestFineTiming();
    if (thru !== undefined) {
      const output = await this.#openOutput(backend, thru, '--thru');
      this.#thru = new Thru({
        output,
        channelMap: this.#settings.channelMap,
        nowMs: () => this.#session!.nowMs,
        onEnd: (why) => this.#console.warn(`--thru has ended: ${whyOf(why)}`),
      });
      this.#endWatch = watchSuspension({ beforeSuspend: () => this.#thru?.silence() });
    }
    if (metronome !== undefined) {
      const { name, channel } = splitChannel(metronome);
      const output = await this.#openOutput(backend, name, '--metronome');
      const pattern = clickPattern(microsecondsPerQuarter(bpm), timeSignature, channel);
      this.#metronome = {
        beatMs: pattern.beatMs,
        beatsPerBar: pattern.beatsPerBar,
        metronome: new Metronome({
          output,
          clock: systemClock,
          waitUntil: createPreciseWait(systemClock),
          pattern,
          onSend: (packed) => this.#clicks.note(packed, this.#session!.nowMs),
        }),
      };
    }
  }

  async #openOutput(backend: Backend, name: string, option: string): Promise<Output> {
    const device = chooseOutput(backend, name, option);
    const opened = this.#outputs.get(device.id);
    if (opened !== undefined) return opened;
    const output = await openOutput(backend, device);
    this.#outputs.set(device.id, output);
    return output;
  }

  /** The take's zero on the session's clock. */
  get #takeStartMs(): number {
    if (this.#countIn === undefined) return 0;
    if (this.#zeroMs === undefined) return Number.POSITIVE_INFINITY;
    // Whole milliseconds, as drivers' times are.
    return Math.round(this.#zeroMs - (systemClock.nowMs() - this.#session!.nowMs));
  }

  #sayThru(): void {
    if (this.#thru === undefined) return;
    const { dropped, delay } = this.#thru;
    if (dropped > 0) {
      this.#console.warn(
        `${formatCounted(dropped, 'message')} not passed on: the output was too slow`,
      );
    }
    this.#console.tell(
      `passed on ${formatCounted(delay.count, 'message')}, 99 % within ${delay.percentile(99).toFixed(1)} ms`,
    );
  }

  async #closeOutputs(): Promise<boolean> {
    this.#endWatch();
    this.#endFineTiming();
    const closing = [...this.#outputs.values()].map((output) => output.close());
    return reportClosing(await Promise.all(closing), this.#console);
  }
}

function whyOf(why: unknown): string {
  if (!(why instanceof FeedbackError)) return textOf(why);
  return `${why.message} through an input that is recorded, and would go round for ever`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
