/** Files that were edited, as lines that read well. */

import type { SmfContent } from '../../src/files/smf/smf-content.js';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { writeSmf } from '../../src/files/smf/smf-writer.js';

/** By track: `tick bytes` of each event, meta events as `tick ff type data`, then `tick end`. Written and read again. */
export function linesOf(content: SmfContent): string[][] {
  const { tracks, damages } = readSmf(writeSmf(content));
  // A sysex that was broken stays so.
  const damage = damages.find(({ message }) => !message.startsWith('a sysex'));
  if (damage !== undefined) throw new Error(`damaged: ${damage.message}`);
  return tracks.map(({ events, endTick }) => [
    ...[...events]
      .filter(({ metaType }) => metaType !== 0x2f)
      .map(({ tick, status, metaType, packed, data }) => {
        const hex = Buffer.from(data).toString('hex');
        if (metaType >= 0) return `${tick} ff${metaType.toString(16).padStart(2, '0')} ${hex}`;
        if (packed === 0) return `${tick} ${status.toString(16)} ${hex}`;
        return `${tick} ${Buffer.of(packed, packed >>> 8, packed >>> 16).toString('hex')}`;
      }),
    `${endTick} end`,
  ]);
}
