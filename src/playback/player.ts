/** Plays a score through an output: from a place to a place, at a speed, once or again and again. */
import { ChannelState } from '../midi/channel-state.js';
import type { Clock } from '../midi/clock.js';
import { Controller, isBank } from '../midi/controller-names.js';
import { EventBatch } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { isOfParameter } from '../midi/parameter-state.js';
import {
  CABLE_BYTES_PER_MS,
  CONTROL_CHANGE,
  isChannelMessage,
  PROGRAM_CHANGE,
  SYSEX_END,
  SYSEX_START,
  shortMessageLength,
} from '../midi/status.js';
import type { Output } from '../output/output.js';
import { Lateness } from './lateness.js';
import type { WaitUntil } from './precise-wait.js';
import { CATCH_UP_TOGETHER_MS, Schedule } from './schedule.js';
import type { Score, ScoreRow } from './score.js';

export interface PlayerOptions {
  score: Score;
  output: Pick<Output, 'sendShort' | 'sendLong'>;
  clock: Clock;
  waitUntil: WaitUntil;
  /**
   * When `fromMs` is due, on the clock, for who keeps time with the score: what is late is caught up then, unless it
   * is very late. Default: at once.
   */
  startMs?: number;
  /** Ends the playing; the silence at the end is made all the same. */
  signal: AbortSignal;
  /** Position in the score, in milliseconds, to begin at: 0 to the end of the score. */
  fromMs: number;
  /** And to end before: after `fromMs`, at most the end of the score. */
  toMs: number;
  /** Milliseconds of the score in a millisecond, above 0: 2 is twice as fast. */
  speed: number;
  isLoop: boolean;
  /** Bit 0 is channel 1. Messages of other channels are left out. */
  channelMask: number;
}

