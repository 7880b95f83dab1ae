/**
 * The demo keyboard: an input at which somebody plays a short piece, again and again after a pause, from
 * midiInStart to midiInStop, in real time.
 *
 * Every event carries the time at which it was due, not the time at which a timer got round to
 * it: a driver stamps in the interrupt, however late its client wakes up. The times are
 * counted from the start, so nothing drifts.
 */
import type { CancelTimer, Clock } from '../../midi/clock.js';
import { MOD_MIDIPORT } from '../../winmm/constants.js';
import type { KernelPort } from '../kernel-port.js';
import { CodeInput } from './code-input.js';
import { DEMO_PIECE, DEMO_ROUND_MS } from './demo-piece.js';

/** After a gap of this length (the machine slept) the piece goes on where it stopped, rather than all at once. */
const LONGEST_STALL_MS = 5_000;

export function createDemoKeyboard(clock: Clock): KernelPort {
  return {
    name: 'Demo keyboard',
    wPid: 1,
    wTechnology: MOD_MIDIPORT,
    input: new DemoPlayer(clock),
  };
}

class DemoPlayer extends CodeInput {
  readonly #clock: Clock;
  #cancelTimer: CancelTimer | undefined;
  /** When the present round of the piece began. */
  #roundMs = 0;
  #nextEvent = 0;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override start(): void {
    super.start();
    this.#roundMs = this.#clock.nowMs();
    this.#nextEvent = 0;
    this.#waitForNext();
  }

  override stop(): void {
    super.stop();
    this.#cancelTimer?.();
  }

  get #nextDueMs(): number {
    return this.#roundMs + DEMO_PIECE[this.#nextEvent]!.timeMs;
  }

  #waitForNext(): void {
    const delayMs = this.#nextDueMs - this.#clock.nowMs();
    this.#cancelTimer = this.#clock.setTimer(Math.max(0, delayMs), () => this.#play());
  }

  #play(): void {
    const nowMs = this.#clock.nowMs();
    const lateMs = nowMs - this.#nextDueMs;
    if (lateMs > LONGEST_STALL_MS) this.#roundMs += lateMs;
    for (let dueMs = this.#nextDueMs; dueMs <= nowMs; dueMs = this.#nextDueMs) {
      this.deliver(DEMO_PIECE[this.#nextEvent]!.bytes, dueMs);
      this.#nextEvent++;
      if (this.#nextEvent === DEMO_PIECE.length) {
        this.#nextEvent = 0;
        this.#roundMs += DEMO_ROUND_MS;
      }
    }
    this.#waitForNext();
  }
}
