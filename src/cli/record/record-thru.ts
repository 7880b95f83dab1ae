/** What a recording sends while it runs: what comes in, to another output, clicks, and what plays along. */
import type { CaptureSession, SessionOptions } from '../../capture/session.js';
import type { Clock } from '../../midi/clock.js';
import { reasonOf } from '../../midi/errors.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { Bars } from '../../midi/tempo/bars.js';
import { TempoMap } from '../../midi/tempo/tempo-map.js';
import { microsecondsPerQuarter } from '../../midi/ticks.js';
import { waitAtMost } from '../../midi/waiting.js';
import type { Output } from '../../output/output.js';
import { PatientOutput } from '../../output/patient-output.js';
import { ClickFilter } from '../../playback/click-filter.js';
import { CountIn } from '../../playback/count-in.js';
import { Metronome } from '../../playback/metronome.js';
import { createPreciseWait } from '../../playback/precise-wait.js';
import { FeedbackError, Thru } from '../../playback/thru.js';
import { CLOSE_LIMIT_MS } from '../../winmm/calls/bounded-calls.js';
import type { Backend } from '../backend.js';
import { reportClosing } from '../capturing/capture-setup.js';
import { chooseOutput } from '../capturing/device-choice.js';
import { openOutput, stallText } from '../capturing/sending.js';
import type { Speaker } from '../terminal/console-output.js';
import { formatCounted } from '../terminal/figures.js';
import { type Backing, BackingPlayer } from './record-backing.js';
import { isSingle, type RecordOptions, SAME_CHANNELS } from './record-options.js';

/** From the start of the inputs to the first click: outputs and ears get ready. */
const LEAD_MS = 250;

type SessionTime = Pick<CaptureSession, 'nowMs' | 'zeroMs'>;

export class RecordThru {
  readonly #options: RecordOptions;
  readonly #clock: Clock;
  readonly #console: Speaker;
  /** By device id: a driver opens an output once. */
  readonly #outputs = new Map<number, Output>();
  readonly #clicks = new ClickFilter();
  #session: SessionTime | undefined;
  #thru: Thru | undefined;
  /** By the name of an option: what it sends through. */
  readonly #patient = new Map<string, PatientOutput>();
  #hasFailed = false;
  #bars: Bars | undefined;
  #backing: BackingPlayer | undefined;
  #metronome: Metronome | undefined;
  #countIn: CountIn | undefined;
  /** The take's first beat on the backend's clock. */
  #zeroMs: number | undefined;

  /** @throws MidirecError, as chooseOutput and Output.open */
  static async open(
    options: RecordOptions,
    backend: Backend,
    console: Speaker,
    backing?: Backing,
  ): Promise<RecordThru> {
    const all = new RecordThru(options, backend.clock, console);
    try {
      await all.#open(backend, backing);
    } catch (error) {
      await all.#closeOutputs();
      throw error;
    }
    return all;
  }

  private constructor(options: RecordOptions, clock: Clock, console: Speaker) {
    this.#options = options;
    this.#clock = clock;
    this.#console = console;
  }

