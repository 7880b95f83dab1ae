/** Messages made for another device of the same model, and checksums made right. */
import { type Judgement, rightChecksums } from './checksum.js';
import type { InstrumentTable } from './table.js';

/**
 * A message for the device with this number; its checksum is right if it was.
 *
 * @param number - as it stands in messages
 * @returns undefined if the table does not know where the number stands
 */
export function withDeviceNumber(
  message: Uint8Array,
  number: number,
  table: Pick<InstrumentTable, 'recognise'>,
): Uint8Array | undefined {
  const known = table.recognise(message);
  const rewritten = known?.kind.compiled.rewrite(message, 'n', number);
  if (known === undefined || rewritten === undefined) return undefined;
  return known.checksum.verdict === 'right' ? withRightChecksum(rewritten, table) : rewritten;
}

/** The same message with the checksum that its maker defines; the message itself where it is right, or none is known. */
export function withRightChecksum(
  message: Uint8Array,
  table: Pick<InstrumentTable, 'recognise'>,
): Uint8Array {
  const known = table.recognise(message);
  const match = known?.kind.compiled.match(message);
  if (known === undefined || match === undefined || !isWrong(known.checksum)) return message;
  const right = message.slice();
  for (const { at, expected } of rightChecksums(known.kind, match, message)) right[at] = expected;
  return right;
}

function isWrong({ verdict }: Judgement): boolean {
  return verdict === 'wrong';
}
