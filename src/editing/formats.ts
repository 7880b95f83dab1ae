/**
 * Several tracks made into one, and one into several: formats 1 and 0.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Formats 0, 1, and 2", "MIDI Channel Prefix", "<sysex event>".
 */
import {
  again,
  channelsOf,
  endTickOf,
  hasChannel,
  metaEvent,
  type SmfContent,
  type SmfEvent,
  SmfTrack,
} from '../files/smf/smf-content.js';
import { META, MetaType } from '../files/smf/smf-encoding.js';
import { type Merged, mergeByTick } from '../files/smf/tracks/tick-merge.js';
import { SYSEX_END, SYSEX_START } from '../midi/status.js';
import { NAMES } from './meta-scopes.js';
import { type OfPort, portAfter, withPorts } from './ports.js';

/**
 * One track of all. Names of a track that has one channel get its prefix, and each change of port is said. While a
 * sysex is under way that comes in several events, what other tracks play waits until it is over: it would break it
 * off.
 *
 * @param content - of format 0 or 1; it is not changed
 */
export function asFormat0(content: SmfContent): SmfContent {
  const { tracks } = content;
  if (tracks.length === 1) return { ...content, format: 0 };
  const prefixed = tracks.map(withPrefixes);
  const ends = prefixed.map(sysexEnds);
  const events = again(() => withPorts(inOneRow(prefixed, ends)));
  return { ...content, format: 0, tracks: [new SmfTrack(events, endTickOf(content))] };
}

interface Row extends OfPort {
  readonly tick: number;
  /** Of the event, in its track. */
  readonly number: number;
}

function* numbered(events: Iterable<SmfEvent>): Generator<Row> {
  let number = 0;
  let port: number | undefined;
  for (const event of events) {
    port = portAfter(event, port);
    yield { tick: event.tick, event, number: number++, port };
  }
}

function* inOneRow(
  tracks: readonly Iterable<SmfEvent>[],
  ends: readonly ReadonlyMap<number, number>[],
): Generator<OfPort> {
  let underWay: { index: number; end: number } | undefined;
  let waiting: Merged<Row>[] = [];
  function* take({ item, index }: Merged<Row>, tick: number): Generator<OfPort> {
    const { event, number, port } = item;
    if (underWay !== undefined && underWay.index !== index && event.metaType < 0) {
      waiting.push({ item, index });
      return;
    }
    yield { event: { ...event, tick }, port };
    const end = ends[index]!.get(number);
    if (end !== undefined) underWay = { index, end };
    if (underWay?.index !== index || underWay.end !== number) return;
    underWay = undefined;
    const late = waiting;
    waiting = [];
    for (const each of late) yield* take(each, tick);
  }
  for (const row of mergeByTick<Row>(tracks.map(numbered))) {
    if (row.item.event.metaType !== MetaType.END_OF_TRACK) yield* take(row, row.item.tick);
  }
}

/** By the number of each F0 event whose sysex later events bring to its end, that of the one that does. */
function sysexEnds(events: Iterable<SmfEvent>): Map<number, number> {
  const ends = new Map<number, number>();
  let start: number | undefined;
  for (const { event, number } of numbered(events)) {
    const { status, data } = event;
    if (status === META) continue;
    const isEnded = data.at(-1) === SYSEX_END;
    if (status === SYSEX_START) start = isEnded ? undefined : number;
    else if (status !== SYSEX_END) start = undefined;
    else if (start !== undefined && isEnded) ends.set(start, number);
    if (isEnded) start = undefined;
  }
  return ends;
}

function withPrefixes({ events }: SmfTrack): Iterable<SmfEvent> {
  const [channel, ...others] = channelsOf(events);
  if (channel === undefined || others.length > 0) return events;
  return again(function* () {
    for (const event of events) {
      if (NAMES.has(event.metaType)) {
        yield metaEvent(event.tick, MetaType.CHANNEL_PREFIX, Uint8Array.of(channel));
      }
      yield event;
    }
  });
}

/**
 * A track for what belongs to no channel, sysex among it, and one for each channel of each port, with the names that
 * a channel prefix gives to it.
 *
 * @param content - of format 0 or 1; of several tracks, those stay
 */
export function asFormat1(content: SmfContent): SmfContent {
  const [track, ...others] = content.tracks;
  if (track === undefined || others.length > 0 || content.format === 1) {
    return { ...content, format: 1 };
  }
  const lines = new Set<number | undefined>();
  for (const { line } of withLines(track)) lines.add(line);
  lines.delete(undefined);
  const parts = [undefined, ...[...lines].sort((one, other) => one! - other!)];
  const tracks = parts.map((wanted) => {
    const own = again(function* () {
      for (const row of withLines(track)) if (row.line === wanted) yield row;
    });
    return new SmfTrack(
      again(() => withPorts(own)),
      track.endTick,
    );
  });
  return { ...content, format: 1, tracks };
}

/** Each event with the port and channel that it belongs to: port << 4 | channel. */
function* withLines({ events }: SmfTrack): Generator<OfPort & { line: number | undefined }> {
  let prefix: number | undefined;
  let port: number | undefined;
  for (const event of events) {
    port = portAfter(event, port);
    if (event.metaType === MetaType.CHANNEL_PREFIX && event.data[0]! < 16) {
      prefix = event.data[0];
      continue;
    }
    if (hasChannel(event)) prefix = undefined;
    const named = NAMES.has(event.metaType) ? prefix : undefined;
    const channel = hasChannel(event) ? event.status & 0x0f : named;
    yield { event, port, line: channel === undefined ? undefined : ((port ?? 0) << 4) | channel };
  }
}
