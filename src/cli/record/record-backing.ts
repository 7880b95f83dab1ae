/** What plays along with a recording: a file through an output, from the take's zero on. */
import type { SmfContent } from '../../files/smf/smf-content.js';
import { type KnownTempo, tempoOf } from '../../files/smf/tempo-track.js';
import type { Clock } from '../../midi/clock.js';
import { reasonOf, usage } from '../../midi/errors.js';
import { MAX_PPQ } from '../../midi/ticks.js';
import type { PatientOutput } from '../../output/patient-output.js';
import { Player } from '../../playback/player.js';
import { createPreciseWait } from '../../playback/precise-wait.js';
import { readScore } from '../../playback/score.js';
import { patternOf } from '../../takes/take-name.js';
import { refuseOriginals, requireCommonTime } from '../files/edited-files.js';
import { ofOption, readSmfSource } from '../files/source-files.js';
import { ALL_CHANNELS } from '../options/option-values.js';
import type { ConsoleOutput, Speaker } from '../terminal/console-output.js';
import { formatCounted, formatTime, formatTimes } from '../terminal/figures.js';
import type { RecordOptions } from './record-options.js';

export interface Backing {
  readonly name: string;
  readonly smf: SmfContent;
  /** Of the file, in ticks that the take can have. */
  readonly known: KnownTempo;
  readonly ppq: number;
}

/**
 * Reads the file of `--play`.
 *
 * @returns undefined without that option
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE, USAGE for a file that has no bars, or would be written to
 */
export async function readBacking(
  { play, ppq, output }: RecordOptions,
  console: ConsoleOutput,
): Promise<Backing | undefined> {
  if (play === undefined) return undefined;
  const { name, smf } = await readSmfSource(play, console).catch((error: unknown) => {
    throw ofOption('--play', error);
  });
  if (output !== undefined) refuseOriginals(patternOf(output).path, [play]);
  requireCommonTime(smf, name);
  if (smf.smpte !== undefined) {
    throw usage(
      `--play: ${name} counts time in frames, and has no bars`,
      'midirec convert --bpm 120 gives it some',
    );
  }
  // Of the resolutions that have all of its ticks, the first that is fine enough.
  const scale = Math.min(Math.ceil(ppq / smf.ppq), Math.floor(MAX_PPQ / smf.ppq));
  const fine = smf.ppq * scale;
  return { name, smf, known: tempoOf(smf, fine), ppq: fine };
}

/** The options with the tempo and the bars of what plays along. */
export function withBacking(options: RecordOptions, backing: Backing | undefined): RecordOptions {
  if (backing === undefined) return options;
  const { map, bars } = backing.known;
  const bpm = 60_000_000 / map.steps[0]!.microseconds;
  return { ...options, ppq: backing.ppq, bpm, timeSignature: bars.signature };
}

export class BackingPlayer {
  /** Whether the output would take nothing any more. */
  hasFailed = false;
  readonly #backing: Backing;
  readonly #console: Speaker;
  readonly #stopping = new AbortController();
  readonly #makePlayer: (startMs: number) => Player;
  #player: Player | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(backing: Backing, output: PatientOutput, clock: Clock, console: Speaker) {
    const score = readScore(backing.smf);
    this.#backing = backing;
    this.#console = console;
    this.#makePlayer = (startMs) =>
      new Player({
        score,
        output,
        clock,
        waitUntil: createPreciseWait(clock),
        startMs,
        signal: this.#stopping.signal,
        fromMs: 0,
        toMs: score.endMs,
        speed: 1,
        isLoop: false,
        channelMask: ALL_CHANNELS,
      });
  }

  /** @param startMs - the take's zero on the clock */
  start(startMs: number): void {
    this.#player = this.#makePlayer(startMs);
    this.#running = this.#player.run().then(
      () => {
        if (this.#stopping.signal.aborted) return;
        this.#console.say(`${this.#backing.name} is over; still recording`);
      },
      (error: unknown) => {
        this.hasFailed = true;
        this.#console.warn(`${this.#backing.name} has stopped: ${reasonOf(error)}`);
      },
    );
  }

  /** Lets go of what sounds now: for who suspends the process. */
  async silence(): Promise<void> {
    await this.#player?.silence();
  }

  /** Ends it. Resolves when all that it has let sound is let go. */
  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#running;
  }

  /** Says what was amiss. */
  report(): void {
    const { brokenSysex, stalls, lateness } = this.#player ?? {};
    if (brokenSysex !== undefined && brokenSysex > 0) {
      const broken = formatCounted(brokenSysex, 'sysex', 'sysex');
      this.#console.warn(`${this.#backing.name}: ${broken} without an end: not played`);
    }
    if (stalls !== undefined && stalls.count > 0) {
      this.#console.warn(
        `${this.#backing.name} paused ${formatTimes(stalls.count)}, ${formatTime(stalls.totalMs, 2)} in all: from there on it was heard that much later than its bars in the take`,
      );
    }
    if (lateness !== undefined && lateness.count > 0) {
      this.#console.tell(
        `99 % of ${this.#backing.name} went out within ${lateness.percentile(99).toFixed(2)} ms of their time`,
      );
    }
  }
}