export class Player {
  /** Counted from 1. */
  round = 1;
  /** Messages and packets sent, those of the silence included. */
  sent = 0;
  /** Without a beginning or an end, and left out therefore. */
  brokenSysex = 0;
  readonly lateness = new Lateness();
  readonly #options: PlayerOptions;
  readonly #held = new HeldKeys();
  /** What was last sent of each kind that is a state: programs, controllers, bends, pressure. */
  readonly #lastSent = new Map<number, number>();
  #schedule: Schedule | undefined;
  #isInsideSysex = false;
  /** Of the place where playing begins. */
  #state: ChannelState | undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  get keys(): number {
    return this.#held.count;
  }

  /** Where in the score it is, in milliseconds. */
  get positionMs(): number {
    const { clock, fromMs, toMs } = this.#options;
    const playedMs = this.#schedule?.positionMs(clock.nowMs()) ?? 0;
    return Math.min(toMs, fromMs + Math.max(0, playedMs));
  }

  /** How often it paused, and for how long in all. */
  get stalls(): { count: number; totalMs: number } {
    return { count: this.#schedule?.stalls ?? 0, totalMs: this.#schedule?.stalledMs ?? 0 };
  }

  /**
   * Plays until the end, or until the signal is aborted. Whatever happens, it ends in silence: what
   * was struck is let go, pedals are up, and pitch bends centred.
   *
   * @throws what the output throws; then silence was tried for
   */
  async run(): Promise<void> {
    const { signal, isLoop, fromMs, toMs, clock, speed, startMs } = this.#options;
    try {
      await this.#sendState();
      this.#schedule =
        startMs === undefined
          ? new Schedule(clock.nowMs(), speed)
          : new Schedule(startMs, speed, CATCH_UP_TOGETHER_MS);
      while (!signal.aborted) {
        await this.#playRound(this.#schedule);
        if (!isLoop || signal.aborted) break;
        await this.#release();
        this.#schedule.advance(toMs - fromMs);
        this.round++;
        await this.#sendState();
      }
    } catch (error) {
      await this.#release().catch(() => {});
      throw error;
    }
    await this.#release();
  }

  /** Lets go of what sounds, in the middle of playing: for when the process is suspended. */
  async silence(): Promise<void> {
    if (!this.#isInsideSysex) await this.#release();
  }

  async #playRound(schedule: Schedule): Promise<void> {
    const { score, fromMs, toMs, signal, waitUntil, clock } = this.#options;
    // What stands at the very end belongs to it: the last note-offs.
    const endMs = toMs < score.endMs ? toMs : Number.POSITIVE_INFINITY;
    for (const [row, next] of inPairs(this.#wholeRows())) {
      if (row.timeMs >= endMs) break;
      if (!this.#isWanted(row)) continue;
      const positionMs = row.timeMs - fromMs;
      await waitUntil(schedule.targetMs(positionMs), signal);
      if (signal.aborted) return;
      this.lateness.add(schedule.send(positionMs, clock.nowMs()));
      if (row.bytes === undefined) {
        await this.#sendShort(row.packed);
        continue;
      }
      await this.#sendSysex(row.bytes);
      if (next === undefined || next.timeMs >= endMs) continue;
      const isNextSysex = next.bytes !== undefined;
      const nextMs = next.timeMs - fromMs;
      schedule.pauseAfterSysex(positionMs, row.bytes.length, nextMs, isNextSysex, clock.nowMs());
    }
    await waitUntil(schedule.targetMs(toMs - fromMs), signal);
  }

  *#wholeRows(): Generator<ScoreRow> {
    const { score, fromMs } = this.#options;
    for (const row of score.rowsFrom(fromMs)) {
      if (!row.isBroken) yield row;
      else if (this.round === 1) this.brokenSysex++;
    }
  }

  /** What was set before the place where playing begins. */
  #readState(): ChannelState {
    const { score, fromMs } = this.#options;
    const state = new ChannelState();
    if (fromMs === 0) return state;
    for (const row of score.rowsFrom(0)) {
      if (row.timeMs >= fromMs) break;
      if (row.bytes === undefined && this.#isWanted(row)) state.update(0, row.packed);
    }
    return state;
  }

  /** Brings the instruments into the state that they are in where playing begins, at the pace of a cable. */
  async #sendState(): Promise<void> {
    const { clock, waitUntil, signal } = this.#options;
    this.#state ??= this.#readState();
    const messages = new EventBatch(16);
    this.#state.addTo(messages, 0);
    let dueMs = clock.nowMs();
    for (let row = 0; row < messages.count; row++) {
      const packed = messages.packed[row]!;
      // Which parameter data entry is meant for depends on what was sent before it.
      const isOnce = isControl(packed) && isOfParameter((packed >>> 8) & 0x7f);
      if (!isOnce && this.#lastSent.get(stateKey(packed)) === packed) continue;
      await waitUntil(dueMs, signal);
      if (signal.aborted) return;
      await this.#sendShort(packed);
      dueMs += shortMessageLength(packed & 0xff) / CABLE_BYTES_PER_MS;
    }
    if (this.round === 1) await waitUntil(dueMs, signal);
  }

  async #release(): Promise<void> {
    if (this.#isInsideSysex) await this.#sendSysex(Uint8Array.of(SYSEX_END));
    for (const message of this.#held.releases(0)) await this.#sendShort(message);
  }

  async #sendShort(packed: number): Promise<void> {
    this.#held.update(0, packed);
    this.#noteState(packed);
    this.sent++;
    await this.#options.output.sendShort(packed);
  }

  async #sendSysex(bytes: Uint8Array): Promise<void> {
    this.#isInsideSysex = bytes.at(-1) !== SYSEX_END && (this.#isInsideSysex || isStart(bytes));
    this.sent++;
    await this.#options.output.sendLong(bytes);
  }

  #noteState(packed: number): void {
    const command = packed & 0xf0;
    if (command < CONTROL_CHANGE || command >= SYSEX_START) return;
    const controller = (packed >>> 8) & 0x7f;
    if (command === CONTROL_CHANGE && controller >= Controller.FIRST_CHANNEL_MODE)
      this.#lastSent.clear();
    this.#lastSent.set(stateKey(packed), packed);
    // A bank counts only when its program is chosen.
    if (command === CONTROL_CHANGE && isBank(controller)) {
      this.#lastSent.delete(PROGRAM_CHANGE | (packed & 0x0f));
    }
  }

  #isWanted({ packed, bytes }: ScoreRow): boolean {
    // Whoever begins in the middle of a sysex has missed it.
    if (bytes !== undefined) return this.#isInsideSysex || isStart(bytes);
    if (!isChannelMessage(packed & 0xff)) return true;
    return ((this.#options.channelMask >>> (packed & 0x0f)) & 1) === 1;
  }
}

/** Each with the one after it. */
function* inPairs<T>(rows: Iterable<T>): Generator<[T, T | undefined]> {
  let last: T | undefined;
  for (const row of rows) {
    if (last !== undefined) yield [last, row];
    last = row;
  }
  if (last !== undefined) yield [last, undefined];
}

function isStart(bytes: Uint8Array): boolean {
  return bytes[0] === SYSEX_START;
}

/** Channel, kind, and which controller: what the next of its kind replaces. */
function stateKey(packed: number): number {
  return isControl(packed) ? packed & 0x7fff : packed & 0xff;
}

function isControl(packed: number): boolean {
  return (packed & 0xf0) === CONTROL_CHANGE;
}
