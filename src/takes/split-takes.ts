/**
 * A recording that listens for as long as it runs, and makes a take of everything between two silences.
 *
 * A take begins with the first message after silence. If a note follows within a second, the take
 * starts a short lead-in before that note, and what came before is state at its head: programs,
 * controllers, pitch bend, also from long before, so that it sounds as it was played. It ends when
 * nothing was played for a while and no key and no pedal is held; a stuck note holds it up only for
 * so long. Clock and active sensing are not playing.
 */
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TakeFile } from '../formats/take-file.js';
import { ChannelState } from '../midi/channel-state.js';
import type { CancelTimer, Clock } from '../midi/clock.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { Sounding } from '../midi/sounding.js';
import { isRealtime, NOTE_ON } from '../midi/status.js';
import type { Recorder, RecorderResult, SavedTake } from './recorder.js';
import { copyShifted } from './shifted-batch.js';
import { openFreeName } from './take-name.js';
import {
  describeTrouble,
  openTakeFile,
  type TakeReporter,
  type TakeSettings,
} from './take-options.js';
import type { TakeTempo } from './tempo-source.js';

/** Silence before the first note of a take. */
export const LEAD_IN_MS = 500;
/** How long the first message of a take waits for the first note. */
const WAIT_FOR_NOTE_MS = 1000;
/** More messages than this do not wait. */
const MOST_WAITING = 4096;
/** How long a key or pedal that nobody lets go of keeps a take open after the last message. */
export const STUCK_LIMIT_MS = 10 * 60_000;
/** What is left of the silence at the end of a take. */
const TAIL_MS = 2000;
const LOOK_MS = 250;

export interface SplitOptions {
  /** File names, with placeholders: see take-name.ts. */
  pattern: string;
  /** How much silence ends a take. */
  idleMs: number;
  /** See STUCK_LIMIT_MS. */
  stuckLimitMs?: number;
  settings: TakeSettings;
  clock: Clock;
  reporter: TakeReporter;
  tempo: TakeTempo;
  /** The wall clock, for names. */
  wallClock?: () => Date;
  /** Called when a take has been saved. */
  onSaved?: (take: SavedTake) => void;
}

interface OpenTake {
  file: TakeFile;
  /** On the session's clock. */
  startMs: number;
}

