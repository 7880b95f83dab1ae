/**
 * A Standard MIDI File as it sounds: every message at its time in milliseconds, all tracks in one
 * stream, sysex packets joined. It is what show, play, split, trim and sysex-send know of a file's messages.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Formats 0, 1, and 2", "Set Tempo", "<sysex event>".
 */
import { EventBatch } from '../../midi/event-batch.js';
import type { TempoMap } from '../../midi/tempo/tempo-map.js';
import { again, endTickOf, type SmfContent, type SmfTrack } from './smf-content.js';
import { saysTempo, tempoMapOf } from './smf-tempo.js';
import { trackName } from './smf-texts.js';
import { isSignature } from './tempo-track.js';
import { mergeByTick } from './tracks/tick-merge.js';
import { messagesOf, type TrackMessage } from './tracks/track-messages.js';

export interface TempoChange {
  /** Milliseconds from the beginning. */
  readonly timeMs: number;
  /** Quarter notes a minute. */
  readonly bpm: number;
}

export interface SmfTimeline {
  /**
   * All messages, in order of time, those of the same time in order of their tracks. `device` is the
   * number of the track, from 0; tracks beyond 255 share the last one. Marker events (FF 06) are
   * MARKER rows. They are made each time that one goes through them; a batch is good until the next.
   */
  readonly batches: Iterable<EventBatch>;
  /** The same without most of what is before `timeMs`. A sysex under way there is a broken one. */
  batchesFrom(timeMs: number): Iterable<EventBatch>;
  /** By the payload of a sysex, whole or broken, that comes in several parts. */
  readonly packets: { get(payload: Uint8Array): SysexPackets | undefined };
  /** By track; empty where there is none. */
  readonly trackNames: readonly string[];
  /** In order of time, the first at 0; empty if the file says none, or counts in SMPTE frames. */
  readonly tempos: readonly TempoChange[];
  /** The first one that the file has. */
  readonly timeSignature: { numerator: number; denominator: number } | undefined;
  /** When the last track ends, in milliseconds from the beginning. */
  readonly endMs: number;
}

/** A sysex that several events bring, or that is so long that its row has but the beginning. */
export interface SysexPackets extends Iterable<SysexPacket> {
  /** Bytes of all. */
  readonly length: number;
  /** When the last one comes. */
  readonly endMs: number;
}

/** What one event, or a piece of one, brings of a sysex. */
export interface SysexPacket {
  /** Milliseconds from the beginning. */
  readonly timeMs: number;
  /** Not empty; without realtime that stands in it. */
  readonly bytes: Uint8Array;
}

const LAST_DEVICE = 255;
const BATCH_ROWS = 4096;
const LONGEST_WHOLE_BYTES = 16 * 1024 * 1024;

/**
 * Puts the events of `smf` on one time line, as far as the file goes.
 *
 * The tracks of format 0 and 1 sound together, with the tempo changes of all of them; those of
 * format 2 are patterns of their own, and are placed one after the other.
 *
 * A sysex that is spread over an F0 event and F7 events is one message, at the time of its F0;
 * realtime inside it stands where it stood. Any other message between them breaks it off, as it would on
 * a cable, unless it comes from another port (FF 21): each has a sysex of its own. An F7 event outside a sysex gives whatever messages it holds; bytes of none (an undefined F4
 * or F5, a message that is cut off) are left out.
 *
 * @param longest - bytes of a sysex; a longer one has but its beginning in its row, and all of it in `packets`
 */
export function readTimeline(smf: SmfContent, longest = LONGEST_WHOLE_BYTES): SmfTimeline {
  const { tracks } = smf;
  const arePatterns = smf.format === 2;
  const tempos: TempoChange[] = [];
  const groups: Group[] = [];
  let endMs = 0;
  for (const [index, track] of tracks.entries()) {
    const isFirstOfGroup = arePatterns || index === 0;
    if (isFirstOfGroup) {
      const map = tempoMapOf(smf, arePatterns ? [track] : tracks);
      groups.push({ first: index, tracks: [], map, startMs: endMs });
      for (const { tick, microseconds } of map.steps) {
        tempos.push({ timeMs: endMs + map.timeMsAt(tick), bpm: 60_000_000 / microseconds });
      }
    }
    const group = groups.at(-1)!;
    group.tracks.push(track);
    endMs = Math.max(endMs, group.startMs + group.map.timeMsAt(track.endTick));
  }
  const packets = new WeakMap<Uint8Array, SysexPackets>();
  const batchesFrom = (timeMs: number) => again(() => batchesOf(groups, timeMs, longest, packets));
  return {
    batches: batchesFrom(0),
    batchesFrom,
    packets,
    trackNames: tracks.map((track) => trackName(track, smf.charset)),
    tempos: smf.smpte === undefined && tracks.some(saysTempo) ? tempos : [],
    timeSignature: timeSignatureOf(tracks),
    endMs,
  };
}

