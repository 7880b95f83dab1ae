/** Asks who is there, and listens until nobody says anything more. */
import { IDENTITY_REQUEST, isIdentityReply } from '../sysex/instruments/identity.js';
import type { InstrumentLine } from './instrument-line.js';

/**
 * @param limitMs - how much silence ends it
 * @returns each identity reply, as it comes
 * @throws what InstrumentLine.send throws
 */
export async function* identityReplies(
  line: InstrumentLine,
  limitMs: number,
): AsyncGenerator<Uint8Array> {
  await line.send(IDENTITY_REQUEST);
  for (let heard = await line.hear(limitMs); heard; heard = await line.hear(limitMs)) {
    if (isIdentityReply(heard.bytes)) yield heard.bytes;
  }
}
