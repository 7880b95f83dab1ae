/** Silences taken out of a file: every event keeps its place among the others, only nothing becomes shorter. */
import type { SmfContent, SmfEvent } from '../files/smf/smf-content.js';
import { tempoMapOf } from '../files/smf/smf-tempo.js';
import { readTimeline } from '../files/smf/smf-timeline.js';
import { overtaken } from './meta-scopes.js';
import { findStillness } from './stillness.js';

export interface TrimOptions {
  /** Milliseconds left of a silence before the first note, and of the one after the last. Undefined: they stay. */
  endsMs: number | undefined;
  /** Milliseconds left of a longer silence in the middle. Undefined: they stay. */
  gapsMs: number | undefined;
}

/** @param content - of format 0 or 1; it is not changed */
export function trimSilence(content: SmfContent, { endsMs, gapsMs }: TrimOptions): SmfContent {
  if ((endsMs ?? gapsMs) === undefined) return content;
  const map = tempoMapOf(content, content.tracks);
  /** What goes, and how many ticks have gone before it. */
  const spans: { fromTick: number; toTick: number; removed: number }[] = [];
  const leastMs = Math.min(endsMs ?? Number.POSITIVE_INFINITY, gapsMs ?? Number.POSITIVE_INFINITY);
  let removed = 0;
  for (const stillness of findStillness(readTimeline(content), leastMs)) {
    const { fromMs, toMs, hasNotesBefore, hasNotesAfter } = stillness;
    const keptMs = hasNotesBefore && hasNotesAfter ? gapsMs : endsMs;
    if (keptMs === undefined || toMs - fromMs <= keptMs) continue;
    const fromTick = map.tickAt(fromMs + keptMs);
    const toTick = map.tickAt(toMs);
    spans.push({ fromTick, toTick, removed });
    removed += toTick - fromTick;
  }
  // What a file says about itself in a silence that goes, it says where the silence was.
  const place = (tick: number) => {
    const span = spans[lastBefore(spans, tick)];
    if (span === undefined) return tick;
    return tick - span.removed - (Math.min(tick, span.toTick) - span.fromTick);
  };
  const isOver = overtaken(content.tracks, place);
  const moved = (event: SmfEvent) =>
    isOver(event) ? undefined : { ...event, tick: place(event.tick) };
  const tracks = content.tracks.map((track) => track.edited(moved, place(track.endTick)));
  return { ...content, tracks };
}

/** Index of the last span that begins before `tick`; -1 if none does. */
function lastBefore(spans: readonly { readonly fromTick: number }[], tick: number): number {
  let low = -1;
  let high = spans.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (spans[middle]!.fromTick < tick) low = middle;
    else high = middle - 1;
  }
  return low;
}
