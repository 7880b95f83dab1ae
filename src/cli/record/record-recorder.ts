/** Which recorder a recording has, and who may ask it to save. */
import { systemClock } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { KeepLast } from '../../takes/keep-last.js';
import type { Recorder, SavedTake } from '../../takes/recorder.js';
import { SingleTake } from '../../takes/single-take.js';
import { SplitTakes } from '../../takes/split-takes.js';
import { checkPattern, DEFAULT_PATTERN } from '../../takes/take-name.js';
import type { TakeTempo } from '../../takes/tempo-source.js';
import { Trigger } from '../../takes/trigger.js';
import { SaveRequests } from '../process/save-requests.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath, formatBytes, formatTime } from '../terminal/figures.js';
import type { RecordSettings } from './record-settings.js';
import { makeTempo } from './record-tempo.js';

export interface OpenedRecorder {
  recorder: Recorder;
  /** What finds out about tempo; it gets all events before anything is filtered out. */
  tempo: TakeTempo;
  /** Begins to listen to those who may ask for a take; returns what ends it. */
  startListening: () => () => void;
}

/**
 * Makes what the events go to. Its file, if it has one from the start, is made now: a path that
 * cannot be written to is found out before any device is opened.
 *
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, USAGE
 */
export function openRecorder(
  settings: RecordSettings,
  console: ConsoleOutput,
  stop: StopRequests,
): OpenedRecorder {
  const { mode, output } = settings;
  const nobodyListens = () => () => {};
  const tempo = makeTempo(settings, console);
  if (mode === 'single') {
    const target = output === '-' ? process.stdout : output;
    const recorder = new SingleTake(target, settings, systemClock, console, tempo);
    return { recorder, tempo, startListening: nobodyListens };
  }
  const pattern = output ?? DEFAULT_PATTERN;
  checkPattern(pattern);
  const common = {
    pattern,
    settings,
    clock: systemClock,
    reporter: console,
    tempo,
    onSaved: ({ path, lengthMs, byteLength }: SavedTake) => {
      const where = path === undefined ? '' : `${displayPath(path)}: `;
      console.say(`${where}${formatTime(lengthMs)}, ${formatBytes(byteLength)}`);
    },
  };
  if (mode === 'split') {
    const recorder = new SplitTakes({ ...common, idleMs: settings.splitIdleMs });
    return { recorder, tempo, startListening: nobodyListens };
  }
  const recorder = new TriggeredKeepLast(
    new KeepLast({ ...common, keepMs: settings.keepMs }),
    settings.triggers.map((rule) => new Trigger(rule)),
  );
  const requests = new SaveRequests(settings.commands, {
    save: (name) => recorder.save(name),
    stop: () => stop.request('command'),
    unknown: (line) => console.warn(`--commands: '${line}' is no command: save [NAME], stop`),
    failed: (reason) => console.warn(`--commands: ${reason}; it is not read any more`),
  });
  return { recorder, tempo, startListening: () => requests.listen() };
}

/** Saves when a trigger is played. */
class TriggeredKeepLast implements Recorder {
  readonly path = undefined;
  readonly #keeper: KeepLast;
  readonly #triggers: Trigger[];

  constructor(keeper: KeepLast, triggers: Trigger[]) {
    this.#keeper = keeper;
    this.#triggers = triggers;
  }

  begin(deviceNames: readonly string[], nowMs: () => number): void {
    this.#keeper.begin(deviceNames, nowMs);
  }

  write(batch: EventBatch): void {
    this.#keeper.write(batch);
    const pulled = this.#triggers.filter((trigger) => trigger.count(batch) > 0);
    if (pulled.length > 0) this.#keeper.save();
  }

  save(name: string | undefined): void {
    this.#keeper.save(name);
  }

  flush(): Promise<void> {
    return this.#keeper.flush();
  }

  finish(endMs: number) {
    return this.#keeper.finish(endMs);
  }

  discard(): void {
    this.#keeper.discard();
  }
}