export class SplitTakes implements Recorder {
  readonly #options: SplitOptions;
  readonly #state = new ChannelState();
  /** The state before the first message that waits. */
  #stateBefore = this.#state;
  readonly #sounding = new Sounding();
  /** Messages since the silence, as long as they wait for a first note. */
  readonly #waiting = new EventBatch(64);
  readonly #scratch = new EventBatch();
  #deviceNames: readonly string[] = [];
  #nowMs: () => number = () => 0;
  #take: OpenTake | undefined;
  #takes = 0;
  /** Whether the last take could be begun nowhere. */
  #isWithoutPlace = false;
  #lastPlayedMs = 0;
  #cancelLook: CancelTimer = () => {};
  #closing: Promise<void> = Promise.resolve();
  readonly #result: RecorderResult = {
    saved: 0,
    last: undefined,
    lostEvents: 0,
    remarks: [],
    problems: [],
    isTroubled: false,
  };

  constructor(options: SplitOptions) {
    this.#options = options;
  }

  get path(): string | undefined {
    return this.#take?.file.path;
  }

  begin(deviceNames: readonly string[], nowMs: () => number): void {
    this.#deviceNames = deviceNames;
    this.#nowMs = nowMs;
    this.#lookAgain();
  }

  write(batch: EventBatch): void {
    let from = 0;
    for (let row = 0; row < batch.count; row++) {
      const timeMs = batch.timeMs[row]!;
      const isPlaying = this.#isPlaying(batch, row);
      if (this.#take !== undefined && this.#isOver(timeMs)) {
        this.#append(batch, from, row);
        this.#end();
        from = row;
      }
      if (this.#take === undefined) {
        if (isPlaying) this.#wait(batch, row);
        from = row + 1;
      }
      if (isPlaying) this.#lastPlayedMs = timeMs;
      this.#follow(batch, row);
    }
    if (this.#take !== undefined) this.#append(batch, from, batch.count);
  }

  async flush(): Promise<void> {
    await this.#take?.file.flush();
  }

  async finish(): Promise<RecorderResult> {
    this.#cancelLook();
    if (this.#waiting.count > 0) this.#beginTake();
    if (this.#take !== undefined) this.#end();
    await this.#closing;
    return this.#result;
  }

  discard(): void {
    this.#cancelLook();
    this.#take?.file.discard();
    this.#take = undefined;
  }

  #isPlaying(batch: EventBatch, row: number): boolean {
    const kind = batch.kind[row];
    if (kind === EventKind.MARKER) return false;
    return kind !== EventKind.SHORT || !isRealtime(batch.packed[row]! & 0xff);
  }

  /** Keeps a message until it is known where the take starts. */
  #wait(batch: EventBatch, row: number): void {
    if (this.#waiting.count === 0) this.#stateBefore = this.#state.clone();
    copyShifted(batch, row, row + 1, 0, this.#waiting);
    const isNote =
      batch.kind[row] === EventKind.SHORT &&
      (batch.packed[row]! & 0xf0) === NOTE_ON &&
      batch.packed[row]! > 0xffff;
    if (isNote || this.#waiting.count >= MOST_WAITING) this.#beginTake(batch.timeMs[row]!);
  }

  /**
   * Opens the file, and writes the state and what was waiting.
   *
   * @param firstNoteMs - undefined if no note has come
   */
  #beginTake(firstNoteMs?: number): void {
    const waiting = this.#waiting;
    const startMs = Math.max(0, (firstNoteMs ?? waiting.timeMs[0]!) - LEAD_IN_MS);
    const file = this.#open(startMs);
    if (file === undefined) {
      this.#result.lostEvents += waiting.count;
    } else {
      const scratch = this.#scratch;
      scratch.clear();
      this.#stateBefore.addTo(scratch, 0);
      // What came before the start of the take is put at its head, after the state.
      copyShifted(waiting, 0, waiting.count, startMs, scratch);
      file.write(scratch);
      this.#take = { file, startMs };
    }
    waiting.clear();
  }

  #open(startMs: number): TakeFile | undefined {
    const { pattern, settings, clock, reporter, wallClock } = this.#options;
    const now = (wallClock ?? (() => new Date()))();
    const date = new Date(now.getTime() - (this.#nowMs() - startMs));
    this.#takes++;
    const openNamed = (names: string) =>
      openFreeName(names, { date, take: this.#takes }, (path) =>
        openTakeFile(path, settings, clock, reporter, this.#deviceNames),
      );
    let reason: string;
    try {
      const file = openNamed(pattern);
      this.#isWithoutPlace = false;
      return file;
    } catch (error) {
      reason = (error as Error).message;
      this.#result.isTroubled = true;
    }
    try {
      const file = openNamed(join(tmpdir(), basename(pattern)));
      reporter.warn(`${reason}; this take goes to ${file.path}`);
      return file;
    } catch {
      // Said once, not for every note.
      if (!this.#isWithoutPlace) reporter.warn(`a take could not be begun: ${reason}`);
      this.#isWithoutPlace = true;
      return undefined;
    }
  }

  #append(batch: EventBatch, from: number, to: number): void {
    if (from >= to || this.#take === undefined) return;
    const scratch = this.#scratch;
    scratch.clear();
    copyShifted(batch, from, to, this.#take.startMs, scratch);
    this.#take.file.write(scratch);
  }

  #follow(batch: EventBatch, row: number): void {
    if (batch.kind[row] !== EventKind.SHORT) return;
    this.#state.update(batch.device[row]!, batch.packed[row]!);
    this.#sounding.update(batch.device[row]!, batch.packed[row]!);
  }

  /** Whether the take under way has ended before `timeMs`. */
  #isOver(timeMs: number): boolean {
    const { idleMs, stuckLimitMs = STUCK_LIMIT_MS } = this.#options;
    const silenceMs = timeMs - this.#lastPlayedMs;
    return silenceMs >= (this.#sounding.isSilent ? idleMs : Math.max(idleMs, stuckLimitMs));
  }

  #end(): void {
    const take = this.#take!;
    const { idleMs, reporter, tempo, onSaved } = this.#options;
    this.#take = undefined;
    if (!this.#sounding.isSilent) {
      reporter.warn('a key or pedal was held to the end of the take: it may be stuck');
      this.#sounding.clear();
    }
    const lengthMs = this.#lastPlayedMs - take.startMs + Math.min(idleMs, TAIL_MS);
    const timing = tempo.timingOf(take.startMs, take.startMs + lengthMs);
    const remark = tempo.describe();
    this.#closing = this.#closing
      .then(() => take.file.close(lengthMs, timing))
      .then((result) => {
        const saved = { path: result.path, lengthMs, byteLength: result.byteLength };
        this.#result.saved++;
        this.#result.last = saved;
        this.#result.lostEvents += result.lost?.count ?? 0;
        this.#result.isTroubled ||= result.trouble !== undefined;
        for (const problem of describeTrouble(result)) reporter.warn(problem);
        onSaved?.(saved);
        if (remark !== undefined) reporter.say(remark);
      })
      .catch((error: Error) => {
        reporter.warn(error.message);
        this.#result.problems = [error.message];
      });
  }

  #lookAgain(): void {
    const { clock } = this.#options;
    this.#cancelLook = clock.setTimer(LOOK_MS, () => {
      const waitsSinceMs = this.#waiting.count > 0 ? this.#waiting.timeMs[0]! : undefined;
      if (waitsSinceMs !== undefined && this.#nowMs() - waitsSinceMs >= WAIT_FOR_NOTE_MS) {
        this.#beginTake();
      }
      if (this.#take !== undefined && this.#isOver(this.#nowMs())) this.#end();
      this.#lookAgain();
    });
  }
}
