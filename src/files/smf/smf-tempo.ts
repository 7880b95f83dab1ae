/**
 * The tempo map that a Standard MIDI File says.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Header Chunks" (division) and "Set Tempo".
 */
import { TempoMap } from '../../midi/tempo/tempo-map.js';
import type { SmfContent, SmfEvent, SmfTrack } from './smf-content.js';
import { MetaType } from './smf-encoding.js';

/** Microseconds a quarter note of a file that says no tempo: 120 beats a minute. */
export const DEFAULT_MICROSECONDS = 500_000;
/** A division of 29 means 30 drop-frame, whose frames are a thousandth longer than a thirtieth of a second. */
const DROP_FRAME = 29;

/**
 * The map that `tracks` make together: a tempo event of any of them holds for all. A tempo event that is
 * cut off, or says no time at all, is passed over.
 *
 * In a file that counts in SMPTE frames no tempo holds, and the map has a second for a quarter note.
 */
export function tempoMapOf(
  { smpte, ppq }: Pick<SmfContent, 'ppq' | 'smpte'>,
  tracks: readonly SmfTrack[],
): TempoMap {
  if (smpte !== undefined) {
    const isDropFrame = smpte.framesPerSecond === DROP_FRAME;
    const frames = isDropFrame ? 30 : smpte.framesPerSecond;
    const ticksPerSecond = frames * smpte.ticksPerFrame;
    return new TempoMap(ticksPerSecond, isDropFrame ? 1_001_000 : 1_000_000);
  }
  const tempos = tracks
    .flatMap(({ metas }) => metas.filter((event) => microsecondsOf(event) !== undefined))
    .sort((one, other) => one.tick - other.tick);
  const map = new TempoMap(ppq, DEFAULT_MICROSECONDS);
  for (const event of tempos) map.change(event.tick, microsecondsOf(event)!);
  return map;
}

/** Whether a track says a tempo. */
export function saysTempo({ metas }: SmfTrack): boolean {
  return metas.some((event) => microsecondsOf(event) !== undefined);
}

/** Microseconds a quarter note that a set-tempo event says; undefined for any other event. */
function microsecondsOf({ metaType, data }: SmfEvent): number | undefined {
  if (metaType !== MetaType.TEMPO || data.length < 3) return undefined;
  const microseconds = (data[0]! << 16) | (data[1]! << 8) | data[2]!;
  return microseconds === 0 ? undefined : microseconds;
}
