/**
 * Several tracks made into one, and one into several: formats 1 and 0.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Formats 0, 1, and 2", "MIDI Channel Prefix", "<sysex event>".
 */
import {
  endTickOf,
  metaEvent,
  type SmfContent,
  type SmfEvent,
  type SmfTrack,
} from '../files/smf/smf-content.js';
import { META, MetaType } from '../files/smf/smf-encoding.js';
import { isChannelMessage, SYSEX_END, SYSEX_START } from '../midi/status.js';

/** Names that belong to a track. In format 0 a channel prefix before them says whose they are. */
const NAMES: ReadonlySet<number> = new Set([
  MetaType.TRACK_NAME,
  MetaType.INSTRUMENT_NAME,
  MetaType.DEVICE_NAME,
]);

/**
 * One track of all. Names of a track that has one channel get its prefix. While a sysex is under way that comes
 * in several events, what other tracks play waits until it is over: it would break it off.
 *
 * @param content - of format 0 or 1; it is not changed
 */
export function asFormat0(content: SmfContent): SmfContent {
  const { tracks } = content;
  if (tracks.length === 1) return { ...content, format: 0 };
  const rows = tracks.flatMap((track, index) => {
    const ends = sysexEnds(track);
    return withPrefixes(track).map((event) => ({ event, index, end: ends.get(event) }));
  });
  rows.sort((one, other) => one.event.tick - other.event.tick);
  const events: SmfEvent[] = [];
  let underWay: { index: number; end: SmfEvent } | undefined;
  let waiting: typeof rows = [];
  const take = (row: (typeof rows)[number], tick: number) => {
    const { event, index, end } = row;
    if (underWay !== undefined && underWay.index !== index && event.metaType < 0) {
      waiting.push(row);
      return;
    }
    events.push({ ...event, tick });
    if (end !== undefined) underWay = { index, end };
    if (underWay?.end !== event) return;
    underWay = undefined;
    const late = waiting;
    waiting = [];
    for (const each of late) take(each, tick);
  };
  for (const row of rows)
    if (row.event.metaType !== MetaType.END_OF_TRACK) take(row, row.event.tick);
  return { ...content, format: 0, tracks: [{ events, endTick: endTickOf(content) }] };
}

/** Each F0 event whose sysex later events bring to its end, with the one that does. */
function sysexEnds({ events }: SmfTrack): Map<SmfEvent, SmfEvent> {
  const ends = new Map<SmfEvent, SmfEvent>();
  let start: SmfEvent | undefined;
  for (const event of events) {
    const { status, data } = event;
    if (status === META) continue;
    const isEnded = data.at(-1) === SYSEX_END;
    if (status === SYSEX_START) start = isEnded ? undefined : event;
    else if (status !== SYSEX_END) start = undefined;
    else if (start !== undefined && isEnded) ends.set(start, event);
    if (isEnded) start = undefined;
  }
  return ends;
}

function withPrefixes({ events }: SmfTrack): SmfEvent[] {
  const channels = new Set(events.filter(hasChannel).map(({ status }) => status & 0x0f));
  const [channel, ...others] = channels;
  if (channel === undefined || others.length > 0) return events;
  return events.flatMap((event) =>
    NAMES.has(event.metaType)
      ? [metaEvent(event.tick, MetaType.CHANNEL_PREFIX, Uint8Array.of(channel)), event]
      : [event],
  );
}

/**
 * A track for what belongs to no channel, sysex among it, and one for each channel, with the names that a
 * channel prefix gives to it.
 *
 * @param content - of format 0 or 1; of several tracks, those stay
 */
export function asFormat1(content: SmfContent): SmfContent {
  const [track, ...others] = content.tracks;
  if (track === undefined || others.length > 0 || content.format === 1) {
    return { ...content, format: 1 };
  }
  const conductor: SmfEvent[] = [];
  const channels = new Map<number, SmfEvent[]>();
  const eventsOf = (channel: number) => {
    if (!channels.has(channel)) channels.set(channel, []);
    return channels.get(channel)!;
  };
  let prefix: number | undefined;
  for (const event of track.events) {
    if (hasChannel(event)) {
      eventsOf(event.status & 0x0f).push(event);
      prefix = undefined;
    } else if (event.metaType === MetaType.CHANNEL_PREFIX && event.data[0]! < 16) {
      prefix = event.data[0];
    } else if (prefix !== undefined && NAMES.has(event.metaType)) {
      eventsOf(prefix).push(event);
    } else {
      conductor.push(event);
    }
  }
  const parts = [...channels].sort(([one], [other]) => one - other).map(([, events]) => events);
  const { endTick } = track;
  return {
    ...content,
    format: 1,
    tracks: [conductor, ...parts].map((events) => ({ events, endTick })),
  };
}

function hasChannel({ packed, status }: SmfEvent): boolean {
  return packed !== 0 && isChannelMessage(status);
}
