/** Requests of the table made into messages: for one device, patch and bank. */
import { MidirecError } from '../../midi/errors.js';
import type { RequestEntry } from './entry.js';
import { Pattern } from './pattern.js';
import type { Instrument } from './table.js';

/** What is asked for; numbers as they stand in the messages, but for the device's. */
export interface Wanted {
  /** Id of the request; without it the first that needs no patch number, or with one the first that takes one. */
  what?: string;
  patch?: number;
  bank?: number;
  /** As its panel shows it; without it the one that the instrument has when it is new. */
  deviceNumber?: number;
}

export interface FilledRequest {
  entry: RequestEntry;
  /** Sysex, F0 to F7, and program changes, in order. */
  messages: Uint8Array[];
}

/** @throws MidirecError USAGE for what the instrument cannot be asked for */
export function fillRequest(instrument: Instrument, wanted: Wanted): FilledRequest {
  const entry = chooseRequest(instrument, wanted);
  const fields = new Map<string, number>();
  for (const [field, option, value, range] of [
    ['p', '--patch', wanted.patch, entry.patches],
    ['b', '--bank', wanted.bank, entry.banks],
  ] as const) {
    const bounds = range && `${range.first} to ${range.last}`;
    if (range === undefined) {
      if (value !== undefined) throw usage(`'${entry.id}' has no ${option}`, `omit ${option}`);
    } else if (value === undefined) {
      throw usage(`'${entry.id}' of ${instrument.name} needs ${option}`, `it is ${bounds}`);
    } else if (value < range.first || value > range.last) {
      throw usage(`${option} ${value} is not one of ${instrument.name}`, `it is ${bounds}`);
    } else fields.set(field, value);
  }
  const number = deviceNumberOf(instrument, wanted.deviceNumber);
  if (number !== undefined) fields.set('n', number);
  return { entry, messages: entry.send.map((text) => fillMessage(new Pattern(text), fields)) };
}

function chooseRequest({ name, requests, panel }: Instrument, wanted: Wanted): RequestEntry {
  if (requests.length === 0) {
    throw usage(
      `no request of ${name} is known`,
      `start the dump on its panel, and omit --instrument${panel === undefined ? '' : `; ${panel[0]}`}`,
    );
  }
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

/** @returns undefined where its messages carry none */
function deviceNumberOf(
  { name, deviceNumber }: Instrument,
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

/** The checksum of a request is always the one of Roland's: with it what is covered sums to 0 modulo 128. */
function fillMessage(pattern: Pattern, fields: ReadonlyMap<string, number>): Uint8Array {
  const message = pattern.fill(fields);
  const { covered, checksumAt } = pattern.match(message)!;
  if (checksumAt !== undefined) {
    const sum = message.subarray(covered.from, covered.to).reduce((all, byte) => all + byte, 0);
    message[checksumAt] = -sum & 0x7f;
  }
  return message;
}

function usage(message: string, hint: string): MidirecError {
  return new MidirecError('USAGE', message, { hint, exitCode: 2 });
}
