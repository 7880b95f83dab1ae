/**
 * A recording that listens for as long as it runs, and makes a take of everything between two silences.
 *
 * A take begins with the first message after silence. If a note follows within a second, the take
 * starts a short lead-in before that note, and what came before is state at its head: programs,
 * controllers, pitch bend, also from long before, so that it sounds as it was played. It ends when
 * nothing was played for a while, no key and no pedal is held and no long sysex is coming in; a stuck note, or a sysex
 * that never ends, holds it up only for so long. Clock and active sensing are not playing.
 */
import { ChannelState } from '../midi/channel-state.js';
import type { CancelTimer } from '../midi/clock.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { isPlayed, isRelease, LEAD_IN_MS, STUCK_LIMIT_MS, TAIL_MS } from '../midi/playing.js';
import { isNoteOn } from '../midi/status.js';
import type { LongTake } from './long-take.js';
import type { Recorder, RecorderResult } from './recorder.js';
import { TakeSeries, type TakeSeriesOptions } from './take-series.js';

/** How long the first message of a take waits for the first note. */
const WAIT_FOR_NOTE_MS = 1000;
const MOST_WAITING = 4096;
const LOOK_MS = 250;
/** A look that is this late comes out of a stall: what was played meanwhile has to be read first. */
const LATE_LOOK_MS = 500;
/** Before a take its beats are kept this long: its lead-in, and what may still be on its way. */
const TEMPO_BEFORE_MS = 5000;

export interface SplitOptions extends TakeSeriesOptions {
  /** How much silence ends a take, in milliseconds. */
  idleMs: number;
}

interface OpenTake {
  file: LongTake;
  /** On the session's clock. */
  startMs: number;
}

export class SplitTakes implements Recorder {
  readonly #options: SplitOptions;
  readonly #series: TakeSeries;
  readonly #state = new ChannelState();
  /** The state before the first message that waits. */
  #stateBefore = this.#state;
  readonly #held = new HeldKeys();
  /** Messages since the silence, as long as they wait for a first note. */
  readonly #waiting = new EventBatch(64);
  /** Marks since the last take, which the next one begins with. */
  readonly #marks = new EventBatch(4);
  readonly #scratch = new EventBatch();
  #nowMs: () => number = () => 0;
  #take: OpenTake | undefined;
  #isWithoutPlace = false;
  #lastPlayedMs = 0;
  /** Set while there is something to look at. */
  #cancelLook: CancelTimer | undefined;

  constructor(options: SplitOptions) {
    this.#options = options;
    this.#series = new TakeSeries(options);
  }

  get path(): string | undefined {
    return this.#take?.file.path;
  }

  get lostEvents(): number {
    return this.#series.lostEvents + (this.#take?.file.lostEvents ?? 0);
  }

  get isBehind(): boolean {
    return this.#take?.file.isBehind ?? false;
  }

  begin(deviceNames: readonly string[], nowMs: () => number): void {
    this.#series.deviceNames = deviceNames;
    this.#nowMs = nowMs;
  }

