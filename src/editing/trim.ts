/** Silences taken out of a file: every event keeps its place among the others, only nothing becomes shorter. */
import type { SmfContent } from '../files/smf/smf-content.js';
import { tempoMapOf } from '../files/smf/smf-tempo.js';
import { readTimeline } from '../files/smf/smf-timeline.js';
import { findStillness } from './stillness.js';

export interface TrimOptions {
  /** Milliseconds left of a silence before the first note, and of the one after the last. Undefined: they stay. */
  endsMs: number | undefined;
  /** Milliseconds left of a longer silence in the middle. Undefined: they stay. */
  gapsMs: number | undefined;
}

/** @param content - of format 0 or 1; it is not changed */
export function trimSilence(content: SmfContent, { endsMs, gapsMs }: TrimOptions): SmfContent {
  const map = tempoMapOf(content, content.tracks);
  const spans: { fromTick: number; toTick: number }[] = [];
  for (const stillness of findStillness(readTimeline(content))) {
    const { fromMs, toMs, hasNotesBefore, hasNotesAfter } = stillness;
    const keptMs = hasNotesBefore && hasNotesAfter ? gapsMs : endsMs;
    if (keptMs === undefined || toMs - fromMs <= keptMs) continue;
    spans.push({ fromTick: map.tickAt(fromMs + keptMs), toTick: map.tickAt(toMs) });
  }
  // What a file says about itself in a silence that goes, it says where the silence was.
  const place = (tick: number) => {
    let removed = 0;
    for (const { fromTick, toTick } of spans) {
      if (tick <= fromTick) break;
      removed += Math.min(tick, toTick) - fromTick;
    }
    return tick - removed;
  };
  const tracks = content.tracks.map(({ events, endTick }) => ({
    events: events.map((event) => ({ ...event, tick: place(event.tick) })),
    endTick: place(endTick),
  }));
  return { ...content, tracks };
}