  /** What the session has to do for it. */
  get sessionOptions(): Pick<SessionOptions, 'onArrival'> {
    if (this.#outputs.size === 0) return {};
    return {
      onArrival: (batch, from) => {
        this.#clicks.filter(batch, from);
        this.#thru?.passOn(batch, from);
      },
    };
  }

  attach(session: SessionTime): void {
    this.#session = session;
    const isTimed = (this.#metronome ?? this.#backing) !== undefined;
    if (isTimed && isSingle(this.#options)) this.#countIn = new CountIn();
  }

  start(): void {
    if (this.#bars === undefined) return;
    const beats = this.#bars.signature.numerator * (this.#options.countIn ?? 0);
    this.#zeroMs = this.#clock.nowMs() + LEAD_MS - this.#bars.beat(-beats).timeMs;
    this.#backing?.start(this.#zeroMs);
    this.#metronome?.run(this.#zeroMs, -beats).catch((error: unknown) => {
      this.#console.warn(`the metronome has stopped: ${reasonOf(error)}`);
    });
  }

  /** Of the take, if its beats are heard. */
  get bars(): Bars | undefined {
    return this.#countIn === undefined ? undefined : this.#bars;
  }

  /** Milliseconds of the take: they begin with the first beat behind the count-in. */
  get nowMs(): number {
    return this.#session!.nowMs - this.#takeStartMs;
  }

  /** The events that are in the take, on its clock. */
  place(batch: EventBatch): EventBatch {
    return this.#countIn?.place(batch, this.#takeStartMs) ?? batch;
  }

  /** Lets go of what sounds now: for who suspends the process. */
  async silence(): Promise<void> {
    await Promise.all([this.#thru?.silence(), this.#backing?.silence()]);
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
   * Ends it in silence, within a time that no output can stretch, and says what was amiss.
   *
   * @returns true if an output had to be abandoned, or would take nothing any more
   */
  async close(): Promise<boolean> {
    this.#metronome?.stop();
    await this.#release();
    const isAbandoned = await this.#closeOutputs();
    const { droppedNotes } = this.#countIn ?? { droppedNotes: 0 };
    if (droppedNotes > 0) {
      this.#console.warn(
        `${formatCounted(droppedNotes, 'note')} played before the first bar left out: the take begins there`,
      );
    }
    if (this.#clicks.returned > 0) {
      this.#console.tell(`${formatCounted(this.#clicks.returned, 'click')} came back: left out`);
    }
    this.#backing?.report();
    this.#sayThru();
    this.#sayUnsent();
    return isAbandoned || this.#hasFailed || this.#backing?.hasFailed === true;
  }

  /** Lets go of what sounds, in a time that no output can stretch. */
  async #release(): Promise<void> {
    const ends = new Map([
      ['--thru', this.#thru?.close()],
      ['--play', this.#backing?.stop()],
    ]);
    const releases = [...this.#patient].map(async ([option, output]) => {
      const release = async () => {
        await ends.get(option);
        await output.settle();
      };
      const released = await waitAtMost(this.#clock, release(), CLOSE_LIMIT_MS);
      if (released.done) return;
      this.#hasFailed = true;
      this.#console.warn(
        `${option}: ${output.name} took nothing for ${CLOSE_LIMIT_MS / 1000} s: notes may still sound`,
      );
    });
    await Promise.all(releases);
  }

  async #open(backend: Backend, backing: Backing | undefined): Promise<void> {
    const { thru, thruChannel, metronome, playTo } = this.#options;
    if (thru !== undefined) {
      const output = await this.#openOutput(backend, thru === true ? undefined : thru, '--thru');
      this.#thru = new Thru({
        output,
        channelMap: thruChannel ?? SAME_CHANNELS,
        nowMs: () => this.#session!.nowMs,
        onEnd: (why) => {
          this.#hasFailed = true;
          this.#console.warn(`--thru has ended: ${whyOf(why)}`);
        },
      });
    }
    if (metronome !== undefined) {
      const output = await this.#openOutput(backend, metronome.name, '--metronome');
      this.#bars = backing?.known.bars ?? barsOf(this.#options);
      this.#metronome = new Metronome({
        output,
        clock: this.#clock,
        waitUntil: createPreciseWait(this.#clock),
        bars: this.#bars,
        channel: metronome.channel,
        onSend: (packed) => this.#clicks.note(packed, this.#session!.nowMs),
      });
    }
    if (backing !== undefined) {
      const output = await this.#openOutput(backend, playTo, '--play');
      this.#bars = backing.known.bars;
      this.#backing = new BackingPlayer(backing, output, this.#clock, this.#console);
    }
  }

  async #openOutput(
    backend: Backend,
    name: string | undefined,
    option: string,
  ): Promise<PatientOutput> {
    const isPlay = option === '--play';
    const device = chooseOutput(
      backend,
      name,
      option,
      isPlay ? '--play-to: the output to play through' : 'the name of an output',
    );
    const output = this.#outputs.get(device.id) ?? (await openOutput(backend, device));
    this.#outputs.set(device.id, output);
    const patient = new PatientOutput(output, this.#clock, (error) => {
      this.#console.warn(`${option}: ${stallText(error)}`);
    });
    this.#patient.set(option, patient);
    return patient;
  }

  /** The take's zero on the session's clock. */
  get #takeStartMs(): number {
    if (this.#countIn === undefined) return 0;
    if (this.#zeroMs === undefined) return Number.POSITIVE_INFINITY;
    // Whole milliseconds, as drivers' times are.
    return Math.round(this.#zeroMs - (this.#session!.zeroMs ?? 0));
  }

  #sayThru(): void {
    if (this.#thru === undefined) return;
    const { tooLong, delay } = this.#thru;
    if (tooLong > 0) {
      this.#console.warn(
        `${formatCounted(tooLong, 'sysex message')} of more than 1 MiB not passed on: too long to wait for its end`,
      );
    }
    this.#console.tell(
      `passed on ${formatCounted(delay.count, 'message')}, 99 % within ${delay.percentile(99).toFixed(1)} ms`,
    );
  }

  /** Whatever kept it: a stall, a driver that hangs, an output that was too slow. */
  #sayUnsent(): void {
    for (const [option, { name, missed }] of this.#patient) {
      const unsent = missed + (option === '--thru' ? this.#thru!.unsent : 0);
      if (unsent === 0) continue;
      this.#hasFailed = true;
      this.#console.warn(`${option}: ${formatCounted(unsent, 'message')} not sent to ${name}`);
    }
  }

  async #closeOutputs(): Promise<boolean> {
    const closing = [...this.#outputs.values()].map((output) => output.close());
    return reportClosing(await Promise.all(closing), this.#console);
  }
}

function barsOf({ bpm, ppq, timeSignature }: RecordOptions): Bars {
  const map = new TempoMap(ppq, microsecondsPerQuarter(bpm));
  return new Bars(map, ppq, [{ tick: 0, ...timeSignature }]);
}

function whyOf(why: unknown): string {
  if (!(why instanceof FeedbackError)) return reasonOf(why);
  return `${why.message} through an input that is recorded, and would loop forever; the take has what came back`;
}
