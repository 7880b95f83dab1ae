/** What can be typed of an instrument: what it can be asked for, its patches, banks and device numbers. */
import { readFileSync } from 'node:fs';
import { statsAt } from '../../files/disk/endings.js';
import { parseSyx } from '../../files/syx/syx-reader.js';
import { unitsOf } from '../../sysex/instruments/banks/banks.js';
import { loadInstruments } from '../../sysex/instruments/load.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { ownInstrumentsFolder } from '../files/known-instruments.js';
import type { Offer } from './values.js';

/** What stands in the command line already. */
export interface Named {
  instrument: string | undefined;
  /** Of `--what`. */
  dump: string | undefined;
  /** What is to be sent. */
  file: string | undefined;
}

/** Somebody waits at a prompt. */
const LARGEST_FILE = 1_000_000;
/** More numbers than these are no list to choose from. */
const MOST_NUMBERS = 512;

/** By the option's long name; nothing where nothing is known. */
const OFFERS: Readonly<Record<string, (named: Named, table: InstrumentTable) => Offer[]>> = {
  '--instrument': (_, { instruments }) =>
    instruments.map(({ id, maker, name }) => ({ word: id, what: `${maker} ${name}` })),
  '--what': (named, table) =>
    (instrumentOf(named, table)?.requests ?? []).map(({ id, name }) => ({ word: id, what: name })),
  '--patch': (named, table) =>
    named.file === undefined ? numbers('patch', named, table) : patchNames(named.file, table),
  '--bank': (named, table) => numbers('bank', named, table),
  '--device-number': (named, table) => {
    const { name = '', deviceNumber } = instrumentOf(named, table) ?? {};
    if (deviceNumber === undefined) return [];
    const { shownFrom, most, default: asDelivered } = deviceNumber;
    return listed(shownFrom, most + shownFrom, (number) =>
      number === asDelivered + shownFrom ? `${name} as delivered` : name,
    );
  },
};

export function isOfInstrument(option: string | undefined): option is string {
  return option !== undefined && option in OFFERS;
}

/** @param option - one that {@link isOfInstrument} */
export async function instrumentOffers(option: string, named: Named): Promise<Offer[]> {
  const { table } = await loadInstruments(ownInstrumentsFolder());
  return OFFERS[option]!(named, table);
}

/** The one that is named, or the one that the file is for. */
function instrumentOf({ instrument, file }: Named, table: InstrumentTable) {
  if (instrument !== undefined) return table.find(instrument.replace(/@.*/s, ''));
  const known = file === undefined ? [] : messagesOf(file).map((one) => table.recognise(one));
  return known.find((one) => one !== undefined)?.instrument;
}

/** As they stand in the requests. */
function numbers(what: 'patch' | 'bank', named: Named, table: InstrumentTable): Offer[] {
  const { requests = [] } = instrumentOf(named, table) ?? {};
  const key = what === 'patch' ? 'patches' : 'banks';
  const wanted = requests.filter(({ id }) => named.dump === undefined || id === named.dump);
  const { name = '', [key]: range } = wanted.find((one) => one[key] !== undefined) ?? {};
  return range === undefined ? [] : listed(range.first, range.last, () => name);
}

function listed(first: number, last: number, what: (number: number) => string): Offer[] {
  const length = last - first + 1;
  if (length > MOST_NUMBERS) return [];
  return Array.from({ length }, (_, at) => ({ word: String(first + at), what: what(first + at) }));
}

function patchNames(file: string, table: InstrumentTable): Offer[] {
  const names = unitsOf(messagesOf(file), table).map(({ name = '' }) => name.trim());
  return [...new Set(names)].filter((name) => name !== '').map((word) => ({ word, what: '' }));
}

function messagesOf(file: string): Uint8Array[] {
  const stats = statsAt(file);
  if (!stats?.isFile() || stats.size > LARGEST_FILE) return [];
  return Array.from(parseSyx(readFileSync(file), file), ({ bytes }) => bytes);
}
