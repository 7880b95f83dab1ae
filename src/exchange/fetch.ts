/** Asks an instrument until it has answered wholly, a few times at most. */
import type { Asked } from './asked.js';
import { acknowledgementOf, BUSY_MS, complaintAbout, isLastOf, judgeReply } from './handshake.js';
import type { Heard, InstrumentLine } from './instrument-line.js';

export interface FetchLimits {
  /** How long the first byte of an answer may take. */
  answerMs: number;
  /** How much silence ends an answer. */
  silenceMs: number;
  /** How often it is asked without any answer; twice as often if what comes is damaged. */
  tries: number;
}

export interface Fetched {
  /**
   * `incomplete`: something is missing, or damaged. `silent`: nothing came. `refused`: the instrument
   * says that it cannot.
   */
  outcome: 'complete' | 'incomplete' | 'silent' | 'refused' | 'stopped';
  /** What answers, each message once, whichever of the tries brought it. */
  answers: Heard[];
  /** What was damaged in the last of the tries. */
  broken: Heard[];
  /** What belongs to no answer: of another kind, or from another device. */
  strangers: Heard[];
  /** How often it was asked. */
  tries: number;
  /** Messages that were repeated because the one before was damaged. */
  repeats: number;
  /** Bytes of data that were asked for, if there are less. */
  missingBytes: number;
}

/** Of one dump by handshake. */
const MOST_REPEATS = 50;

/** Whoever says more than this to which nobody has asked does so for ever. */
const MOST_STRANGERS = 200;

/**
 * An instrument may answer so late that it is asked again meanwhile. All of its answers are waited for then, so that
 * none is taken for that to another question: most do not say what they answer.
 *
 * @throws what InstrumentLine.send throws
 */
export async function fetchDump(
  line: InstrumentLine,
  asked: Asked,
  limits: FetchLimits,
): Promise<Fetched> {
  const fetching = new Fetching(line, asked, limits);
  let left = limits.tries;
  let mayBeOfOther = line.isUnanswered;
  line.isUnanswered = false;
  let mayBeLate = mayBeOfOther;
  while (left > 0) {
    const outcome = await fetching.ask();
    left -= outcome === 'silent' ? 1 : 0.5;
    const isWorthAnother = outcome === 'silent' || fetching.broken.length > 0;
    if (outcome === 'silent') mayBeLate = true;
    else if (mayBeLate && (await hearLate(line, limits)) && mayBeOfOther) {
      mayBeOfOther = false;
      fetching.forget();
      continue;
    }
    if (line.isStopped) return fetching.result('stopped');
    if (outcome === 'complete' || outcome === 'refused') return fetching.result(outcome);
    // Strangers alone would only come again.
    if (!isWorthAnother && fetching.strangers.length > 0) break;
  }
  const isEmpty = fetching.answers.size + fetching.broken.length + fetching.strangers.length === 0;
  line.isUnanswered = isEmpty;
  return fetching.result(isEmpty ? 'silent' : 'incomplete');
}

/** Lets late answers come, which are as far apart as the questions were. @returns whether any did */
async function hearLate(line: InstrumentLine, { answerMs }: FetchLimits): Promise<boolean> {
  let count = 0;
  while (count < MOST_STRANGERS && (await line.hear(2 * answerMs)) !== undefined) count++;
  return count > 0;
}

class Fetching {
  tries = 0;
  readonly answers = new Map<string, Heard>();
  broken: Heard[] = [];
  strangers: Heard[] = [];
  readonly #line: InstrumentLine;
  readonly #asked: Asked;
  readonly #limits: FetchLimits;
  #repeats = 0;
  /** It goes on only when it is told to, and says when it is over. */
  #isByHandshake = false;
  /** Bytes of data in `answers`. */
  #bytes = 0;

  constructor(line: InstrumentLine, asked: Asked, limits: FetchLimits) {
    this.#line = line;
    this.#asked = asked;
    this.#limits = limits;
  }

