/** `--device-number` and `--fix-checksum`: messages as they are sent, in the place of those of the file. */
import { MidirecError } from '../../midi/errors.js';
import { deviceNumberOf } from '../../sysex/instruments/request.js';
import { withDeviceNumber, withRightChecksum } from '../../sysex/instruments/rewrite.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';

export interface Rewriting {
  /** As the panel shows it; undefined: as it is. */
  deviceNumber?: number | undefined;
  fixChecksum?: boolean | undefined;
}

export interface Rewritten {
  bytes: Uint8Array;
  isChecksumFixed: boolean;
}

/**
 * @param what - the message, for errors: `message 3`
 * @throws MidirecError USAGE for a number that the instrument cannot have; BAD_FILE if it is not known where the number stands
 */
export function rewriteSysex(
  message: Uint8Array,
  what: string,
  { deviceNumber, fixChecksum }: Rewriting,
  table: InstrumentTable,
): Rewritten {
  const fixed = fixChecksum ? withRightChecksum(message, table) : message;
  const isChecksumFixed = fixed !== message;
  if (deviceNumber === undefined) return { bytes: fixed, isChecksumFixed };
  const { instrument } = table.recognise(message) ?? {};
  const number = instrument && deviceNumberOf(instrument, deviceNumber);
  const bytes = number === undefined ? undefined : withDeviceNumber(fixed, number, table);
  if (bytes !== undefined) return { bytes, isChecksumFixed };
  throw new MidirecError('BAD_FILE', `${what}: it is not known where its device number stands`, {
    hint: 'omit --device-number, and set the number on the panel of the instrument',
  });
}
