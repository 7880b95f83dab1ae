/** Where nothing is played, and nothing sounds on: the silences of a file. */
import type { SmfEvent } from '../files/smf/smf-reader.js';
import type { SmfContent } from '../files/smf/smf-writer.js';
import { Sounding } from '../midi/sounding.js';
import {
  isChannelMessage,
  isRealtime,
  NOTE_ON,
  SYSEX_END,
  SYSEX_START,
  TIME_CODE,
} from '../midi/status.js';
import type { TickTime } from './tick-time.js';

/** A stretch without events, between what was played before and what is played next. */
export interface Stillness {
  /** Tick of the last event before it; 0 at the beginning. */
  fromTick: number;
  /** Tick of the first event behind it; the end of the file at its end. */
  toTick: number;
  lengthMs: number;
  /** Whether a note was struck before it, and whether one is struck after it. */
  hasNotesBefore: boolean;
  hasNotesAfter: boolean;
}

/** How long a key or pedal that nobody lets go of can make silence not count as silence. */
const STUCK_LIMIT_MS = 10 * 60_000;
const LAST_DEVICE = 0xff;

/**
 * All stretches in which no key is held, no pedal is down and no sysex under way, however short;
 * those of no length are left out. What counts as played: channel messages and sysex; not clock, not active
 * sensing, not what the file says about itself.
 */
export function findStillness(content: SmfContent, time: TickTime, endTick: number): Stillness[] {
  const played = listPlayed(content);
  const noteTicks = played.filter(({ event }) => isNoteOn(event)).map(({ tick }) => tick);
  const firstNote = noteTicks[0] ?? Number.POSITIVE_INFINITY;
  const lastNote = noteTicks.at(-1) ?? Number.NEGATIVE_INFINITY;
  const found: Stillness[] = [];
  const sounding = new Sounding();
  const openSysex = new Set<number>();
  let fromTick = 0;
  const look = (toTick: number) => {
    const lengthMs = time.timeMsAt(toTick) - time.timeMsAt(fromTick);
    if (lengthMs > STUCK_LIMIT_MS) {
      sounding.clear();
      openSysex.clear();
    }
    if (lengthMs <= 0 || !sounding.isSilent || openSysex.size > 0) return;
    const hasNotesBefore = firstNote <= fromTick;
    found.push({ fromTick, toTick, lengthMs, hasNotesBefore, hasNotesAfter: lastNote >= toTick });
  };
  for (const { tick, track, event } of played) {
    look(tick);
    fromTick = tick;
    if (event.packed !== 0) sounding.update(Math.min(track, LAST_DEVICE), event.packed);
    else if (event.data.at(-1) === SYSEX_END) openSysex.delete(track);
    else if (event.status === SYSEX_START) openSysex.add(track);
  }
  look(endTick);
  return found;
}

interface Played {
  tick: number;
  track: number;
  event: SmfEvent;
}

/** What is played, of all tracks, in order of time. */
function listPlayed({ tracks }: SmfContent): Played[] {
  return tracks
    .flatMap(({ events }, track) =>
      events.filter(isPlayed).map((event) => ({ tick: event.tick, track, event })),
    )
    .sort((one, other) => one.tick - other.tick);
}

/** Channel messages and sysex, and of what an escape holds all that is no clock, active sensing or time code. */
export function isPlayed({ status, metaType, data }: SmfEvent): boolean {
  if (metaType >= 0) return false;
  if (status !== SYSEX_END) return isChannelMessage(status) || status === SYSEX_START;
  const isBackground = data.length === 1 ? isRealtime(data[0]!) : data[0] === TIME_CODE;
  return data.length > 0 && !isBackground;
}

function isNoteOn({ packed }: SmfEvent): boolean {
  return (packed & 0xf0) === NOTE_ON && packed >>> 16 > 0;
}