  /** Asks once, and listens until the answer is there or silence is. */
  async ask(): Promise<Fetched['outcome']> {
    const { messages, pauseMs, count = Number.POSITIVE_INFINITY } = this.#asked;
    const { answerMs, silenceMs } = this.#limits;
    this.tries++;
    this.broken = [];
    this.strangers = [];
    this.#line.forget();
    for (const [index, message] of messages.entries()) {
      if (index > 0) await this.#line.pause(pauseMs);
      await this.#line.send(message);
    }
    let inOrder = 0;
    let wholeButBroken = 0;
    let busySinceMs: number | undefined;
    const dump: Uint8Array[] = [];
    for (;;) {
      const hasBegun = inOrder + this.broken.length + this.strangers.length > 0;
      const usualMs = hasBegun ? silenceMs : answerMs;
      const heard = await this.#line.hear(busySinceMs === undefined ? usualMs : BUSY_MS);
      if (heard === undefined) return this.#afterSilence(hasBegun);
      const judged = this.#asked.judge(heard);
      const acknowledgement = heard.complete ? acknowledgementOf(heard.bytes) : undefined;
      const reply = judgeReply(heard.bytes);
      busySinceMs = reply === 'wait' ? (busySinceMs ?? heard.timeMs) : undefined;
      if (judged.verdict === 'answer') {
        this.#keep(judged.key ?? `#${inOrder}`, heard, judged.dataLength);
        inOrder++;
        dump.push(heard.bytes);
      } else if (reply === 'refused') {
        return 'refused';
      } else if (busySinceMs !== undefined) {
        if (heard.timeMs - busySinceMs < BUSY_MS) continue;
        return this.#afterSilence(hasBegun);
      } else if (judged.verdict === 'broken') {
        if (await this.#complain(heard)) continue;
        this.broken.push(heard);
        if (heard.complete) wholeButBroken++;
      } else if (acknowledgement !== undefined) {
        dump.push(heard.bytes);
      } else {
        this.strangers.push(heard);
        if (this.strangers.length < MOST_STRANGERS) continue;
        return this.#afterSilence(hasBegun);
      }
      if (acknowledgement !== undefined) {
        this.#isByHandshake = true;
        await this.#line.send(acknowledgement);
      }
      const isLast = dump.length > 0 && isLastOf(dump);
      if (isLast || this.#isWhole) return this.broken.length > 0 ? 'incomplete' : 'complete';
      if (inOrder + wholeButBroken >= count) return this.#isEnough ? 'complete' : 'incomplete';
    }
  }

  /** What has come so far is no answer. */
  forget(): void {
    this.answers.clear();
    this.broken = [];
    this.strangers = [];
    this.#bytes = 0;
  }

  result(outcome: Fetched['outcome']): Fetched {
    const { answers, broken, strangers, tries } = this;
    const missing = this.#isDense ? this.#asked.bytes! - this.#bytes : 0;
    return {
      outcome,
      answers: [...answers.values()],
      broken: outcome === 'complete' ? [] : broken,
      strangers,
      tries,
      repeats: this.#repeats,
      missingBytes: Math.max(0, missing),
    };
  }

  #keep(key: string, heard: Heard, dataLength: number): void {
    if (!this.answers.has(key)) this.#bytes += dataLength;
    this.answers.set(key, heard);
  }

  /** All the bytes that were asked for are there. */
  get #isWhole(): boolean {
    const { bytes } = this.#asked;
    return bytes !== undefined && this.#bytes >= bytes;
  }

  /** A memory without gaps: that less has come than was asked for means that something is missing. */
  get #isDense(): boolean {
    const { bytes } = this.#asked;
    return bytes !== undefined && this.#bytes * 2 >= bytes;
  }

  get #isEnough(): boolean {
    return this.answers.size >= (this.#asked.count ?? 0);
  }

  /** @returns true if the message comes once more */
  async #complain({ bytes }: Heard): Promise<boolean> {
    const complaint = complaintAbout(bytes);
    if (complaint === undefined || this.#repeats >= MOST_REPEATS) return false;
    this.#repeats++;
    await this.#line.send(complaint);
    return true;
  }

  #afterSilence(hasBegun: boolean): Fetched['outcome'] {
    if (!hasBegun) return 'silent';
    if (this.#isByHandshake) return 'incomplete';
    if (this.#asked.count !== undefined) return this.#isEnough ? 'complete' : 'incomplete';
    const isAll = this.answers.size > 0 && this.broken.length === 0;
    return isAll && (!this.#isDense || this.#isWhole) ? 'complete' : 'incomplete';
  }
}
