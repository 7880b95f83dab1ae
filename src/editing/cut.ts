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
import { NOTE_OFF, NOTE_ON } from '../midi/status.js';
import { Unreleased } from '../midi/unreleased.js';

export interface Cut {
  fromTick: number;
  /** What stands here is not part of it, unless this is the end of the file. */
  toTick: number;
  /** Where the part ends if its events end sooner; not after `toTick`. */
  endTick: number;
}

/** Meta events that hold in their track until the next of their type. */
const LASTING = new Set<number>([
  MetaType.COPYRIGHT,
  MetaType.TRACK_NAME,
  MetaType.INSTRUMENT_NAME,
  MetaType.DEVICE_NAME,
  MetaType.CHANNEL_PREFIX,
  MetaType.PORT,
  MetaType.KEY_SIGNATURE,
]);
/** The same, but of these there is one for the whole file, whichever track has it. */
const OF_THE_FILE = new Set<number>([MetaType.TEMPO, MetaType.TIME_SIGNATURE]);

/** Cuts all tracks of a file of format 0 or 1. Its own events are not copied, and not changed. */
export function cutSmf(content: SmfContent, cut: Cut): SmfContent {
  const { format, ppq, smpte, tracks } = content;
  const parts = tracks.map((track) => cutTrack(track, cut));
  const first = parts[0];
  if (first !== undefined) first.events.unshift(...lastOfTheFile(tracks, cut.fromTick));
  const lastTick = parts.reduce((last, { endTick }) => Math.max(last, endTick), 0);
  for (const part of parts) part.endTick = Math.max(lastTick, cut.endTick - cut.fromTick);
  for (const [index, part] of parts.entries()) endNotes(part, tracks[index]!, cut);
  return { format, ppq, smpte, tracks: parts };
}

function cutTrack({ events }: SmfTrack, { fromTick, toTick }: Cut): SmfTrack {
  const lasting = new Map<number, SmfEvent>();
  const state = new ChannelState();
  const held = new Unreleased();
  const kept: SmfEvent[] = [];
  let heldOver: Map<number, number> | undefined;
  for (const event of events) {
    const { tick, metaType, packed } = event;
    if (tick < fromTick) {
      if (LASTING.has(metaType)) lasting.set(metaType, event);
      if (packed !== 0) state.update(0, packed);
      if (packed !== 0) held.update(packed);
    } else if (tick < toTick) {
      heldOver ??= countHeld(held);
      if (metaType === MetaType.END_OF_TRACK || endsNoteOfBefore(packed, heldOver)) continue;
      kept.push({ ...event, tick: tick - fromTick });
    }
  }
  const head = [...lasting.values()].map((event) => ({ ...event, tick: 0 }));
  const startEvents = fromTick === 0 ? [] : [...head, ...stateEvents(state)];
  return { events: [...startEvents, ...kept], endTick: kept.at(-1)?.tick ?? 0 };
}

/** The last tempo and time signature of any track, before `fromTick`. */
function lastOfTheFile(tracks: readonly SmfTrack[], fromTick: number): SmfEvent[] {
  const last = new Map<number, SmfEvent>();
  for (const { events } of tracks) {
    for (const event of events) {
      if (event.tick >= fromTick) break;
      if (!OF_THE_FILE.has(event.metaType)) continue;
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

/** By channel and key, how many times it was struck and not let go. */
function countHeld(held: Unreleased): Map<number, number> {
  const counts = new Map<number, number>();
  for (const packed of held.messages()) {
    if ((packed & 0xf0) !== NOTE_OFF) continue;
    const voice = packed & 0x7f0f;
    counts.set(voice, (counts.get(voice) ?? 0) + 1);
  }
  return counts;
}

/** Takes note of a note-off whose note began before the part, and of notes that begin in it. */
function endsNoteOfBefore(packed: number, heldOver: Map<number, number>): boolean {
  const command = packed & 0xf0;
  if (command !== NOTE_ON && command !== NOTE_OFF) return false;
  const voice = packed & 0x7f0f;
  const count = heldOver.get(voice) ?? 0;
  if (count === 0 || (command === NOTE_ON && packed >>> 16 > 0)) return false;
  heldOver.set(voice, count - 1);
  return true;
}

/** Notes that go on behind the part end with it. */
function endNotes(part: SmfTrack, { events }: SmfTrack, { toTick }: Cut): void {
  const goesOn = events.some(({ tick, packed }) => tick >= toTick && packed !== 0);
  if (!goesOn) return;
  const held = new Unreleased();
  for (const { packed } of part.events) if (packed !== 0) held.update(packed);
  for (const packed of held.messages()) {
    if ((packed & 0xf0) === NOTE_OFF) part.events.push(shortEvent(part.endTick, packed));
  }
}
