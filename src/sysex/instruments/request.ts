/** Requests of the table made into messages: for one device, patch and bank. */
import { usage } from '../../midi/errors.js';
import { sumOf } from '../checksums.js';
import type { RequestEntry } from './entry.js';
import { Pattern } from './pattern.js';
import type { Instrument } from './table.js';

/** What is asked for; numbers as they stand in the messages, but for the device's. */
export interface Wanted {
  /** Id of the request; without it the first that needs no patch number, or with one the first that takes one. */
  what?: string | undefined;
  patch?: number | undefined;
  bank?: number | undefined;
  /** As its panel shows it; without it the one that the instrument has when it is new. */
  deviceNumber?: number | undefined;
}

export interface FilledRequest {
  entry: RequestEntry;
  /** Which patch, and of which bank; undefined where the request says neither. */
  patch: number | undefined;
  bank: number | undefined;
  /** As it stands in the messages; undefined where they carry none. */
  deviceNumber: number | undefined;
  /** Sysex, F0 to F7, and program changes, in order. */
  messages: Uint8Array[];
}

/**
 * Requests for all that is wanted, one behind the other: without a patch for all patches, without a
 * bank for all banks.
 *
 * @throws MidirecError USAGE for what the instrument cannot be asked for
 */
export function fillRequests(instrument: Instrument, wanted: Wanted): FilledRequest[] {
  const entry = chooseRequest(instrument, wanted);
  const patches = numbersOf(instrument, entry, 'patch', wanted);
  const banks = numbersOf(instrument, entry, 'bank', wanted);
  const deviceNumber = deviceNumberOf(instrument, wanted.deviceNumber);
  const patterns = entry.send.map((text) => new Pattern(text));
  return banks.flatMap((bank) =>
    patches.map((patch) => {
      const fields = new Map<string, number>();
      if (patch !== undefined) fields.set('p', patch);
      if (bank !== undefined) fields.set('b', bank);
      if (deviceNumber !== undefined) fields.set('n', deviceNumber);
      const messages = patterns.map((pattern) => fillMessage(pattern, fields));
      return { entry, patch, bank, deviceNumber, messages };
    }),
  );
}

/** Which numbers are asked for; one that is undefined where the request takes none. */
function numbersOf(
  { name, requests }: Instrument,
  entry: RequestEntry,
  what: 'patch' | 'bank',
  wanted: Wanted,
): (number | undefined)[] {
  const key = what === 'patch' ? 'patches' : 'banks';
  const range = entry[key];
  const value = wanted[what];
  if (range === undefined) {
    if (value === undefined) return [undefined];
    const others = requests.filter((one) => one[key] !== undefined);
    const byDefault = wanted.what === undefined ? ', asked for without --what,' : '';
    throw usage(
      `'${entry.id}' of ${name}${byDefault} has no --${what}`,
      others.length === 0
        ? `omit --${what}: nothing of it has one`
        : `omit --${what}, or choose what has one: --what ${others.map(({ id }) => id).join(', ')}`,
    );
  }
  const { first, last } = range;
  if (value === undefined) return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  if (value >= first && value <= last) return [value];
  throw usage(`--${what} ${value} is not one of ${name}`, `it is ${first} to ${last}`);
}

/** Everything that it can be asked for, but not patch by patch what comes in one piece as well. */
export function worthAsking({ requests, kinds }: Instrument): RequestEntry[] {
  const answersOf = ({ answers }: RequestEntry) => kinds.filter(({ id }) => answers.includes(id));
  const comesWhole = (one: RequestEntry): boolean =>
    requests.some(
      (other) =>
        other.patches === undefined &&
        answersOf(other).some(({ id, patches }) => {
          if (one.answers.includes(id)) return other.messages !== 1;
          const { called, count = 0 } = patches ?? {};
          return count > 1 && answersOf(one).some((kind) => kind.patches?.called === called);
        }),
    );
  return requests.filter(
    (request, index) =>
      requests.findIndex(({ id }) => id === request.id) === index &&
      (request.patches === undefined || !comesWhole(request)),
  );
}

