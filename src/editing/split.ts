/** One file made into several: at silences, at markers, by channel, by track. */
import {
  again,
  channelsOf,
  endTickOf,
  hasChannel,
  type SmfContent,
  type SmfEvent,
  SmfTrack,
} from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { tempoMapOf } from '../files/smf/smf-tempo.js';
import { decodeSmfText, trackName } from '../files/smf/smf-texts.js';
import { readTimeline } from '../files/smf/smf-timeline.js';
import { mergedEvents } from '../files/smf/tracks/tick-merge.js';
import { LEAD_IN_MS, TAIL_MS } from '../midi/playing.js';
import { type Cut, cutSmf } from './cut.js';
import { FOR_ALL_TRACKS } from './meta-scopes.js';
import { findStillness, hasPlayed, isOfPlaying } from './stillness.js';

const WORDS: ReadonlySet<number> = new Set([MetaType.TEXT, MetaType.LYRIC]);

/** What a file is split into. */
export interface Parts {
  /** What tells each from the others, besides its number: a marker, a channel, a track; may be empty. */
  labels: readonly string[];
  /** As many; each is made when the one before has been done with. */
  contents: Iterable<SmfContent>;
}

/**
 * Parts with silence between them. Where a key or a pedal is held there is no silence.
 *
 * @param content - of format 0 or 1
 * @param silenceMs - how long a silence must be
 */
export function splitAtSilence(content: SmfContent, silenceMs: number): Parts {
  const timeline = readTimeline(content);
  const map = tempoMapOf(content, content.tracks);
  const gaps = findStillness(timeline, silenceMs).filter(
    ({ toMs, hasNotesBefore, hasNotesAfter }) =>
      toMs < timeline.endMs && hasNotesBefore && hasNotesAfter,
  );
  const cuts: Cut[] = [];
  let fromTick = 0;
  for (const { fromMs, toMs } of gaps) {
    const toTick = map.tickAt(toMs - Math.min(LEAD_IN_MS, (toMs - fromMs) / 2));
    cuts.push({ fromTick, toTick, endTick: Math.min(toTick, map.tickAt(fromMs + TAIL_MS)) });
    fromTick = toTick;
  }
  cuts.push({ fromTick, toTick: Number.POSITIVE_INFINITY, endTick: endTickOf(content) });
  return { labels: cuts.map(() => ''), contents: cutSmf(content, cuts) };
}

/**
 * Parts that begin at markers, and are called like them. What is before the first one is a part too, if
 * anything is played, said or sung there.
 *
 * @param content - of format 0 or 1
 */
export function splitAtMarkers(content: SmfContent): Parts {
  const markers = new Map<number, string>();
  for (const { metas } of content.tracks) {
    for (const { metaType, tick, data } of metas) {
      if (metaType === MetaType.MARKER && !markers.has(tick)) {
        markers.set(tick, decodeSmfText(data, content.charset));
      }
    }
  }
  const starts = [...markers].sort(([one], [other]) => one - other);
  if (starts[0]?.[0] !== 0) starts.unshift([0, '']);
  const parts = starts
    .map(([fromTick, label], index) => {
      const toTick = starts[index + 1]?.[0] ?? Number.POSITIVE_INFINITY;
      return { label, fromTick, toTick, endTick: Math.min(toTick, endTickOf(content)) };
    })
    .filter(({ label, ...cut }) => label !== '' || hasContent(content, cut));
  return { labels: parts.map(({ label }) => label), contents: cutSmf(content, parts) };
}

/** Whether anything is played, said or sung. */
function hasContent({ tracks }: SmfContent, { fromTick, toTick }: Cut): boolean {
  return tracks.some((track) => {
    for (const event of track.eventsFrom(fromTick)) {
      if (event.tick >= toTick) return false;
      if (isOfPlaying(event) || WORDS.has(event.metaType)) return true;
    }
    return false;
  });
}

/**
 * A part for each channel: the tracks that have it, without the other channels, and those without any. What
 * the others say for all tracks goes with them.
 */
export function splitByChannel(content: SmfContent): Parts {
  const ofTracks = new Map(content.tracks.map((track) => [track, channelsOf(track.events)]));
  const all = new Set([...ofTracks.values()].flatMap((channels) => [...channels]));
  const numbers = [...all].sort((one, other) => one - other);
  const contents = numbers.map((channel) => {
    const isOwn = (track: SmfTrack) => {
      const channels = ofTracks.get(track)!;
      return channels.size === 0 || channels.has(channel);
    };
    const tracks = withForeign(content.tracks, isOwn).map((track) =>
      track.edited((event) =>
        !hasChannel(event) || (event.status & 0x0f) === channel ? event : undefined,
      ),
    );
    return { ...content, tracks };
  });
  const labels = numbers.map((channel) => `ch${String(channel + 1).padStart(2, '0')}`);
  return { labels, contents };
}

/**
 * A part for each track in which something is played, called like the track, with those in which nothing is
 * played. What the others say for all tracks goes with them; in format 2, where each track has its own time,
 * it does not.
 */
export function splitByTrack(content: SmfContent): Parts {
  const { ppq, smpte, tracks, format, charset } = content;
  const played = new Set(tracks.filter(hasPlayed));
  const contents = again(function* () {
    for (const track of played) {
      const isOwn = (other: SmfTrack) => other === track || !played.has(other);
      const own = format === 2 ? [track] : withForeign(tracks, isOwn);
      yield { format: own.length > 1 ? 1 : 0, ppq, smpte, tracks: own };
    }
  });
  return { labels: Array.from(played, (track) => trackName(track, charset)), contents };
}

/** Those of `tracks` that are `isOwn`, and before them what the others say for all, unless it is said already. */
function withForeign(tracks: readonly SmfTrack[], isOwn: (track: SmfTrack) => boolean): SmfTrack[] {
  const own = tracks.filter(isOwn);
  const said = new Set(own.flatMap(({ metas }) => metas.filter(isForAll).map(keyOf)));
  const foreign: SmfEvent[] = [];
  for (const event of tracks.filter((track) => !isOwn(track)).flatMap(({ metas }) => metas)) {
    if (!isForAll(event) || said.has(keyOf(event))) continue;
    said.add(keyOf(event));
    foreign.push(event);
  }
  if (foreign.length === 0) return own;
  const [first] = own;
  const hasConductor = first !== undefined && !hasPlayed(first);
  foreign.sort((one, other) => one.tick - other.tick);
  const endTick = Math.max(foreign.at(-1)!.tick, first?.endTick ?? 0);
  const events = mergedEvents([hasConductor ? first.events : [], foreign]);
  return [new SmfTrack(events, endTick), ...own.slice(hasConductor ? 1 : 0)];
}

function isForAll({ metaType }: SmfEvent): boolean {
  return FOR_ALL_TRACKS.has(metaType);
}

function keyOf({ tick, metaType, data }: SmfEvent): string {
  return `${tick} ${metaType} ${data.join(' ')}`;
}
