/** One round of a dump: from asking, or listening, until the messages have come. */
import { createHash } from 'node:crypto';
import type { CancelTimer, Clock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { PAUSE_WITHIN_MESSAGE_MS, type SysexUnderWay } from '../capturing/silence.js';
import type { StopReason, StopRequests } from '../process/stop-requests.js';
import type { DumpedMessage } from './dump-sink.js';

const LOOK_AGAIN_MS = 20;

export interface RoundLimits {
  /** Stop after this many messages. */
  count: number | undefined;
  /** How long to wait for the first byte. */
  timeoutMs: number | undefined;
  /** How long a silence ends the dump. */
  idleMs: number | undefined;
}

export class DumpRound {
  readonly #sinceMs: number;
  readonly #limits: RoundLimits;
  readonly #listening: SysexUnderWay;
  /** Of every message, if this round is to be compared with another. */
  readonly #hashes: string[] | undefined;
  #messages = 0;

  constructor(listening: SysexUnderWay, limits: RoundLimits, isCompared: boolean) {
    this.#listening = listening;
    this.#limits = limits;
    this.#hashes = isCompared ? [] : undefined;
    this.#sinceMs = listening.nowMs;
  }

  get messages(): number {
    return this.#messages;
  }

  add({ bytes }: DumpedMessage): void {
    this.#messages++;
    this.#hashes?.push(createHash('sha256').update(bytes).digest('base64'));
  }

  /** Numbers, from 1 on, of the messages that differ between two rounds, missing ones included. */
  differencesFrom(other: DumpRound): number[] {
    const differences: number[] = [];
    for (let index = 0; index < Math.max(this.messages, other.messages); index++) {
      if (this.#hashes?.[index] !== other.#hashes?.[index]) differences.push(index + 1);
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

  #until(
    clock: Clock,
    stop: StopRequests,
    isOver: () => StopReason | undefined,
  ): Promise<StopReason> {
    return new Promise((resolve) => {
      let cancel: CancelTimer = () => {};
      const look = () => {
        const reason = stop.reason ?? isOver();
        if (reason === undefined) cancel = clock.setTimer(LOOK_AGAIN_MS, look);
        else resolve(reason);
      };
      stop.first.then((reason) => {
        cancel();
        resolve(reason);
      });
      look();
    });
  }

  #isOver(): StopReason | undefined {
    const { count, timeoutMs, idleMs } = this.#limits;
    const { nowMs, lastSysexMs } = this.#listening;
    if (count !== undefined && this.messages >= count) return 'count';
    if (lastSysexMs === undefined || lastSysexMs < this.#sinceMs) {
      const isLate = timeoutMs !== undefined && nowMs - this.#sinceMs >= timeoutMs;
      return isLate ? 'timeout' : undefined;
    }
    return idleMs === undefined ? undefined : this.#isSilent();
  }

  #isSilent(): StopReason | undefined {
    const { idleMs = 0 } = this.#limits;
    const { nowMs, lastSysexMs = 0, isInSysex } = this.#listening;
    const silenceMs = isInSysex ? Math.max(idleMs, PAUSE_WITHIN_MESSAGE_MS) : idleMs;
    return nowMs - lastSysexMs >= silenceMs ? 'idle' : undefined;
  }
}

/** What to say when the time of a round is over and nothing has come. */
export function noAnswer(timeoutMs: number, wasAsked: boolean): MidirecError {
  return new MidirecError(
    'NO_ANSWER',
    `${wasAsked ? 'no answer' : 'no sysex'} came within ${timeoutMs / 1000} s`,
    {
      hint: wasAsked
        ? 'is it the right output (--to), is sysex enabled on the synthesizer and its memory protection off, and is the request for its device number?'
        : "is it the right input, and was the dump started on the synthesizer's panel?",
    },
  );
}
