/**
 * What meta events hold for: the whole file, their track, or one place.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Meta-Events", and "MIDI File Formats 0, 1 and 2" for the
 * first track of format 1.
 */
import type { SmfEvent, SmfTrack } from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';

/** These hold for all tracks, whichever has them, until the next of their type. */
export const OF_ALL_TRACKS: ReadonlySet<number> = new Set([
  MetaType.TEMPO,
  MetaType.TIME_SIGNATURE,
  MetaType.KEY_SIGNATURE,
]);

/** Names that belong to a track. In format 0 a channel prefix before them says whose they are. */
export const NAMES: ReadonlySet<number> = new Set([
  MetaType.TRACK_NAME,
  MetaType.INSTRUMENT_NAME,
  MetaType.DEVICE_NAME,
]);

/** The same of their own track, and of names those of each channel. */
export const OF_ITS_TRACK: ReadonlySet<number> = new Set([
  MetaType.COPYRIGHT,
  ...NAMES,
  MetaType.PORT,
]);

/** These stand at the beginning of a file or nowhere. */
export const OF_THE_BEGINNING: ReadonlySet<number> = new Set([
  MetaType.SEQUENCE_NUMBER,
  MetaType.SMPTE_OFFSET,
]);

/** What is of use to the whole file, whichever track it stands in: what holds for all, and what names their places. */
export const FOR_ALL_TRACKS: ReadonlySet<number> = new Set([
  ...OF_ALL_TRACKS,
  MetaType.COPYRIGHT,
  MetaType.MARKER,
  MetaType.CUE_POINT,
  MetaType.SMPTE_OFFSET,
]);

/**
 * Which of the events that hold for all tracks hold for no time where ticks are placed anew: another one of their
 * type, later before, comes to lie at the same tick, in whichever track.
 */
export function overtaken(
  tracks: readonly SmfTrack[],
  place: (tick: number) => number,
): (event: SmfEvent) => boolean {
  const last = new Map<string, number>();
  const isOfAll = ({ metaType }: SmfEvent) => OF_ALL_TRACKS.has(metaType);
  const keyOf = ({ tick, metaType }: SmfEvent) => `${metaType} at ${place(tick)}`;
  for (const event of tracks.flatMap(({ metas }) => metas.filter(isOfAll))) {
    last.set(keyOf(event), Math.max(event.tick, last.get(keyOf(event)) ?? 0));
  }
  return (event) => isOfAll(event) && event.tick < last.get(keyOf(event))!;
}
