/** The table of instruments as the commands use it: with the user's own entries, and with what to say of a name that is not in it. */

import { join } from 'node:path';
import { describeReadError } from '../../files/disk/io-errors.js';
import { usage } from '../../midi/errors.js';
import { describeByTable, type JudgedSysex } from '../../sysex/instruments/description.js';
import { loadInstruments } from '../../sysex/instruments/load.js';
import type { Instrument, InstrumentTable } from '../../sysex/instruments/table.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath } from '../terminal/figures.js';
import { configFolder } from './config-folder.js';

/** Names that an error offers at most. */
const MOST_OFFERED = 5;
/** Of the pairs of letters, in how many two names must agree to be near each other. */
const NEAR = 0.5;

/** Where a user's own entries are looked for; the folder need not be there. */
export function ownInstrumentsFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  return env.MIDIREC_INSTRUMENTS || join(configFolder(env, platform), 'instruments');
}

/** The table; files of the user's that are wrong are left out with a warning. */
export async function knownInstruments(
  console: Pick<ConsoleOutput, 'warn'>,
): Promise<InstrumentTable> {
  const { table, leftOut } = await loadInstruments(ownInstrumentsFolder());
  for (const { path, place, why, cause } of leftOut) {
    const reason = cause === undefined ? why : describeReadError(cause);
    console.warn(`left out: ${displayPath(path)}${place === '' ? '' : ` at ${place}`}: ${reason}`);
  }
  return table;
}

/** Says of messages what they are, by the table. */
export async function describer(
  console: Pick<ConsoleOutput, 'warn'>,
): Promise<(bytes: Uint8Array) => JudgedSysex> {
  const table = await knownInstruments(console);
  return (bytes) => describeByTable(bytes, table);
}

/** @throws MidirecError USAGE with the nearest names */
export function requireInstrument(table: InstrumentTable, name: string): Instrument {
  const found = table.find(name);
  if (found !== undefined) return found;
  const near = nearestIds(table, name);
  throw usage(
    `no instrument is called '${name}'`,
    near.length > 0
      ? `did you mean ${near.join(', ')}? midirec instruments lists all`
      : 'midirec instruments lists all',
  );
}

function nearestIds({ instruments }: InstrumentTable, name: string): string[] {
  const wanted = pairsOf(name);
  return instruments
    .map(({ id, name: own, also = [] }) => ({
      id,
      nearness: Math.max(...[id, own, ...also].map((text) => nearness(pairsOf(text), wanted))),
    }))
    .filter(({ nearness }) => nearness >= NEAR)
    .sort((a, b) => b.nearness - a.nearness)
    .slice(0, MOST_OFFERED)
    .map(({ id }) => id);
}

/** Dice's coefficient. */
function nearness(one: Set<string>, other: Set<string>): number {
  const common = [...one].filter((pair) => other.has(pair)).length;
  return (2 * common) / (one.size + other.size);
}

function pairsOf(name: string): Set<string> {
  const letters = ` ${name.toLowerCase().replace(/[^a-z0-9]/g, '')} `;
  return new Set(Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2)));
}
