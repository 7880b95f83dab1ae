/** Silences taken out of a file: every event keeps its place among the others, only nothing becomes shorter. */
import type { SmfContent } from '../files/smf/smf-writer.js';
import { findStillness, type Stillness } from './stillness.js';
import { endTickOf, TickTime } from './tick-time.js';

export interface TrimOptions {
  /** What is left of a silence before the first note, and of the one after the last. Undefined: they stay. */
  endsMs: number | undefined;
  /** What is left of a longer silence in the middle. Undefined: they stay. */
  gapsMs: number | undefined;
}

export interface Trimmed {
  content: SmfContent;
  /** Silence that was taken out. */
  removedMs: number;
}

/** @param content - of format 0 or 1; it is not changed */
export function trimSilence(content: SmfContent, options: TrimOptions): Trimmed {
  const time = new TickTime(content);
  const spans: { fromTick: number; toTick: number }[] = [];
  let removedMs = 0;
  for (const stillness of findStillness(content, time, endTickOf(content))) {
    const keptMs = keptOf(stillness, options);
    if (keptMs === undefined || stillness.lengthMs <= keptMs) continue;
    const { fromTick, toTick } = stillness;
    const span = { fromTick: time.tickAt(time.timeMsAt(fromTick) + keptMs), toTick };
    removedMs += time.timeMsAt(toTick) - time.timeMsAt(span.fromTick);
    spans.push(span);
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
  return { content: { ...content, tracks }, removedMs };
}

function keptOf(stillness: Stillness, { endsMs, gapsMs }: TrimOptions): number | undefined {
  return stillness.hasNotesBefore && stillness.hasNotesAfter ? gapsMs : endsMs;
}
