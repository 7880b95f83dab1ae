/**
 * A part of a file as a file of its own: it begins with the tempo, the signatures and the state of
 * the instruments that hold at its beginning, and nothing sounds on at its end.
 */
import {
  type SmfContent,
  type SmfEvent,
  type SmfTrack,
  shortEvent,
} from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { ChannelState } from '../midi/channel-state.js';
import { EventBatch } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { isNoteOff } from '../midi/status.js';
import { OF_ALL_TRACKS, OF_ITS_TRACK } from './meta-scopes.js';

export interface Cut {
  fromTick: number;
  /** What stands here is not part of it, unless this is the end of the file. */
  toTick: number;
  /** Where the part ends if its events end sooner; not after `toTick`. */
  endTick: number;
}

/** Cuts all tracks of a file of format 0 or 1. Its own events are not copied, and not changed. */
export function cutSmf(content: SmfContent, cut: Cut): SmfContent {
  const { format, ppq, smpte, tracks } = content;
  const parts = tracks.map((track) => cutTrack(track, cut));
  const first = parts[0];
  if (first !== undefined) first.events.unshift(...lastOfAllTracks(tracks, cut.fromTick));
  const lastTick = parts.reduce((last, { endTick }) => Math.max(last, endTick), 0);
  for (const part of parts) part.endTick = Math.max(lastTick, cut.endTick - cut.fromTick);
  for (const [index, part] of parts.entries()) endNotes(part, tracks[index]!, cut);
  return { format, ppq, smpte, tracks: parts };
}

function cutTrack({ events }: SmfTrack, { fromTick, toTick }: Cut): SmfTrack {
  const lasting = new Map<number, SmfEvent>();
  const state = new ChannelState();
  const before = new HeldKeys();
  const within = new HeldKeys();
  const kept: SmfEvent[] = [];
  for (const event of events) {
    const { tick, metaType, packed } = event;
    if (tick < fromTick) {
      if (OF_ITS_TRACK.has(metaType)) lasting.set(metaType, event);
      state.update(0, packed);
      before.update(0, packed);
    } else if (tick < toTick && metaType !== MetaType.END_OF_TRACK) {
      // The end of a note that began before the part is not in it.
      const isOfBefore = isNoteOff(packed) && !within.isHeld(0, packed) && before.isDue(0, packed);
      (isOfBefore ? before : within).update(0, packed);
      if (isOfBefore) continue;
      kept.push({ ...event, tick: tick - fromTick });
    }
  }
  const head = [...lasting.values()].map((event) => ({ ...event, tick: 0 }));
  const startEvents = fromTick === 0 ? [] : [...head, ...stateEvents(state)];
  return { events: [...startEvents, ...kept], endTick: kept.at(-1)?.tick ?? 0 };
}

/** The last tempo and signatures of any track, before `fromTick`. */
function lastOfAllTracks(tracks: readonly SmfTrack[], fromTick: number): SmfEvent[] {
  const last = new Map<number, SmfEvent>();
  for (const { events } of tracks) {
    for (const event of events) {
      if (event.tick >= fromTick) break;
      if (!OF_ALL_TRACKS.has(event.metaType)) continue;
      if (event.tick >= (last.get(event.metaType)?.tick ?? 0)) last.set(event.metaType, event);
    }
  }
  return [...last.values()].map((event) => ({ ...event, tick: 0 }));
}

function stateEvents(state: ChannelState): SmfEvent[] {
  const batch = new EventBatch(16);
  state.addTo(batch, 0);
  return Array.from(batch.packed.subarray(0, batch.count), (packed) => shortEvent(0, packed));
}

/** Notes that go on behind the part end with it. */
function endNotes(part: SmfTrack, { events }: SmfTrack, { toTick }: Cut): void {
  const goesOn = events.some(({ tick, packed }) => tick >= toTick && packed !== 0);
  if (!goesOn) return;
  const held = new HeldKeys();
  for (const { packed } of part.events) held.update(0, packed);
  for (const packed of held.noteOffs(0)) part.events.push(shortEvent(part.endTick, packed));
}
