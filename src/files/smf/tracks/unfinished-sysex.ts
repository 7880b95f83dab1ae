/** What a killed recorder leaves behind the end of a growing track: whether a sysex was under way to the disk. */
import type { ByteSource } from '../../../midi/bytes/file-bytes.js';
import { SYSEX_END, SYSEX_START } from '../../../midi/status.js';
import { SmfTrackReader } from './smf-track-reader.js';

/**
 * @param from - behind the last track
 * @returns where a sysex begins of which the end is not there; undefined if there is none, or other bytes than
 *   events stand before it
 */
export function findUnfinishedSysex(
  source: ByteSource,
  from: number,
  end: number,
): number | undefined {
  const reader = new SmfTrackReader(source, { offset: from, tick: 0, running: 0 }, end);
  let beginsAt: number | undefined;
  for (let at = from, left = 0; ; at = reader.offset) {
    const isPiece = left > 0;
    const event = reader.next();
    if (event === undefined) return beginsAt;
    left = event.left ?? 0;
    if (event.metaType >= 0) continue;
    if (event.status === SYSEX_START && !isPiece) beginsAt = at;
    const isSysex = event.status === SYSEX_START || event.status === SYSEX_END;
    if (!isSysex || (left === 0 && event.data.at(-1) === SYSEX_END)) beginsAt = undefined;
  }
}
