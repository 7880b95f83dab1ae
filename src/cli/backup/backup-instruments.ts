/** Who is there: instruments that answer an identity request, and those that the user names. */

import { identityReplies } from '../../exchange/identity-inquiry.js';
import { usage } from '../../midi/errors.js';
import type { Pace } from '../../output/pacing.js';
import { identify } from '../../sysex/instruments/identity.js';
import { requireRequests } from '../../sysex/instruments/request.js';
import type { Instrument } from '../../sysex/instruments/table.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import type { Backend } from '../backend.js';
import { chooseOutputs, fifoLeadsOneWay, findReplyInput } from '../capturing/device-choice.js';
import {
  type Conversation,
  type OpenLine,
  openLine,
  type Way,
} from '../capturing/instrument-line.js';
import { meaningOf } from '../capturing/message-text.js';
import { requireInstrument } from '../files/known-instruments.js';
import type { BackupOptions } from './backup-options.js';

/** How long an instrument may take to say who it is. */
const IDENTITY_MS = 700;

export interface Found {
  instrument: Instrument;
  /** As its panel shows it. */
  deviceNumber: number | undefined;
  way: Way;
}

export interface Search {
  found: Found[];
  /** Who is there but is not known, and where nobody is, a line each. */
  notSaved: string[];
}

/**
 * The ways on which to look.
 *
 * @throws MidirecError UNKNOWN_DEVICE, AMBIGUOUS_DEVICE, NO_DEVICE; USAGE if none has an input
 */
export function chooseWays(backend: Backend, named: readonly string[]): Way[] {
  const outputs = chooseOutputs(backend, named);
  const ways = outputs.flatMap((output) => {
    const input = findReplyInput(backend, output.name);
    return input === undefined ? [] : [{ output, input }];
  });
  if (ways.length > 0) return ways;
  const names = outputs.map(({ name }) => name).join(', ');
  if (outputs.every(({ name }) => backend.isFifo(name))) throw fifoLeadsOneWay(names);
  throw usage(
    `no input is called like ${names}: answers would come in nowhere`,
    'midirec list shows inputs and outputs; midirec sysex-dump --to asks through any two',
  );
}

/** Those that the user names, each at the output that is named with it, or at the only one. */
export function namedInstruments(
  { instrument: named, deviceNumber }: BackupOptions,
  ways: readonly Way[],
  { backend, table }: Conversation,
): Found[] {
  return named.map((text) => {
    const [id = '', at] = text.split(/@(.*)/);
    if (id.trim() === '') {
      throw usage(
        `'${text}' has no name of an instrument`,
        `write it before the @, for example dx7${at === undefined ? '' : `@${at}`}`,
      );
    }
    const instrument = requireInstrument(table, id);
    requireRequests(instrument);
    const chosen = at === undefined ? ways : chooseWays(backend, [at]);
    if (chosen.length === 1) return { instrument, deviceNumber, way: chosen[0]! };
    throw usage(
      `--instrument ${id} needs the output that it is connected to`,
      `for example --instrument ${id}@${ways[0]!.output.id}; available: ${ways
        .map(({ output }) => `${output.id} '${output.name}'`)
        .join(', ')}`,
    );
  });
}

/** Asks on every way who is there. What cannot be opened is said, and left out. */
export async function searchInstruments(
  ways: readonly Way[],
  pace: Pace,
  conversation: Conversation,
): Promise<Search> {
  const { table, stop, console } = conversation;
  const search: Search = { found: [], notSaved: [] };
  for (const way of ways) {
    const { name } = way.output;
    if (stop.reason !== undefined) {
      search.notSaved.push(`${name}: broken off before anybody there was asked`);
      continue;
    }
    console.tell(`asking who is at ${name}`);
    let open: OpenLine;
    try {
      open = await openLine(conversation, way, pace);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      search.notSaved.push(`${name}: ${error.message}`);
      continue;
    }
    try {
      let hasReplied = false;
      for await (const reply of identityReplies(open.line, IDENTITY_MS)) {
        hasReplied = true;
        const known = identify(reply, table.instruments);
        if (known !== undefined) search.found.push({ ...known, way });
        else search.notSaved.push(`${name}: not in the table: ${meaningOf(describeSysex(reply))}`);
      }
      if (stop.signal.aborted)
        search.notSaved.push(`${name}: broken off while asking who is there`);
      else if (!hasReplied) console.tell(`${name}: nobody says who it is`);
    } finally {
      await open.close();
    }
  }
  return search;
}