/** @throws MidirecError USAGE for an instrument that cannot be asked for anything */
export function requireRequests({ name, requests, panel }: Instrument): void {
  if (requests.length > 0) return;
  throw usage(
    `no request of ${name} is known`,
    `start the dump on its panel, and let midirec sysex-dump listen without --instrument${panel === undefined ? '' : `; ${panel[0]}`}`,
  );
}

function chooseRequest(instrument: Instrument, wanted: Wanted): RequestEntry {
  requireRequests(instrument);
  const { name, requests } = instrument;
  const { what, patch } = wanted;
  if (what === undefined) {
    const takesPatch = patch !== undefined;
    return requests.find(({ patches }) => (patches !== undefined) === takesPatch) ?? requests[0]!;
  }
  const found = requests.find(({ id }) => id === what.toLowerCase());
  if (found !== undefined) return found;
  const ids = requests.map(({ id }) => id).join(', ');
  throw usage(`${name} cannot be asked for '${what}'`, `available: ${ids}`);
}

/**
 * @param shown - as its panel shows it; undefined: as delivered
 * @returns as it stands in messages; undefined where they carry none
 * @throws MidirecError USAGE for a number that it cannot have
 */
export function deviceNumberOf(
  { name, deviceNumber }: Pick<Instrument, 'name' | 'deviceNumber'>,
  shown: number | undefined,
): number | undefined {
  if (deviceNumber === undefined) {
    if (shown === undefined) return undefined;
    throw usage(`messages of ${name} carry no device number`, 'omit --device-number');
  }
  const { default: asDelivered, most, shownFrom } = deviceNumber;
  if (shown === undefined) return asDelivered;
  const number = shown - shownFrom;
  if (number >= 0 && number <= most) return number;
  throw usage(
    `${shown} is not a device number of ${name}`,
    `it is ${shownFrom} to ${most + shownFrom}`,
  );
}

/**
 * What to look at on its panel when it does not answer, a line each.
 *
 * @param asked - the device number as it stands in the messages; undefined: as delivered
 */
export function panelSettings({ panel = [], deviceNumber }: Instrument, asked?: number): string[] {
  if (deviceNumber === undefined) return [...panel];
  const { default: asDelivered, shownFrom, setting = 'device number' } = deviceNumber;
  return [...panel, `${setting} ${(asked ?? asDelivered) + shownFrom} (another: --device-number)`];
}

/** The checksum of a request is always the one of Roland's: with it what is covered sums to 0 modulo 128. */
function fillMessage(pattern: Pattern, fields: ReadonlyMap<string, number>): Uint8Array {
  const message = pattern.fill(fields);
  const { covered, checksumAt } = pattern.match(message)!;
  if (checksumAt !== undefined) {
    message[checksumAt] = -sumOf(message, covered.from, covered.to) & 0x7f;
  }
  return message;
}

/**
 * What puts an answer back: the answer itself, or what the table says in its place.
 *
 * @returns messages to send one behind the other
 */
export function storeMessages(
  instrument: Instrument,
  { entry, patch = 0, bank = 0, deviceNumber = 0 }: Omit<FilledRequest, 'messages'>,
  answer: Uint8Array,
): Uint8Array[] {
  const { store } = entry;
  const match = instrument.kinds
    .filter(({ id }) => entry.answers.includes(id))
    .map(({ compiled }) => compiled.match(answer))
    .find((found) => found !== undefined);
  if (store === undefined || match === undefined) return [answer];
  const fields = new Map([
    ['p', patch],
    ['b', bank],
    ['n', deviceNumber],
  ]);
  const data = answer.subarray(match.data.from, match.data.to);
  return store.map((text) => new Pattern(text).fill(fields, data));
}
