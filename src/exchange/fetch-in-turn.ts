/** Asks an instrument for one thing after the other, and for no more of a kind when nothing answers. */
import type { FilledRequest } from '../sysex/instruments/request.js';
import type { Instrument, InstrumentTable } from '../sysex/instruments/table.js';
import { type Asked, askFor } from './asked.js';
import { type Fetched, type FetchLimits, fetchDump } from './fetch.js';
import type { InstrumentLine } from './instrument-line.js';

/** Requests of one kind without any answer after which the others are not asked for. */
const MOST_SILENT = 3;

/** How often something is asked for at most. */
export const TRIES = 3;

export interface Turn {
  filled: FilledRequest;
  asked: Asked;
  /** Undefined if it was not asked for, since those before it had no answer. */
  fetched: Fetched | undefined;
}

/**
 * @param count - messages that answer, in the place of what the table says
 * @throws what InstrumentLine.send throws
 */
export async function* fetchInTurn(
  line: InstrumentLine,
  instrument: Instrument,
  table: Pick<InstrumentTable, 'recognise'>,
  requests: readonly FilledRequest[],
  limits: FetchLimits,
  count?: number,
): AsyncGenerator<Turn> {
  let silent = 0;
  let before: FilledRequest['entry'] | undefined;
  for (const filled of requests) {
    if (line.isStopped) return;
    if (filled.entry !== before) silent = 0;
    before = filled.entry;
    const asIs = askFor(instrument, table, filled);
    const asked = { ...asIs, count: count ?? asIs.count };
    if (silent >= MOST_SILENT) {
      yield { filled, asked, fetched: undefined };
      continue;
    }
    const fetched = await fetchDump(line, asked, limits);
    silent = fetched.outcome === 'silent' ? silent + 1 : 0;
    yield { filled, asked, fetched };
  }
}

/** `program, bank 1, patch 5` */
export function nameOf({ entry, patch, bank }: FilledRequest): string {
  return [
    entry.id,
    ...(bank === undefined ? [] : [`bank ${bank}`]),
    ...(patch === undefined ? [] : [`patch ${patch}`]),
  ].join(', ');
}

/** What is missing of an answer, in words; undefined if nothing is. */
export function describeMissing({ filled, asked, fetched }: Turn): string | undefined {
  const place = nameOf(filled);
  if (fetched === undefined) return `${place}: not asked for, as nothing answered before`;
  const { outcome, answers, broken, strangers, missingBytes, tries } = fetched;
  const asking = `, asked ${tries === 1 ? 'once' : `${tries} times`}`;
  switch (outcome) {
    case 'complete':
    case 'stopped':
      return undefined;
    case 'silent':
      return `${place}: no answer${asking}`;
    case 'refused':
      return `${place}: the instrument refuses it`;
    case 'incomplete': {
      if (answers.length + broken.length === 0) {
        const isEcho = strangers.every((one) => isOneOf(asked.messages, one.bytes));
        const what = isEcho ? 'nothing but the request itself' : 'only what is no answer to it';
        return `${place}: ${what} came${asking}`;
      }
      const wanted = asked.count === undefined ? '' : ` of ${asked.count}`;
      const came =
        missingBytes > 0
          ? `${missingBytes} of ${asked.bytes} bytes did not come whole`
          : `${answers.length}${wanted} came whole`;
      const damaged = broken.length === 0 ? '' : `, ${broken.length} damaged`;
      const others = strangers.length === 0 ? '' : ', and something that was not asked for';
      return `${place}: ${came}${damaged}${others}${asking}`;
    }
  }
}

function isOneOf(messages: readonly Uint8Array[], one: Uint8Array): boolean {
  return messages.some((message) => Buffer.from(message).equals(one));
}
