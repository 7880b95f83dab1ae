/** `--instrument`: asks for what the table of instruments knows how to ask for, and keeps what comes. */
import { describeMissing, fetchInTurn, TRIES } from '../../exchange/fetch-in-turn.js';
import type { InstrumentLine } from '../../exchange/instrument-line.js';
import {
  type FilledRequest,
  fillRequests,
  panelSettings,
} from '../../sysex/instruments/request.js';
import type { Instrument, InstrumentTable } from '../../sysex/instruments/table.js';
import { requireInstrument } from '../files/known-instruments.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatCounted } from '../terminal/figures.js';
import type { DumpedMessage } from './dumped-message.js';
import type { SysexDumpOptions } from './sysex-dump-options.js';

export interface AskedInstrument {
  instrument: Instrument;
  table: InstrumentTable;
  requests: FilledRequest[];
  /** What to look at on its panel when it does not answer. */
  panel: string[];
}

/** @throws MidirecError USAGE for an instrument that is not known, or has no such request */
export function askInstrument(
  { instrument: name = '', ...wanted }: SysexDumpOptions,
  table: InstrumentTable,
  console: ConsoleOutput,
): AskedInstrument {
  const instrument = requireInstrument(table, name);
  const requests = fillRequests(instrument, wanted);
  const { length } = requests;
  const times = length === 1 ? '' : `, ${formatCounted(length, 'request')} one after the other`;
  console.say(`asking ${instrument.name} for ${requests[0]!.entry.name}${times}`);
  return {
    instrument,
    table,
    requests,
    panel: panelSettings(instrument, requests[0]!.deviceNumber),
  };
}

/** How asking for everything ended. */
export interface AskedFor {
  /** `timeout`: nothing came at all. */
  reason: 'count' | 'idle' | 'timeout';
  strangers: number;
  /** One line for each thing that is missing. */
  problems: string[];
  /** Requests that were sent once more, and messages that were repeated. */
  repeats: number;
}

/** @param keep - gets everything that came, the answers first */
export async function fetchAll(
  line: InstrumentLine,
  { instrument, table, requests }: AskedInstrument,
  { timeout = 10_000, untilIdle = 2000, count }: SysexDumpOptions,
  keep: (message: DumpedMessage) => void,
): Promise<AskedFor> {
  const limits = { answerMs: timeout / TRIES, silenceMs: untilIdle, tries: TRIES };
  const outcome: AskedFor = { reason: 'count', strangers: 0, problems: [], repeats: 0 };
  let kept = 0;
  for await (const turn of fetchInTurn(line, instrument, table, requests, limits, count)) {
    const { answers, broken, strangers, tries, repeats } = turn.fetched ?? NOTHING;
    for (const message of [...answers, ...broken, ...strangers]) {
      keep({ ...message, part: 0, goesOn: false });
    }
    kept += answers.length + broken.length + strangers.length;
    outcome.strangers += strangers.length;
    outcome.repeats += Math.max(0, tries - 1) + repeats;
    const problem = describeMissing(turn);
    if (problem !== undefined) outcome.problems.push(problem);
    if (count !== undefined && kept >= count) break;
  }
  if (outcome.problems.length > 0) outcome.reason = kept > 0 ? 'idle' : 'timeout';
  return outcome;
}

/** What came of what was not asked for. */
const NOTHING = { answers: [], broken: [], strangers: [], tries: 0, repeats: 0 };
