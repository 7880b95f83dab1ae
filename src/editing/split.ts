/** One file made into several: at silences, at markers, by channel, by track. */
import {
  endTickOf,
  type SmfContent,
  type SmfEvent,
  type SmfTrack,
} from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { tempoMapOf } from '../files/smf/smf-tempo.js';
import { decodeSmfText, trackName } from '../files/smf/smf-texts.js';
import { readTimeline } from '../files/smf/smf-timeline.js';
import { LEAD_IN_MS, TAIL_MS } from '../midi/playing.js';
import { isChannelMessage } from '../midi/status.js';
import { type Cut, cutSmf } from './cut.js';
import { FOR_ALL_TRACKS } from './meta-scopes.js';
import { findStillness, hasPlayed } from './stillness.js';

export interface Part {
  /** What tells it from the others, besides its number: a marker, a channel, a track; may be empty. */
  label: string;
  content: SmfContent;
}

/**
 * Parts with silence between them. Where a key or a pedal is held there is no silence.
 *
 * @param content - of format 0 or 1
 * @param silenceMs - how long a silence must be
 */
export function splitAtSilence(content: SmfContent, silenceMs: number): Part[] {
  const timeline = readTimeline(content);
  const map = tempoMapOf(content, content.tracks);
  const gaps = findStillness(timeline).filter(
    ({ fromMs, toMs, hasNotesBefore, hasNotesAfter }) =>
      toMs - fromMs >= silenceMs && toMs < timeline.endMs && hasNotesBefore && hasNotesAfter,
  );
  const cuts: Cut[] = [];
  let fromTick = 0;
  for (const { fromMs, toMs } of gaps) {
    const toTick = map.tickAt(toMs - Math.min(LEAD_IN_MS, (toMs - fromMs) / 2));
    cuts.push({ fromTick, toTick, endTick: Math.min(toTick, map.tickAt(fromMs + TAIL_MS)) });
    fromTick = toTick;
  }
  cuts.push({ fromTick, toTick: Number.POSITIVE_INFINITY, endTick: endTickOf(content) });
  return cuts.map((cut) => ({ label: '', content: cutSmf(content, cut) }));
}

/**
 * Parts that begin at markers, and are called like them. What is before the first one is a part too, if
 * anything is played, said or sung there.
 *
 * @param content - of format 0 or 1
 */
export function splitAtMarkers(content: SmfContent): Part[] {
  const markers = new Map<number, string>();
  for (const { events } of content.tracks) {
    for (const { metaType, tick, data } of events) {
      if (metaType === MetaType.MARKER && !markers.has(tick)) {
        markers.set(tick, decodeSmfText(data, content.charset));
      }
    }
  }
  const starts = [...markers].sort(([one], [other]) => one - other);
  if (starts[0]?.[0] !== 0) starts.unshift([0, '']);
  const endTick = endTickOf(content);
  const parts = starts.map(([fromTick, label], index) => {
    const nextTick = starts[index + 1]?.[0];
    const cut = {
      fromTick,
      toTick: nextTick ?? Number.POSITIVE_INFINITY,
      endTick: nextTick ?? endTick,
    };
    return { label, content: cutSmf(content, cut) };
  });
  return parts.filter(
    ({ content: { tracks }, label }) =>
      label !== '' || tracks.some(hasPlayed) || tracks.some(hasWords),
  );
}

/**
 * A part for each channel: the tracks that have it, without the other channels, and those without any. What
 * the others say for all tracks goes with them.
 */
export function splitByChannel(content: SmfContent): Part[] {
  const channels = new Set<number>();
  for (const { events } of content.tracks) {
    for (const event of events) if (hasChannel(event)) channels.add(event.status & 0x0f);
  }
  const numbers = [...channels].sort((one, other) => one - other);
  return numbers.map((channel) => {
    const isKept = (event: SmfEvent) => !hasChannel(event) || (event.status & 0x0f) === channel;
    const isOwn = ({ events }: SmfTrack) => {
      const ofChannels = events.filter(hasChannel);
      return ofChannels.length === 0 || ofChannels.some(isKept);
    };
    const tracks = withForeign(content.tracks, isOwn).map(({ events, endTick }) => ({
      events: events.filter(isKept),
      endTick,
    }));
    const label = `ch${String(channel + 1).padStart(2, '0')}`;
    return { label, content: { ...content, tracks } };
  });
}

/**
 * A part for each track in which something is played, called like the track, with those in which nothing is
 * played. What the others say for all tracks goes with them; in format 2, where each track has its own time,
 * it does not.
 */
export function splitByTrack(content: SmfContent): Part[] {
  const { ppq, smpte, tracks, format, charset } = content;
  return tracks.filter(hasPlayed).map((track) => {
    const isOwn = (other: SmfTrack) => other === track || !hasPlayed(other);
    const own = format === 2 ? [track] : withForeign(tracks, isOwn);
    return {
      label: trackName(track, charset),
      content: { format: own.length > 1 ? 1 : 0, ppq, smpte, tracks: own },
    };
  });
}

/** Those of `tracks` that are `isOwn`, and before them what the others say for all, unless it is said already. */
function withForeign(tracks: readonly SmfTrack[], isOwn: (track: SmfTrack) => boolean): SmfTrack[] {
  const own = tracks.filter(isOwn);
  const said = new Set(own.flatMap(({ events }) => events.filter(isForAll).map(keyOf)));
  const foreign: SmfEvent[] = [];
  for (const event of tracks.filter((track) => !isOwn(track)).flatMap(({ events }) => events)) {
    if (!isForAll(event) || said.has(keyOf(event))) continue;
    said.add(keyOf(event));
    foreign.push(event);
  }
  if (foreign.length === 0) return own;
  const [first] = own;
  const hasConductor = first !== undefined && !hasPlayed(first);
  const events = [...(hasConductor ? first.events : []), ...foreign];
  events.sort((one, other) => one.tick - other.tick);
  const endTick = Math.max(events.at(-1)!.tick, first?.endTick ?? 0);
  return [{ events, endTick }, ...own.slice(hasConductor ? 1 : 0)];
}

function isForAll({ metaType }: SmfEvent): boolean {
  return FOR_ALL_TRACKS.has(metaType);
}

function keyOf({ tick, metaType, data }: SmfEvent): string {
  return `${tick} ${metaType} ${data.join(' ')}`;
}

function hasWords({ events }: SmfTrack): boolean {
  return events.some(({ metaType }) => metaType === MetaType.TEXT || metaType === MetaType.LYRIC);
}

function hasChannel({ packed, status }: SmfEvent): boolean {
  return packed !== 0 && isChannelMessage(status);
}
