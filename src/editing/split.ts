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
import { OF_ALL_TRACKS } from './meta-scopes.js';
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
 * anything is played there.
 *
 * @param content - of format 0 or 1
 */
export function splitAtMarkers(content: SmfContent): Part[] {
  const markers = new Map<number, string>();
  for (const { events } of content.tracks) {
    for (const { metaType, tick, data } of events) {
      if (metaType === MetaType.MARKER && !markers.has(tick)) {
        markers.set(tick, decodeSmfText(data));
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
  return parts.filter(({ content: { tracks }, label }) => label !== '' || tracks.some(hasPlayed));
}

/**
 * A part for each channel. What has no channel (tempo, markers, sysex) is in every part that has
 * the track it is in; tracks without any channel are in all of them.
 */
export function splitByChannel(content: SmfContent): Part[] {
  const channels = new Set<number>();
  for (const { events } of content.tracks) {
    for (const event of events) if (hasChannel(event)) channels.add(event.status & 0x0f);
  }
  const numbers = [...channels].sort((one, other) => one - other);
  return numbers.map((channel) => {
    const isKept = (event: SmfEvent) => !hasChannel(event) || (event.status & 0x0f) === channel;
    const tracks = content.tracks
      .filter(({ events }) => {
        const ofChannels = events.filter(hasChannel);
        return ofChannels.length === 0 || ofChannels.some(isKept);
      })
      .map(({ events, endTick }) => ({ events: events.filter(isKept), endTick }));
    const label = `ch${String(channel + 1).padStart(2, '0')}`;
    return { label, content: { ...content, tracks } };
  });
}

/**
 * A part for each track in which something is played, called like the track. Tempo, signatures and
 * markers of the others go with all of them; in format 2, where each track has its own, they do not.
 */
export function splitByTrack(content: SmfContent): Part[] {
  const { ppq, smpte, tracks, format } = content;
  const shared = format === 2 ? [] : sharedEvents(tracks);
  return tracks.filter(hasPlayed).map((track) => {
    const own =
      shared.length === 0 ? track.events : track.events.filter((event) => !isShared(event));
    const endTick = track.endTick;
    const conductor = { events: shared, endTick };
    const parts = shared.length === 0 ? [track] : [conductor, { events: own, endTick }];
    return {
      label: trackName(track),
      content: { format: parts.length > 1 ? 1 : 0, ppq, smpte, tracks: parts },
    };
  });
}

function sharedEvents(tracks: readonly SmfTrack[]): SmfEvent[] {
  return tracks
    .flatMap(({ events }) => events.filter(isShared))
    .sort((one, other) => one.tick - other.tick);
}

function isShared({ metaType }: SmfEvent): boolean {
  return (
    OF_ALL_TRACKS.has(metaType) ||
    metaType === MetaType.MARKER ||
    metaType === MetaType.SMPTE_OFFSET
  );
}

function hasChannel({ packed, status }: SmfEvent): boolean {
  return packed !== 0 && isChannelMessage(status);
}
