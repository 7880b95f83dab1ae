/** The rounds of a dump, each from asking, or listening, until the messages have come; and what two of them have in common. */
import { createHash, type Hash } from 'node:crypto';
import type { Clock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { sleep } from '../../midi/waiting.js';
import type { SysexUnderWay } from '../capturing/silence.js';
import type { StopReason, StopRequests } from '../process/stop-requests.js';

const LOOK_AGAIN_MS = 20;

/** When a round is over; each limit may be missing. Times are milliseconds. */
export interface RoundLimits {
  /** Stop after this many messages. */
  count?: number;
  /** How long to wait for the first byte. */
  timeout?: number;
  /** How long a silence ends the dump. */
  untilIdle?: number;
  /** Whether this round is to be compared with another. */
  verify?: boolean;
}

export class DumpRound {
  messages = 0;
  readonly #sinceMs: number;
  readonly #limits: RoundLimits;
  readonly #listening: SysexUnderWay;
  /** Of every message, if this round is to be compared with another. */
  readonly #hashes: string[] = [];
  /** Of the long message that is under way from each input. */
  readonly #hashing = new Map<number, Hash>();

  constructor(listening: SysexUnderWay, limits: RoundLimits) {
    this.#listening = listening;
    this.#limits = limits;
    this.#sinceMs = listening.nowMs;
  }

  /** @param goesOn - these are not the last bytes of their message */
  add(bytes: Uint8Array, device = 0, goesOn = false): void {
    if (!goesOn) this.messages++;
    if (!this.#limits.verify) return;
    const hash = (this.#hashing.get(device) ?? createHash('sha256')).update(bytes);
    if (goesOn) {
      this.#hashing.set(device, hash);
      return;
    }
    this.#hashing.delete(device);
    this.#hashes.push(hash.digest('base64'));
  }

  /** Numbers, from 1 on, of the messages that differ between two rounds, missing ones included. */
  differencesFrom(other: DumpRound): number[] {
    const differences: number[] = [];
    for (let index = 0; index < Math.max(this.messages, other.messages); index++) {
      if (this.#hashes[index] !== other.#hashes[index]) differences.push(index + 1);
    }
    return differences;
  }

  /** Resolves when the round is over, or someone asks to stop. */
  wait(clock: Clock, stop: StopRequests): Promise<StopReason> {
    return this.#until(clock, stop, () => this.#isOver());
  }

  /**
   * Resolves when nothing of this round is still on its way, or someone asks to stop: after `count`
   * messages the synthesizer may have more to say, which would be taken for the next round's.
   */
  waitForSilence(clock: Clock, stop: StopRequests): Promise<StopReason> {
    return this.#until(clock, stop, () => this.#isSilent());
  }

  async #until(
    clock: Clock,
    stop: StopRequests,
    isOver: () => StopReason | undefined,
  ): Promise<StopReason> {
    for (;;) {
      const reason = stop.reason ?? isOver();
      if (reason !== undefined) return reason;
      await sleep(clock, LOOK_AGAIN_MS, stop.signal);
    }
  }

  #isOver(): StopReason | undefined {
    const { count, timeout, untilIdle } = this.#limits;
    const { nowMs, lastSysexMs = Number.NEGATIVE_INFINITY } = this.#listening;
    if (count !== undefined && this.messages >= count) return 'count';
    if (this.messages === 0 && lastSysexMs < this.#sinceMs) {
      const isLate = timeout !== undefined && nowMs - this.#sinceMs >= timeout;
      return isLate ? 'timeout' : undefined;
    }
    return untilIdle === undefined ? undefined : this.#isSilent();
  }

  #isSilent(): StopReason | undefined {
    const { untilIdle = 0 } = this.#limits;
    const { nowMs, lastSysexMs = 0, sysexPauseMs } = this.#listening;
    return nowMs - lastSysexMs >= Math.max(untilIdle, sysexPauseMs) ? 'idle' : undefined;
  }
}

/**
 * What to say when the time of a round is over and nothing has come.
 *
 * @param isPanelSaid - what has to be set on the instrument has been said before
 */
export function noAnswer(timeoutMs: number, wasAsked: boolean, isPanelSaid = false): MidirecError {
  const setting = isPanelSaid
    ? 'and is its panel set so'
    : 'is sysex enabled on the synthesizer and its memory protection off, and is the request for its device number';
  return new MidirecError(
    'NO_ANSWER',
    `${wasAsked ? 'no answer' : 'no sysex'} came within ${timeoutMs / 1000} s`,
    {
      hint: wasAsked
        ? `is it the right output (--to), ${setting}?`
        : "is it the right input, and was the dump started on the synthesizer's panel?",
    },
  );
}

/** What a second round is to the first, `--verify`. */
export interface Verification {
  /** `missing`: nothing came the second time. `stopped`: someone asked to stop before it was all there. */
  outcome: 'same' | 'different' | 'missing' | 'stopped';
  /** Numbers, from 1 on, of the messages that differ. */
  differences: number[];
}

const MOST_NUMBERS = 10;

/**
 * Asks again when the first round has gone silent.
 *
 * @param beginRound - from then on messages belong to the round that it returns
 * @param request - true if it has also waited until the answer was there
 */
export async function verifyDump(
  first: DumpRound,
  beginRound: () => DumpRound,
  request: () => Promise<boolean>,
  clock: Clock,
  stop: StopRequests,
): Promise<Verification> {
  await first.waitForSilence(clock, stop);
  if (stop.reason !== undefined) return { outcome: 'stopped', differences: [] };
  const second = beginRound();
  const isOver = await request();
  if (!isOver) await second.wait(clock, stop);
  if (stop.reason !== undefined) return { outcome: 'stopped', differences: [] };
  if (second.messages === 0) return { outcome: 'missing', differences: [] };
  const differences = second.differencesFrom(first);
  return { outcome: differences.length > 0 ? 'different' : 'same', differences };
}

export function describeVerification({ outcome, differences }: Verification): string {
  switch (outcome) {
    case 'same':
      return 'verified: the second dump is the same';
    case 'missing':
      return 'not verified: no second dump came';
    case 'stopped':
      return 'not verified: stopped before the second dump was there';
    case 'different': {
      const more = differences.length > MOST_NUMBERS ? ', …' : '';
      const numbers = differences.slice(0, MOST_NUMBERS).join(', ');
      return `the second dump differs from the first in message ${numbers}${more}`;
    }
  }
}
