/** A copy of all that an instrument can be asked for: made, put back, and compared with what is there then. */
import {
  type FilledRequest,
  fillRequests,
  storeMessages,
  worthAsking,
} from '../sysex/instruments/request.js';
import type { Instrument, InstrumentTable } from '../sysex/instruments/table.js';
import { DELIVER_LIMITS, deliver } from './deliver.js';
import { type FetchLimits, fetchDump } from './fetch.js';
import { describeMissing, fetchInTurn, nameOf, TRIES } from './fetch-in-turn.js';
import { withRolandFrame } from './handshake.js';
import type { InstrumentLine } from './instrument-line.js';

/** What came as the answer to one request. */
export interface Saved {
  /** Undefined for messages of which nothing is known but that they are to be sent. */
  filled: FilledRequest | undefined;
  messages: Uint8Array[];
  /** Only whole answers can be put back without a doubt. */
  isWhole: boolean;
}

export interface CopyOptions {
  /** As its panel shows it; undefined: as delivered. */
  deviceNumber: number | undefined;
  limits: FetchLimits;
  /** Whether everything is asked for twice and compared. */
  verify?: boolean;
  /** Told of every message, and of what is asked for at that moment. */
  onProgress?: (what: string) => void;
  /** Gets each answer as soon as it is judged. What it throws ends the copy. */
  onSaved?: (saved: Saved) => void;
}

export interface InstrumentCopy {
  saved: Saved[];
  /** What is not there, or not whole, a line each. */
  missing: string[];
  /** How often something was asked for again. */
  repeats: number;
}

/** Whoever saves everything has time. */
export const COPY_LIMITS: FetchLimits = { answerMs: 1500, silenceMs: 500, tries: TRIES };

/** Nothing has ever answered after so many requests: nobody is there. */
const MOST_SILENT = 2;
/** How often what was not taken is sent again. */
const ROUNDS = 3;

/** @throws MidirecError USAGE for a device number that it cannot have; what InstrumentLine.send throws */
export async function copyInstrument(
  line: InstrumentLine,
  instrument: Instrument,
  table: InstrumentTable,
  { deviceNumber, limits, verify = false, onProgress = () => {}, onSaved }: CopyOptions,
): Promise<InstrumentCopy> {
  const copy: InstrumentCopy = { saved: [], missing: [], repeats: 0 };
  let silent = 0;
  for (const { id: what } of worthAsking(instrument)) {
    const wanted = { what, ...(deviceNumber !== undefined && { deviceNumber }) };
    const requests = fillRequests(instrument, wanted);
    let done = 0;
    onProgress(what);
    for await (const turn of fetchInTurn(line, instrument, table, requests, limits)) {
      const { filled, fetched } = turn;
      done++;
      onProgress(requests.length === 1 ? what : `${what} ${done} of ${requests.length}`);
      copy.repeats += fetched === undefined ? 0 : fetched.tries - 1 + fetched.repeats;
      const messages = fetched?.answers.map(({ bytes }) => bytes) ?? [];
      let problem = describeMissing(turn);
      if (verify && problem === undefined && messages.length > 0) {
        const second = await fetchDump(line, turn.asked, limits);
        const again = second.answers.map(({ bytes }) => bytes);
        if (!isSameDump(messages, again))
          problem = `${nameOf(filled)}: another dump the second time`;
      }
      if (problem !== undefined) copy.missing.push(problem);
      const isWhole = problem === undefined && fetched?.outcome === 'complete';
      if (messages.length === 0) continue;
      const saved = { filled, messages, isWhole };
      copy.saved.push(saved);
      onSaved?.(saved);
    }
    if (copy.saved.length === 0) silent++;
    if (line.isStopped || (copy.saved.length === 0 && silent >= MOST_SILENT)) break;
  }
  return copy;
}

/** What became of what was put back. */
export interface Restored {
  filled: FilledRequest | undefined;
  /**
   * `same`: asked for again, it is what was sent. `different`, `missing`: it is not, or did not come.
   * `sent`: it cannot be asked for. `refused`: by the instrument.
   */
  outcome: 'same' | 'different' | 'missing' | 'sent' | 'refused';
  /** Of those that differ: what was sent, and what came. */
  sent: Uint8Array[];
  found: Uint8Array[];
}

/**
 * Sends copies back and asks for them again; what differs is sent once more, twice at most.
 *
 * @throws what InstrumentLine.send throws
 */
