/** What becomes of a recording: the recorder that makes takes of it, where their tempo comes from, and who may ask for one. */
import type { KnownTempo } from '../../files/smf/tempo-track.js';
import { systemClock } from '../../midi/clock.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { isChannelMessage } from '../../midi/status.js';
import type { ClockEvent } from '../../midi/tempo/clock-follower.js';
import { KeepLast } from '../../takes/keep-last.js';
import { Marks } from '../../takes/marks.js';
import type { Recorder, SavedTake } from '../../takes/recorder.js';
import { SingleTake } from '../../takes/single-take.js';
import { SplitTakes } from '../../takes/split-takes.js';
import { checkPattern, DEFAULT_PATTERN, pathAmongTakes, patternOf } from '../../takes/take-name.js';
import {
  ClockTempo,
  GuessedTempo,
  TakeTempo,
  TappedTempo,
  type TempoSource,
} from '../../takes/tempo-source.js';
import { ALL_CHANNELS } from '../options/option-values.js';
import { answersTo, CommandFile, type CommandHandlers } from '../process/command-file.js';
import { hearRequests } from '../process/recording-requests.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath, formatBytes, formatCounted, formatTime } from '../terminal/figures.js';
import { readVersion } from '../version.js';
import { isSingle, type RecordOptions } from './record-options.js';
import { ThenCommand } from './record-then.js';

export interface OpenedRecorder {
  recorder: Recorder;
  /** What finds out about tempo; it gets all events before anything is filtered out. */
  tempo: TakeTempo;
  /**
   * Begins to listen to those who may ask for a take; returns what ends it.
   *
   * @param beforeSave - gives the recorder what has come, and the marks that wait, before a take is saved
   */
  startListening: (beforeSave: () => void) => () => void;
  /** Gets all events before the recorder does. */
  marks: Marks;
  /** What is done with each finished take; a single one is told to it by who finishes it. */
  then: ThenCommand | undefined;
}

/**
 * Makes what the events go to. Its file, if it has one from the start, is made now: a path that
 * cannot be written to is found out before any device is opened.
 *
 * @param deviceNames - of the inputs that are to be recorded
 * @param nowMs - the take's clock
 * @param known - tempo and bars, if they are those of another file
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, USAGE
 */
export function openRecorder(
  options: RecordOptions,
  console: ConsoleOutput,
  stop: StopRequests,
  deviceNames: readonly string[],
  nowMs: () => number,
  known?: KnownTempo,
): OpenedRecorder {
  const { splitIdle, keepLast, title } = options;
  const output = nameOf(options.output, console);
  const tempo = new TakeTempo(makeSource(options, console), known);
  const settings = { ...options, overwrite: options.force, known };
  const program = `Program: midirec ${readVersion()}`;
  const about = { device: deviceNames.join(' + '), title, program };
  const common = { settings, clock: systemClock, reporter: console, tempo, about };
  const pattern = output ?? DEFAULT_PATTERN;
  const then =
    options.then === undefined ? undefined : new ThenCommand(options.then, title, console);
  const marks = new Marks(options.mark);
  let kept: KeepLast | undefined;
  let prepare = () => {};
  const save = (name: string | undefined) => {
    const path = name === undefined ? undefined : pathAmongTakes(pattern, name);
    if (name !== undefined && path === undefined) {
      console.warn(`--commands: '${name}' is outside the folder of the takes: not saved`);
    } else {
      prepare();
      kept?.save(path);
    }
  };
  const handlers: CommandHandlers = {
    save: keepLast === undefined ? undefined : save,
    mark: (text) => {
      if (stop.reason !== undefined) {
        console.warn('the recording has ended: no mark is set any more');
        return;
      }
      const timeMs = nowMs();
      console.say(`${marks.add(timeMs, text)} at ${formatTime(timeMs)}`);
    },
    ...answersTo(
      stop,
      console,
      `${keepLast === undefined ? '' : 'save [NAME], '}mark [TEXT], stop`,
    ),
  };
  // Before there is a file: one with commands that cannot be read is an error.
  const commands =
    options.commands === undefined ? undefined : new CommandFile(options.commands, handlers);
  const startListening = (beforeSave: () => void) => {
    prepare = beforeSave;
    const stopHearing = hearRequests(handlers);
    commands?.watch();
    return () => {
      stopHearing();
      commands?.close();
    };
  };
  const opened = { tempo, startListening, marks, then };
  if (isSingle(options)) {
    const target = output === '-' ? process.stdout : output;
    return { recorder: new SingleTake(target, common), ...opened };
  }
  checkPattern(pattern);
  const series = {
    ...common,
    pattern,
    onSaved: (take: SavedTake) => {
      const { path, lengthMs, byteLength, notes } = take;
      const where = path === undefined ? '' : `${displayPath(path)}: `;
      console.say(
        `${where}${formatTime(lengthMs)}, ${formatCounted(notes, 'note')}, ${formatBytes(byteLength)}`,
      );
      then?.run(take);
    },
  };
  if (splitIdle !== undefined) {
    return { recorder: new SplitTakes({ ...series, idleMs: splitIdle }), ...opened };
  }
  kept = new KeepLast({ ...series, keepMs: keepLast!, triggers: options.on });
  return { recorder: kept, ...opened };
}

function nameOf(output: string | undefined, console: ConsoleOutput): string | undefined {
  if (output === undefined || output === '-') return output;
  const { path, isForeign } = patternOf(output);
  if (isForeign) console.warn(`-o ${output}: other programs know takes by the ending .mid`);
  return path;
}

function makeSource(
  { clock, tap, guessTempo, timeSignature: { numerator, denominator } }: RecordOptions,
  console: ConsoleOutput,
): TempoSource | undefined {
  if (clock) {
    const barQuarters = (numerator * 4) / denominator;
    return new ClockTempo((event, timeMs) => tellOf(event, timeMs, console), barQuarters);
  }
  if (tap !== undefined) return new TappedTempo(tap);
  return guessTempo ? new GuessedTempo() : undefined;
}

function tellOf(event: ClockEvent, timeMs: number, console: ConsoleOutput): void {
  const at = formatTime(timeMs);
  if (event === 'lost') console.warn(`MIDI clock has gone at ${at}: the tempo stays what it was`);
  else if (event === 'back') console.say(`MIDI clock is back at ${at}`);
  else console.tell(`MIDI clock: ${event} at ${at}`);
}

/**
 * Removes from `batch`, in place, what is not asked for. Times are never touched: a filtered take keeps its rhythm.
 *
 * @returns how many events
 */
export function filterBatch(batch: EventBatch, { channel: mask, sysex }: RecordOptions): number {
  if (mask === ALL_CHANNELS && sysex) return 0;
  const { kind, packed, count } = batch;
  batch.keepRows(0, (row) => {
    if (kind[row] !== EventKind.SHORT) return sysex || kind[row] === EventKind.MARKER;
    const message = packed[row]!;
    return !isChannelMessage(message & 0xff) || ((mask >>> (message & 0x0f)) & 1) === 1;
  });
  return count - batch.count;
}
