/** `midirec play`: a Standard MIDI File through an output, and silence at the end. */
import { systemClock } from '../../midi/clock.js';
import { MidirecError, usage } from '../../midi/errors.js';
import type { Output } from '../../output/output.js';
import { PatientOutput } from '../../output/patient-output.js';
import { Player } from '../../playback/player.js';
import { createPreciseWait } from '../../playback/precise-wait.js';
import { readScore, type Score, type ScoreRow } from '../../playback/score.js';
import { chooseOutput } from '../capturing/device-choice.js';
import { hintAtFifo, openOutput, stallText, transmit, untilHeard } from '../capturing/sending.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { readSmfSource } from '../files/source-files.js';
import { ALL_CHANNELS } from '../options/option-values.js';
import { requestFineTiming } from '../process/fine-timing.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import { watchSuspension } from '../process/suspension.js';
import { formatCounted, formatTime, formatTimes } from '../terminal/figures.js';
import type { PlayOptions } from './play-options.js';

/** What is repeated faster than this is no music, but a flood that no instrument bears. */
const SHORTEST_ROUND_MS = 50;

export async function play(
  file: string,
  options: PlayOptions,
  context: CommandContext,
): Promise<number> {
  const { console } = context;
  const { name, smf } = await readSmfSource(file, console);
  const score = readScore(smf);
  checkRange(options, score, name);
  const backend = await context.createBackend();
  const device = chooseOutput(backend, options.device, 'play');
  const stop = new StopRequests();
  stop.listen();
  const endFineTiming = await requestFineTiming();
  try {
    const output = await openOutput(backend, device);
    await untilHeard(backend, device, stop, console);
    console.say(`playing ${name} through ${output.name}`);
    const code = await perform(options, score, output, context, stop);
    return code === ExitCode.DONE && smf.damages.length > 0 ? ExitCode.INCOMPLETE : code;
  } catch (error) {
    throw hintAtFifo(error, backend, device.name);
  } finally {
    endFineTiming();
    stop.close();
  }
}

function checkRange(options: PlayOptions, { endMs, rowsFrom }: Score, name: string): void {
  const { from = 0, to = endMs, speed, loop } = options;
  if (!hasSound(rowsFrom(0))) {
    throw new MidirecError('BAD_FILE', `${name} has nothing in it that could be played`, {
      hint: 'midirec show tells what there is',
    });
  }
  if (options.to !== undefined && to <= from) {
    throw usage('--to must be later than --from', 'give a later position');
  }
  if (from >= endMs && from > 0) {
    throw usage(`--from: ${name} is over after ${formatTime(endMs)}`, 'give an earlier position');
  }
  const roundMs = (Math.min(to, endMs) - from) / speed;
  if (loop && roundMs < SHORTEST_ROUND_MS) {
    throw usage(
      `--loop: ${roundMs.toFixed(0)} ms are too short for a round`,
      `a round lasts ${SHORTEST_ROUND_MS} ms or more`,
    );
  }
}

function hasSound(rows: Iterable<ScoreRow>): boolean {
  for (const { isBroken } of rows) if (!isBroken) return true;
  return false;
}

/**
 * Plays, makes silence, closes the output and says what was played.
 *
 * @returns the exit code
 * @throws MidirecError
 */
async function perform(
  options: PlayOptions,
  score: Score,
  output: Output,
  context: CommandContext,
  stop: StopRequests,
): Promise<number> {
  const { console } = context;
  const toMs = Math.min(options.to ?? score.endMs, score.endMs);
  const patient = new PatientOutput(output, systemClock, (error) => console.warn(stallText(error)));
  const player = new Player({
    score,
    output: patient,
    clock: systemClock,
    waitUntil: createPreciseWait(systemClock),
    signal: stop.signal,
    fromMs: options.from ?? 0,
    toMs,
    speed: options.speed,
    isLoop: options.loop ?? false,
    channelMask: ALL_CHANNELS & ~(options.mute ?? 0),
  });
  const describe = () => {
    const { positionMs, keys, round } = player;
    const parts = [`${formatTime(positionMs, 0)} of ${formatTime(toMs, 0)}`, `${keys} held`];
    if (options.loop) parts.push(`round ${round}`);
    return parts.join('  ');
  };
  const endWatch = watchSuspension({ beforeSuspend: () => player.silence() });
  const run = () => player.run().finally(() => patient.settle());
  const transmission = { run, describe };
  const { elapsedMs, failure, isAbandoned } = await transmit(output, transmission, stop, console);
  endWatch();
  if (player.brokenSysex > 0) {
    const broken = formatCounted(player.brokenSysex, 'sysex', 'sysex');
    console.warn(`${broken} without an end: not played`);
  }
  if (patient.missed > 0) console.warn(`${formatCounted(patient.missed, 'message')} not sent`);
  if (failure !== undefined) throw failure;
  summarise(player, elapsedMs, options, context, stop);
  const isIncomplete = patient.missed + player.brokenSysex > 0;
  return exitCodeFor(stop.reason, { hasFailed: isAbandoned, isIncomplete });
}

function summarise(
  { sent, round, lateness, stalls, positionMs }: Player,
  elapsedMs: number,
  { loop }: PlayOptions,
  { console }: CommandContext,
  stop: StopRequests,
): void {
  const what = `${formatCounted(sent, 'message')} in ${formatTime(elapsedMs)}`;
  const rounds = loop ? `, ${formatCounted(round, 'round')}` : '';
  if (stop.reason === undefined) console.say(`played ${what}${rounds}`);
  else console.say(`stopped at ${formatTime(positionMs)}: ${what}${rounds}`);
  if (stalls.count > 0) {
    console.warn(
      `paused ${formatTimes(stalls.count)}, ${formatTime(stalls.totalMs, 2)} in all: the machine or the driver was busy`,
    );
  }
  console.tell(
    `99 % of the messages went out within ${lateness.percentile(99).toFixed(2)} ms of their time, the latest after ${lateness.worstMs.toFixed(1)} ms`,
  );
}
