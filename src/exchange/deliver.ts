/** Gives an instrument messages one after the other, and repeats what it did not take. */
import { BUSY_MS, casioPause, judgeReply, type ReplyVerdict } from './handshake.js';
import type { Heard, InstrumentLine } from './instrument-line.js';

export interface DeliverLimits {
  /** Whether it replies to what it is sent; what it says is not waited for otherwise. */
  hasHandshake: boolean;
  /** How long a reply may take. */
  replyMs: number;
  /** How often something is sent at most. */
  tries: number;
}

export const DELIVER_LIMITS = { replyMs: 2000, tries: 4 } as const;

/** How often something is sent to which nothing is replied: whether it has arrived is for others to see. */
const MOST_SILENT = 2;

/** What became of what was sent. */
export interface Delivered {
  /** Steps that are done. */
  done: number;
  /** Messages that were sent once more. */
  repeats: number;
  /** Steps to which no reply came, though others had one. */
  unanswered: number;
  /** The reply with which the instrument refused the step `done`. */
  refusal: Uint8Array | undefined;
  /** No reply ever came: the rest was sent without waiting for any. */
  isDeaf: boolean;
}

/**
 * @param steps - what is sent one behind the other, with a reply to the last of each step
 * @param onDone - told of each step that is done
 * @throws what InstrumentLine.send throws
 */
export async function deliver(
  line: InstrumentLine,
  steps: readonly (readonly Uint8Array[])[],
  limits: DeliverLimits,
  onDone: (done: number) => void = () => {},
): Promise<Delivered> {
  const delivered: Delivered = {
    done: 0,
    repeats: 0,
    unanswered: 0,
    refusal: undefined,
    isDeaf: false,
  };
  let hasReplied = false;
  for (const step of steps) {
    if (line.isStopped) return delivered;
    const isAnswered = limits.hasHandshake && !delivered.isDeaf;
    for (let tried = 1; ; tried++) {
      line.forget();
      for (const message of step) await sendInParts(line, message);
      if (!isAnswered) break;
      const reply = await replyOf(line, limits.replyMs);
      if (line.isStopped) return delivered;
      hasReplied ||= reply !== undefined;
      if (reply?.verdict === 'go-on') break;
      if (reply?.verdict === 'refused' || (reply !== undefined && tried >= limits.tries)) {
        return { ...delivered, refusal: reply.bytes };
      }
      if (tried >= (reply === undefined ? MOST_SILENT : limits.tries)) {
        if (hasReplied) delivered.unanswered++;
        else delivered.isDeaf = true;
        break;
      }
      delivered.repeats++;
    }
    delivered.done++;
    onDone(delivered.done);
  }
  return delivered;
}

/** A Casio CZ says that it is ready in the midst of a message. It takes the rest in any case. */
async function sendInParts(line: InstrumentLine, message: Uint8Array): Promise<void> {
  const at = casioPause(message);
  if (at === undefined) {
    await line.send(message);
    return;
  }
  await line.send(message.subarray(0, at));
  await line.hasBegun(DELIVER_LIMITS.replyMs);
  await line.send(message.subarray(at));
}

/**
 * What an instrument replies, which is waited for as long as it says that it is busy: a minute at most, then it has refused.
 *
 * @param replyMs - how long it may take to begin
 * @param onHeard - told of each reply, those included that say "wait"
 * @returns a damaged reply asks for the message once more; undefined if there was none
 */
export async function replyOf(
  line: Pick<InstrumentLine, 'hear'>,
  replyMs: number,
  onHeard: (heard: Heard) => void = () => {},
): Promise<{ verdict: ReplyVerdict; bytes: Uint8Array } | undefined> {
  let busySinceMs: number | undefined;
  let limitMs = replyMs;
  for (;;) {
    const heard = await line.hear(limitMs);
    if (heard === undefined) return undefined;
    onHeard(heard);
    const { bytes, timeMs } = heard;
    const verdict = heard.complete ? judgeReply(bytes) : 'again';
    if (verdict !== 'wait') return { verdict, bytes };
    // However often it says so: its next word comes when it is ready.
    busySinceMs ??= timeMs;
    limitMs = busySinceMs + BUSY_MS - timeMs;
    if (limitMs <= 0) return { verdict: 'refused', bytes };
  }
}
