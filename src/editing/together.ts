/** Several files made into one, side by side from the beginning. */
import {
  edited,
  endTickOf,
  metaEvent,
  type SmfContent,
  type SmfEvent,
  SmfTrack,
} from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { trackName } from '../files/smf/smf-texts.js';
import { type KnownTempo, tempoOf } from '../files/smf/tempo-track.js';
import { mergedEvents } from '../files/smf/tracks/tick-merge.js';
import { MAX_PPQ } from '../midi/ticks.js';
import { LEAST_PPQ } from './bars.js';
import { commonDivision, isName, type Joined, withReleases } from './join.js';
import { OF_ALL_TRACKS, OF_THE_BEGINNING } from './meta-scopes.js';
import { hasPlayed } from './stillness.js';

export interface Together extends Joined {
  /** By file: false if it has another tempo or other bars than the first, whose bars it gets; its times stay. */
  readonly hasSameBars: readonly boolean[];
}

/** A file, and where its ticks come to lie. */
interface Part {
  readonly content: SmfContent;
  readonly place: (tick: number) => number;
  readonly endTick: number;
  readonly hasSameBars: boolean;
}

/**
 * Puts files of format 0 and 1 side by side: tempo, time signatures and keys are those of the first. Where another
 * file has the same tempo its ticks stay the same ones; else each of its events keeps its time, to half a tick. The
 * tracks stay apart, but for a first one without music: what is in that goes into the first of all, its name as a text.
 *
 * @param contents - at least one; they are not changed
 * @throws MidirecError BAD_FILE for what cannot stand in one file
 */
export function putTogether(contents: readonly SmfContent[]): Together {
  const division = commonDivision(contents);
  const { smpte, isExact } = division;
  const { ppq, parts } = smpte === undefined ? inBeats(contents, division.ppq) : inFrames(contents);
  const endTick = parts.reduce((last, part) => Math.max(last, part.endTick), 0);
  const tracks: SmfTrack[] = [];
  const shared: Iterable<SmfEvent>[] = [];
  const titles = new Set(['', ...contents[0]!.tracks.slice(0, 1).map((track) => trackName(track))]);
  let leftOut = 0;
  for (const [number, part] of parts.entries()) {
    for (const [index, track] of part.content.tracks.entries()) {
      const moved = number === 0 ? movedTrack(track, part) : withoutShared(movedTrack(track, part));
      if (number > 0) leftOut += track.metas.filter(isOfBeginning).length;
      const isConductor = index === 0 && part.content.tracks.length > 1 && !hasPlayed(track);
      if (number > 0 && isConductor) {
        const title = trackName(track, part.content.charset);
        if (!titles.has(title)) shared.push([titleText(title)]);
        titles.add(title);
        shared.push(edited(moved, (event) => (isName(event) ? undefined : event)));
        continue;
      }
      const ended = part.endTick < endTick ? withReleases(moved, part.endTick) : moved;
      tracks.push(new SmfTrack(ended, part.endTick));
    }
  }
  const [first] = tracks;
  if (first !== undefined) {
    tracks[0] = new SmfTrack(mergedEvents([first.events, ...shared]), endTick);
  }
  return {
    content: { format: 1, ppq, smpte, tracks },
    isExact,
    leftOut,
    hasSameBars: parts.map(({ hasSameBars }) => hasSameBars),
  };
}

function inFrames(contents: readonly SmfContent[]): { ppq: number; parts: Part[] } {
  const parts = contents.map((content) => ({
    content,
    place: (tick: number) => tick,
    endTick: endTickOf(content),
    hasSameBars: true,
  }));
  return { ppq: 0, parts };
}

/** @param common - ticks per quarter note, as fine as all of them */
function inBeats(contents: readonly SmfContent[], common: number): { ppq: number; parts: Part[] } {
  const agree = contents.every((content) => agreement(content, contents[0]!, common).hasSameTempo);
  // Ticks that have to be found anew are to be fine ones.
  const finer = agree ? 1 : Math.min(Math.ceil(LEAST_PPQ / common), Math.floor(MAX_PPQ / common));
  const ppq = common * finer;
  const { map } = tempoOf(contents[0]!, ppq);
  const parts = contents.map((content) => {
    const { hasSameTempo, hasSameBars } = agreement(content, contents[0]!, ppq);
    const scale = ppq / content.ppq;
    const own = tempoOf(content).map;
    const place = (tick: number) =>
      hasSameTempo ? Math.round(tick * scale) : map.tickAt(own.timeMsAt(tick));
    return { content, place, endTick: place(endTickOf(content)), hasSameBars };
  });
  return { ppq, parts };
}

/** Whether a file has the tempo and the bars of another one, up to its own end. */
function agreement(
  content: SmfContent,
  first: SmfContent,
  ppq: number,
): { hasSameTempo: boolean; hasSameBars: boolean } {
  const endTick = (endTickOf(content) * ppq) / content.ppq;
  const own = tempoOf(content, ppq);
  const wanted = tempoOf(first, ppq);
  const isSame = (type: number) => wordsOf(own, type, endTick) === wordsOf(wanted, type, endTick);
  const hasSameTempo = isSame(MetaType.TEMPO);
  return { hasSameTempo, hasSameBars: hasSameTempo && isSame(MetaType.TIME_SIGNATURE) };
}

function wordsOf({ events }: KnownTempo, type: number, endTick: number): string {
  return events
    .filter(({ tick, metaType }) => metaType === type && (tick === 0 || tick < endTick))
    .map(({ tick, data }) => `${tick}: ${data}`)
    .join();
}

function movedTrack({ events }: SmfTrack, { place }: Part): Iterable<SmfEvent> {
  return edited(events, (event) =>
    event.metaType === MetaType.END_OF_TRACK ? undefined : { ...event, tick: place(event.tick) },
  );
}

function withoutShared(events: Iterable<SmfEvent>): Iterable<SmfEvent> {
  return edited(events, (event) =>
    OF_ALL_TRACKS.has(event.metaType) || isOfBeginning(event) ? undefined : event,
  );
}

function isOfBeginning({ metaType }: SmfEvent): boolean {
  return OF_THE_BEGINNING.has(metaType);
}

/** What was the name of a file, as a line of text: `Title: Waltz`. */
function titleText(title: string): SmfEvent {
  return metaEvent(0, MetaType.TEXT, Buffer.from(`Title: ${title}`));
}
