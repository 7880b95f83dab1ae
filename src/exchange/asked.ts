/** What an instrument is asked for, and what of all that comes belongs to the answer. */
import { judgeChecksum } from '../sysex/instruments/checksum.js';
import type { FilledRequest } from '../sysex/instruments/request.js';
import type { Instrument, InstrumentTable } from '../sysex/instruments/table.js';
import { UNIVERSAL_NON_REALTIME_ID } from '../sysex/manufacturers.js';
import type { Heard } from './instrument-line.js';

/** Of what came: the answer, a damaged one, or something that was not asked for. */
export type Judged =
  | {
      verdict: 'answer';
      /** What tells it from the other messages of the same answer; undefined if only its place does. */
      key: string | undefined;
      /** Bytes of its data, still packed. */
      dataLength: number;
    }
  | { verdict: 'broken' | 'stranger' };

export interface Asked {
  /** Sysex, F0 to F7, and program changes, in order. */
  messages: readonly Uint8Array[];
  /** After a program change, before it is asked for what it has. */
  pauseMs: number;
  /** Messages that answer; undefined where the table does not know. */
  count: number | undefined;
  /** Bytes of data that were asked for, where the request says so; there may be less (Roland). */
  bytes: number | undefined;
  judge(heard: Heard): Judged;
}

export function askFor(
  instrument: Instrument,
  table: Pick<InstrumentTable, 'recognise'>,
  { entry, messages, patch, bank, deviceNumber }: FilledRequest,
): Asked {
  const kinds = instrument.kinds.filter(({ id }) => entry.answers.includes(id));
  const wanted = { n: deviceNumber, p: patch, b: bank };
  return {
    messages,
    pauseMs: entry.pauseMs ?? 0,
    count: entry.messages,
    bytes: askedBytes(
      messages[0]!,
      kinds.some(({ compiled }) => compiled.fields.includes('a')),
    ),
    judge({ bytes, complete }) {
      if (!complete) return { verdict: 'broken' };
      for (const kind of kinds) {
        const match = kind.compiled.match(bytes);
        if (match === undefined) continue;
        const { fields, data } = match;
        const differs = ([field, number]: [string, number | undefined]) =>
          number !== undefined && (fields.get(field) ?? number) !== number;
        if (Object.entries(wanted).some(differs)) return { verdict: 'stranger' };
        const isWrong = judgeChecksum(kind, match, bytes).verdict === 'wrong';
        // What was only read in a manual is not enough to call a dump wrong; a standard is.
        const isSure = instrument.tried || bytes[1] === UNIVERSAL_NON_REALTIME_ID;
        if (isWrong && isSure) return { verdict: 'broken' };
        const places = ['a', 'b', 'p'].flatMap((field) => fields.get(field) ?? []);
        const key = places.length === 0 ? undefined : `${kind.id} ${places.join(' ')}`;
        return { verdict: 'answer', key, dataLength: data.to - data.from };
      }
      if (kinds.length === 0)
        return { verdict: 'answer', key: undefined, dataLength: bytes.length };
      const isOther = table.recognise(bytes) !== undefined || !isOfMaker(bytes, instrument.makerId);
      return { verdict: isOther ? 'stranger' : 'broken' };
    },
  };
}

/** Roland's requests end with an address, the size, the checksum and F7. */
function askedBytes(request: Uint8Array, hasAddresses: boolean): number | undefined {
  if (!hasAddresses) return undefined;
  // Three bytes of size, or four: where there are four, what precedes three of them is 0 for any dump.
  return request.subarray(-5, -2).reduce((number, byte) => (number << 7) | byte, 0);
}

function isOfMaker(message: Uint8Array, makerId: string): boolean {
  return makerId
    .split(' ')
    .every((byte, index) => message[index + 1] === Number.parseInt(byte, 16));
}