  write(batch: EventBatch): void {
    let from = 0;
    for (let row = 0; row < batch.count; row++) {
      const timeMs = batch.timeMs[row]!;
      const isPlaying = isPlayed(batch.kind[row]!, batch.packed[row]!);
      if (this.#take !== undefined && this.#isOver(timeMs)) {
        this.#append(batch, from, row);
        this.#end();
        from = row;
      }
      if (this.#take === undefined) {
        if (batch.kind[row] === EventKind.MARKER) this.#keepMark(batch, row);
        if (isPlaying && !this.#isRemainder(batch, row)) this.#wait(batch, row);
        from = row + 1;
      }
      // A sysex has the time at which it began, and may have come in for minutes since.
      const isShort = batch.kind[row] === EventKind.SHORT;
      if (isPlaying) this.#lastPlayedMs = isShort ? timeMs : Math.max(timeMs, batch.stampMs[row]!);
      this.#follow(batch, row);
    }
    if (this.#take !== undefined) this.#append(batch, from, batch.count);
    this.#lookLater();
  }

  async flush(): Promise<void> {
    await this.#take?.file.flush();
  }

  async finish(endMs: number): Promise<RecorderResult> {
    this.#cancelLook?.();
    if (this.#waiting.count > 0) this.#beginTake();
    if (this.#take !== undefined) this.#end(endMs);
    const { count } = this.#marks;
    const remarks =
      count === 0
        ? []
        : [`${count === 1 ? 'a mark' : `${count} marks`} after the last take left out`];
    return { ...(await this.#series.settle()), remarks };
  }

  discard(): void {
    this.#cancelLook?.();
    this.#take?.file.discard();
    this.#take = undefined;
  }

  /** Whether it only lets go of what belongs to the take before: that begins no take, and the state keeps it. */
  #isRemainder(batch: EventBatch, row: number): boolean {
    const isShort = batch.kind[row] === EventKind.SHORT;
    return isShort && this.#waiting.count === 0 && isRelease(batch.packed[row]!);
  }

  /** A mark has its place among what waits; if nothing does, the next take begins with it. */
  #keepMark(batch: EventBatch, row: number): void {
    const rows = this.#waiting.count > 0 ? this.#waiting : this.#marks;
    rows.addRow(batch, row, batch.timeMs[row]!);
  }

  /** Keeps a message until it is known where the take starts. */
  #wait(batch: EventBatch, row: number): void {
    if (this.#waiting.count === 0) this.#stateBefore = this.#state.clone();
    this.#waiting.addRow(batch, row, batch.timeMs[row]!);
    const isNote = batch.kind[row] === EventKind.SHORT && isNoteOn(batch.packed[row]!);
    // Parts of a long sysex are too large to wait.
    const isPart = batch.kind[row] === EventKind.SYSEX_PART;
    if (isNote || isPart || this.#waiting.count >= MOST_WAITING)
      this.#beginTake(batch.timeMs[row]!);
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
      const { count, timeMs } = waiting;
      const lastTimeMs = timeMs[count - 1]!;
      this.#series.addLost({ count, firstTimeMs: timeMs[0]!, lastTimeMs });
    } else {
      this.#take = { file, startMs };
      this.#append(waiting, 0, waiting.count, this.#stateBefore);
    }
    waiting.clear();
  }

  #open(startMs: number): LongTake | undefined {
    const file = this.#series.open(this.#nowMs() - startMs);
    const isWithoutPlace = 'reason' in file;
    // Said once, not for every note.
    if (isWithoutPlace && !this.#isWithoutPlace) {
      this.#options.reporter.warn(`a take could not be begun: ${file.reason}`);
    }
    this.#isWithoutPlace = isWithoutPlace;
    return isWithoutPlace ? undefined : file;
  }

  /** @param state - put at the head of the take, with the marks that wait */
  #append(batch: EventBatch, from: number, to: number, state?: ChannelState): void {
    if (from >= to || this.#take === undefined) return;
    const { file, startMs } = this.#take;
    const scratch = this.#scratch;
    scratch.clear();
    // What came before the start of the take is put at its head, after the state.
    const add = (rows: EventBatch, row: number) =>
      scratch.addRow(rows, row, Math.max(0, rows.timeMs[row]! - startMs));
    if (state !== undefined) {
      state.addTo(scratch, 0);
      for (let row = 0; row < this.#marks.count; row++) add(this.#marks, row);
      this.#marks.clear();
    }
    for (let row = from; row < to; row++) add(batch, row);
    file.write(scratch);
  }

  #follow(batch: EventBatch, row: number): void {
    if (batch.kind[row] !== EventKind.SHORT) return;
    this.#state.update(batch.device[row]!, batch.packed[row]!);
    this.#held.update(batch.device[row]!, batch.packed[row]!);
  }

  #isOver(timeMs: number): boolean {
    const { idleMs } = this.#options;
    const silenceMs = timeMs - this.#lastPlayedMs;
    if (silenceMs < idleMs) return false;
    const isUnderWay = !this.#held.isSilent || this.#take!.file.inSysex.length > 0;
    return silenceMs >= STUCK_LIMIT_MS || !isUnderWay;
  }

  /** @param stoppedMs - if the recording ends: whoever ends it may hold a key */
  #end(stoppedMs?: number): void {
    const { file, startMs } = this.#take!;
    const { idleMs, reporter } = this.#options;
    this.#take = undefined;
    if (!this.#held.isSilent) {
      if (stoppedMs === undefined) {
        reporter.warn('a key or pedal was held to the end of the take: it may be stuck');
      }
      this.#held.clear();
    }
    const tailMs = Math.min(idleMs, TAIL_MS, (stoppedMs ?? Infinity) - this.#lastPlayedMs);
    this.#series.close(file, startMs, this.#lastPlayedMs - startMs + Math.max(0, tailMs));
  }

  #lookLater(): void {
    const { clock } = this.#options;
    const dueMs = clock.nowMs() + LOOK_MS;
    this.#cancelLook ??= clock.setTimer(LOOK_MS, () => {
      this.#cancelLook = undefined;
      const isLate = clock.nowMs() - dueMs >= LATE_LOOK_MS;
      if (!isLate) this.#look();
      if (isLate || this.#take !== undefined || this.#waiting.count > 0) this.#lookLater();
    });
  }

  #look(): void {
    const nowMs = this.#nowMs();
    const waitsSinceMs = this.#waiting.count > 0 ? this.#waiting.timeMs[0]! : nowMs;
    if (nowMs - waitsSinceMs >= WAIT_FOR_NOTE_MS) this.#beginTake();
    if (this.#take !== undefined && this.#isOver(nowMs)) this.#end();
    // The next take begins with what waits, or later.
    if (this.#take === undefined) this.#options.tempo.forgetBefore(waitsSinceMs - TEMPO_BEFORE_MS);
  }
}
