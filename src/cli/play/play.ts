/** `midirec play`: a Standard MIDI File through an output, and silence at the end. */
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import type { Output } from '../../output/output.js';
import { Player } from '../../playback/player.js';
import { createPreciseWait } from '../../playback/precise-wait.js';
import { readScore, type Score } from '../../playback/score.js';
import { reportClosing } from '../capturing/capture-setup.js';
import { chooseOutput, hintAtFifo, openOutput } from '../capturing/output-choice.js';
import type { CommandContext } from '../command.js';
import { ExitCode, usage } from '../exit-codes.js';
import { readSmfSource } from '../files/source-files.js';
import { requestFineTiming } from '../process/fine-timing.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import { watchSuspension } from '../process/suspension.js';
import { fitColumns } from '../terminal/columns.js';
import { formatCounted, formatTime } from '../terminal/figures.js';
import { LiveLine } from '../terminal/live-line.js';
import type { PlayOptions } from './play-options.js';
import { type PlaySettings, readPlaySettings } from './play-settings.js';

/** What is repeated faster than this is no music, but a flood that no instrument bears. */
const SHORTEST_ROUND_MS = 50;

export async function play(
  file: string,
  options: PlayOptions,
  context: CommandContext,
): Promise<number> {
  const settings = readPlaySettings(options);
  const { console } = context;
  const { name, smf } = await readSmfSource(file, console);
  const score = readScore(smf);
  checkPlaces(settings, score, name);
  if (score.brokenSysex > 0) {
    console.warn(
      `${formatCounted(score.brokenSysex, 'sysex', 'sysex')} without an end: not played`,
    );
  }
  const backend = await context.createBackend();
  const device = chooseOutput(backend, settings.device, 'play');
  const stop = new StopRequests();
  stop.listen();
  const endFineTiming = await requestFineTiming();
  try {
    const output = await openOutput(backend, device);
    return await new Performance(settings, score, name, output, context, stop).run();
  } catch (error) {
    throw hintAtFifo(error, backend, device.name);
  } finally {
    endFineTiming();
    stop.close();
  }
}

function checkPlaces(settings: PlaySettings, { endMs, events }: Score, name: string): void {
  const { fromMs, toMs = endMs, speed, isLoop } = settings;
  if (events.count === 0) {
    throw new MidirecError('BAD_FILE', `${name} has nothing in it that could be played`, {
      hint: 'midirec show tells what there is',
    });
  }
  if (fromMs >= endMs && fromMs > 0) {
    throw usage(`--from: ${name} is over after ${formatTime(endMs)}`, 'give an earlier place');
  }
  const roundMs = (Math.min(toMs, endMs) - fromMs) / speed;
  if (isLoop && roundMs < SHORTEST_ROUND_MS) {
    throw usage(
      `--loop: ${roundMs.toFixed(0)} ms are too short for a round`,
      `a round lasts ${SHORTEST_ROUND_MS} ms or more`,
    );
  }
}

/** One file on its way to one output. */
class Performance {
  readonly #name: string;
  readonly #output: Output;
  readonly #context: CommandContext;
  readonly #stop: StopRequests;
  readonly #player: Player;
  readonly #isLoop: boolean;
  readonly #toMs: number;
  readonly #stopping = new AbortController();

  constructor(
    settings: PlaySettings,
    score: Score,
    name: string,
    output: Output,
    context: CommandContext,
    stop: StopRequests,
  ) {
    this.#name = name;
    this.#output = output;
    this.#context = context;
    this.#stop = stop;
    this.#isLoop = settings.isLoop;
    this.#toMs = Math.min(settings.toMs ?? score.endMs, score.endMs);
    this.#player = new Player({
      score,
      output,
      clock: systemClock,
      waitUntil: createPreciseWait(systemClock),
      signal: this.#stopping.signal,
      ...settings,
      toMs: this.#toMs,
    });
  }

  /**
   * Plays, makes silence, closes the output and says what was played.
   *
   * @returns the exit code
   * @throws MidirecError
   */
  async run(): Promise<number> {
    const { console } = this.#context;
    console.say(`playing ${this.#name} through ${this.#output.name}`);
    this.#stop.first.then(() => this.#stopping.abort());
    const live = await LiveLine.start(console, (columns) => fitColumns(this.#describe(), columns));
    const endWatch = watchSuspension({ beforeSuspend: () => this.#player.silence() });
    const beganMs = systemClock.nowMs();
    let failure: unknown;
    try {
      await Promise.race([this.#player.run(), this.#secondInterrupt()]);
    } catch (error) {
      failure = error;
    }
    const elapsedMs = systemClock.nowMs() - beganMs;
    endWatch();
    live?.stop();
    const report = await this.#output.close();
    const abandoned = reportClosing([report], console);
    if (failure !== undefined) throw failure;
    this.#summarise(elapsedMs);
    const { reason } = this.#stop;
    return (reason && exitCodeFor(reason)) || (abandoned ? ExitCode.FAILED : ExitCode.DONE);
  }

  #describe(): string {
    const { positionMs, keys, round } = this.#player;
    const parts = [`${formatTime(positionMs, 0)} of ${formatTime(this.#toMs, 0)}`, `${keys} held`];
    if (this.#isLoop) parts.push(`round ${round}`);
    return parts.join('  ');
  }

  #summarise(elapsedMs: number): void {
    const { console } = this.#context;
    const { sent, round, lateness, stalls, positionMs } = this.#player;
    const what = `${formatCounted(sent, 'message')} in ${formatTime(elapsedMs)}`;
    const rounds = this.#isLoop ? `, ${formatCounted(round, 'round')}` : '';
    if (this.#stop.reason === undefined) console.say(`played ${what}${rounds}`);
    else console.say(`stopped at ${formatTime(positionMs)}: ${what}${rounds}`);
    if (stalls.count > 0) {
      console.warn(
        `stood still ${formatCounted(stalls.count, 'time')}, ${formatTime(stalls.totalMs)} in all: the machine or the driver was busy`,
      );
    }
    console.tell(
      `99 % of the messages went out within ${lateness.percentile(99).toFixed(2)} ms of their time, the latest after ${lateness.worstMs.toFixed(1)} ms`,
    );
  }

  /**
   * Resolves at a second Ctrl-C: then a sysex that an old instrument takes its time for is broken
   * off. A third one ends the process at once.
   */
  #secondInterrupt(): Promise<void> {
    return new Promise((resolve) => {
      this.#stop.onSecondInterrupt = () => {
        this.#stop.onSecondInterrupt = undefined;
        resolve();
      };
    });
  }
}
