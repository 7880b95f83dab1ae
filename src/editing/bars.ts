/** Bars laid over what was played, afterwards: every event keeps its time, and gets another tick. */
import { type SmfContent, SmfTrack } from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { DEFAULT_MICROSECONDS, tempoMapOf } from '../files/smf/smf-tempo.js';
import type { SmfTimeline } from '../files/smf/smf-timeline.js';
import { tempoTrack } from '../files/smf/tempo-track.js';
import { mergedEvents } from '../files/smf/tracks/tick-merge.js';
import { FOUR_FOUR } from '../midi/tempo/bars.js';
import { type GridPoint, layTempo, leadOf } from '../midi/tempo/tempo-grid.js';
import { MAX_PPQ } from '../midi/ticks.js';
import { overtaken } from './meta-scopes.js';

/** What a grid says anew. */
const OF_BARS: ReadonlySet<number> = new Set([MetaType.TEMPO, MetaType.TIME_SIGNATURE]);
/** Ticks a quarter note, at least: at 120 beats a minute every millisecond has its own. */
export const LEAST_PPQ = 960;
/** No tick is longer: times move by half of it at most. */
const LONGEST_TICK_US = 1000;

/**
 * The same with the tempo of a grid, whose first point is the beginning of a bar.
 *
 * @param content - of format 0 or 1; it is not changed
 * @param points - on its time line, as `layTempo` takes them
 * @param signature - from the beginning to the end, instead of those that it has
 * @param barQuarters - quarter notes in a bar
 */
export function layBars(
  content: SmfContent,
  points: readonly GridPoint[],
  barQuarters: number,
  signature: SmfTimeline['timeSignature'],
): SmfContent {
  const before = tempoMapOf(content, content.tracks);
  const lay = (ppq: number) => layTempo(points, ppq, barQuarters, DEFAULT_MICROSECONDS);
  let ppq = Math.max(LEAST_PPQ, content.ppq);
  const slowest = Math.max(...lay(ppq).steps.map(({ microseconds }) => microseconds));
  while (slowest / ppq > LONGEST_TICK_US && ppq < MAX_PPQ) ppq = Math.min(MAX_PPQ, ppq * 2);
  const map = lay(ppq);
  const place = (tick: number) => map.tickAt(before.timeMsAt(tick));
  const { pickup } = leadOf(points, barQuarters, DEFAULT_MICROSECONDS);
  // The signature of the beginning holds from behind a shorter first bar on.
  const signatureFrom = Math.round((pickup?.quarters ?? 0) * ppq);
  const barAt = (tick: number) => Math.max(signatureFrom, place(tick));
  const isOver = overtaken(content.tracks, barAt);
  let saysSignature = false;
  const tracks = content.tracks.map((track) => {
    const others = track.edited(
      (event) => (OF_BARS.has(event.metaType) ? undefined : { ...event, tick: place(event.tick) }),
      place(track.endTick),
    );
    const signatures = track.metas
      .filter(({ metaType }) => metaType === MetaType.TIME_SIGNATURE && signature === undefined)
      .filter((event) => !isOver(event))
      .map((event) => ({ ...event, tick: barAt(event.tick) }));
    if (signatures.length === 0) return others;
    saysSignature = true;
    return new SmfTrack(mergedEvents([signatures, others.events]), others.endTick);
  });
  const usual = pickup !== undefined && !saysSignature ? FOUR_FOUR : undefined;
  const own = tempoTrack(map, ppq, signature ?? usual, pickup);
  const [first] = tracks;
  if (first !== undefined) {
    const endTick = Math.max(first.endTick, own.at(-1)!.tick, saysSignature ? signatureFrom : 0);
    tracks[0] = new SmfTrack(mergedEvents([own, first.events]), endTick);
  }
  return { ...content, ppq, smpte: undefined, tracks };
}