export async function restoreCopy(
  line: InstrumentLine,
  instrument: Instrument,
  table: InstrumentTable,
  saved: readonly Saved[],
  limits: FetchLimits,
  onProgress: (what: string) => void = () => {},
): Promise<Restored[]> {
  const restored: Restored[] = [];
  for (const group of byRequest(saved)) {
    let left = group;
    for (let round = 1; left.length > 0 && !line.isStopped; round++) {
      const { sent, isRefused } = await putBack(line, instrument, left, onProgress);
      const refused = isRefused ? sent : undefined;
      // Of what cannot be asked for nothing is known but how far sending came.
      const reached = left.some(({ filled }) => filled !== undefined)
        ? left
        : left.slice(0, isRefused ? sent + 1 : sent);
      const results = await compare(line, instrument, table, reached, limits, onProgress);
      const isOver = round >= ROUNDS || line.isStopped;
      left = [];
      for (const [index, result] of results.entries()) {
        const isGood =
          result.outcome === 'same' || (result.outcome === 'sent' && index !== refused);
        if (isGood || isOver || index === refused) {
          const outcome = !isGood && index === refused ? 'refused' : result.outcome;
          restored.push({ ...result, outcome });
        } else left.push({ filled: result.filled, messages: result.sent, isWhole: true });
      }
    }
  }
  return restored;
}

/** @returns how many are wholly sent; whether the instrument has refused the next one, after which no more is sent */
async function putBack(
  line: InstrumentLine,
  instrument: Instrument,
  saved: readonly Saved[],
  onProgress: (what: string) => void,
): Promise<{ sent: number; isRefused: boolean }> {
  const steps: Uint8Array[][] = [];
  /** Which of `saved` each step belongs to. */
  const owners: number[] = [];
  for (const [index, { filled, messages }] of saved.entries()) {
    for (const message of withRolandFrame(messages, addressLength(instrument))) {
      steps.push(filled === undefined ? [message] : storeMessages(instrument, filled, message));
      owners.push(index);
    }
  }
  const limits = { ...DELIVER_LIMITS, hasHandshake: instrument.handshake !== undefined };
  const id = saved[0]!.filled?.entry.id ?? 'message';
  onProgress(`${id} 0 of ${steps.length}`);
  const { refusal, done } = await deliver(line, steps, limits, (count) =>
    onProgress(`${id} ${count} of ${steps.length}`),
  );
  return { sent: owners[done] ?? saved.length, isRefused: refusal !== undefined };
}

async function compare(
  line: InstrumentLine,
  instrument: Instrument,
  table: InstrumentTable,
  saved: readonly Saved[],
  limits: FetchLimits,
  onProgress: (what: string) => void,
): Promise<Restored[]> {
  const results: Restored[] = [];
  const requests = saved.flatMap(({ filled }) => filled ?? []);
  if (requests.length === 0) {
    return saved.map(({ messages: sent }) => ({
      filled: undefined,
      outcome: 'sent',
      sent,
      found: [],
    }));
  }
  onProgress(`${requests[0]!.entry.id}, comparing`);
  for await (const { filled, fetched } of fetchInTurn(line, instrument, table, requests, limits)) {
    const sent = saved[results.length]!.messages;
    const found = fetched?.answers.map(({ bytes }) => bytes) ?? [];
    const isSame = isSameDump(sent, found);
    const outcome = isSame ? 'same' : found.length === 0 ? 'missing' : 'different';
    results.push({ filled, outcome, sent, found });
  }
  return results;
}

/** Whether two dumps are the same messages; each is once in a dump, in whichever order. */
function isSameDump(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  const textsOf = (messages: readonly Uint8Array[]) => messages.map((bytes) => bytes.join()).sort();
  return String(textsOf(one)) === String(textsOf(other));
}

/**
 * Runs of one request, each place once: of edit buffers in a row each overwrites the one before, and what stands between
 * two of them may be what stores the first.
 */
function byRequest(saved: readonly Saved[]): Saved[][] {
  const groups: Saved[][] = [];
  let places = new Set<string>();
  for (const one of saved) {
    const { filled } = one;
    const last = groups.at(-1);
    const place = filled && nameOf(filled);
    const isSame = last !== undefined && last[0]!.filled?.entry.id === filled?.entry.id;
    if (isSame && (place === undefined || !places.has(place))) last.push(one);
    else {
      groups.push([one]);
      places = new Set();
    }
    if (place !== undefined) places.add(place);
  }
  return groups;
}

/** Bytes of an address: three where nothing says otherwise. */
function addressLength({ memory }: Instrument): number {
  return memory?.pattern.match(/\baa\b/g)?.length ?? 3;
}