/**
 * The tempo in the middle: half of the time from the first note on is no slower, and half no faster.
 *
 * @param firstNoteMs - the lead-in before it has a tempo of its own
 * @returns quarter notes a minute; undefined where the file says no tempo
 */
export function usualBpm(
  { tempos, endMs }: Pick<SmfTimeline, 'tempos' | 'endMs'>,
  firstNoteMs = 0,
): number | undefined {
  const spans = tempos.map(({ timeMs, bpm }, index) => {
    const untilMs = Math.min(tempos[index + 1]?.timeMs ?? endMs, endMs);
    return { bpm, lengthMs: Math.max(0, untilMs - Math.max(timeMs, firstNoteMs)) };
  });
  spans.sort((one, other) => one.bpm - other.bpm);
  let leftMs = spans.reduce((sum, { lengthMs }) => sum + lengthMs, 0) / 2;
  if (leftMs === 0) return tempos.at(-1)?.bpm;
  for (const { bpm, lengthMs } of spans) {
    leftMs -= lengthMs;
    if (leftMs <= 0) return bpm;
  }
  return undefined;
}

/** Tracks that sound together. */
interface Group {
  /** Number of the first of them. */
  readonly first: number;
  readonly tracks: SmfTrack[];
  readonly map: TempoMap;
  readonly startMs: number;
}

function* batchesOf(
  groups: readonly Group[],
  fromMs: number,
  longest: number,
  packets: WeakMap<Uint8Array, SysexPackets>,
): Generator<EventBatch> {
  const batch = new EventBatch(BATCH_ROWS);
  for (const { first, tracks, map, startMs } of groups) {
    const timeMsAt = (tick: number) => startMs + map.timeMsAt(tick);
    // Ticks are rounded.
    const fromTick = Math.max(0, map.tickAt(fromMs - startMs) - 1);
    const rows = tracks.map((track) => messagesOf(track, fromTick, longest));
    for (const { item, index } of mergeByTick<TrackMessage>(rows)) {
      const { tick, packed, kind, payload, sysex } = item;
      const device = Math.min(first + index, LAST_DEVICE);
      if (kind === undefined) batch.addShort(timeMsAt(tick), device, packed);
      else batch.addBytes(timeMsAt(tick), device, kind, payload!);
      if (sysex !== undefined) packets.set(payload!, packetsOf(sysex, timeMsAt));
      if (batch.count < BATCH_ROWS) continue;
      yield batch;
      batch.clear();
    }
  }
  if (batch.count > 0) yield batch;
}

function packetsOf(
  { length, endTick, parts }: NonNullable<TrackMessage['sysex']>,
  timeMsAt: (tick: number) => number,
): SysexPackets {
  const packets = again(function* () {
    for (const { tick, bytes } of parts) yield { timeMs: timeMsAt(tick), bytes };
  });
  return { ...packets, length, endMs: timeMsAt(endTick) };
}

/** The one that holds longest: the first may be that of a pickup. */
function timeSignatureOf(
  tracks: readonly SmfTrack[],
): { numerator: number; denominator: number } | undefined {
  const endTick = endTickOf({ tracks });
  for (const { metas } of tracks) {
    const found = metas.filter(isSignature);
    const longest = found
      .map(({ tick, data }, index) => ({ data, ticks: (found[index + 1]?.tick ?? endTick) - tick }))
      .reduce<{ data: Uint8Array; ticks: number } | undefined>(
        (best, each) => (best === undefined || each.ticks > best.ticks ? each : best),
        undefined,
      );
    if (longest === undefined) continue;
    const [numerator = 0, power = 0] = longest.data;
    return { numerator, denominator: 2 ** power };
  }
  return undefined;
}
