/** The last events of a take on a disk that has not room for all of them: as many as fit. */
import { MetaType } from '../smf/smf-encoding.js';
import type { TakeJournal } from './take-journal.js';
import { wholeEventsWithin } from './take-rewrite.js';

const END_OF_TRACK = Uint8Array.of(0, 0xff, MetaType.END_OF_TRACK, 0);
/** Fewer bytes are not worth an attempt. */
const SMALLEST_PIECE = 4;

/**
 * Adds events to a growing file that could not take all of them at once: a full disk often has some
 * bytes left behind the end of a file.
 *
 * @param waiting - whole chunks, each with its end of track
 * @returns what has found no room
 */
export function squeezeIn(
  journal: TakeJournal,
  waiting: readonly Uint8Array[],
): readonly Uint8Array[] {
  const bytes = joined(waiting);
  let done = 0;
  for (let room = bytes.length; done < bytes.length && room >= SMALLEST_PIECE; ) {
    const rest = bytes.subarray(done);
    const length = wholeEventsWithin(rest, room);
    try {
      if (length === 0) throw new Error('not a single event');
      journal.flushNow(Buffer.concat([rest.subarray(0, length), END_OF_TRACK]));
      done += length;
    } catch {
      room = Math.floor(room / 2);
    }
  }
  journal.withdrawNow();
  return done === bytes.length ? [] : [bytes.subarray(done)];
}

/** An end of track in the middle becomes an empty text event, as it does in a growing file. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(chunks);
  let end = 0;
  for (const { length } of chunks) {
    end += length;
    bytes[end - 2] = MetaType.TEXT;
  }
  return bytes;
}
