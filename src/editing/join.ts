/** Several files made into one, one after the other. */
import {
  again,
  edited,
  endTickOf,
  metaEvent,
  type SmfContent,
  type SmfEvent,
  SmfTrack,
  shortEvent,
} from '../files/smf/smf-content.js';
import { encodeTempo, encodeTimeSignature, MetaType } from '../files/smf/smf-encoding.js';
import { DEFAULT_MICROSECONDS, tempoMapOf } from '../files/smf/smf-tempo.js';
import { decodeSmfText, trackName } from '../files/smf/smf-texts.js';
import { mergedEvents } from '../files/smf/tracks/tick-merge.js';
import { MidirecError } from '../midi/errors.js';
import { HeldKeys } from '../midi/held-keys.js';
import { TempoMap } from '../midi/tempo/tempo-map.js';
import { MAX_PPQ } from '../midi/ticks.js';
import { OF_ALL_TRACKS, OF_THE_BEGINNING } from './meta-scopes.js';
import { portAfter } from './ports.js';
import { hasPlayed } from './stillness.js';

const DEFAULT_TEMPO = encodeTempo(DEFAULT_MICROSECONDS);
const DEFAULT_TIME_SIGNATURE = encodeTimeSignature(4, 4);

export interface Joined {
  content: SmfContent;
  /** False if ticks had to be rounded: the resolutions have no common one that a file can have. */
  isExact: boolean;
  /** Events that could stand at the beginning only: sequence numbers and SMPTE offsets of later files. */
  leftOut: number;
}

/**
 * Joins files of format 0 and 1. Tracks of one name become one track; the first of a file, if nothing is played in it, becomes the first. Each file begins with its own
 * tempo and time signature, 120 and 4/4 if it says none; what sounds on at its end is let go.
 *
 * @param contents - at least one; they are not changed
 * @param pauseMs - silence between one and the next
 * @throws MidirecError BAD_FILE for what cannot stand in one file
 */
export function joinSmfs(contents: readonly SmfContent[], pauseMs: number): Joined {
  const { ppq, smpte, isExact } = commonDivision(contents);
  const isSingleTrack = contents.every(({ tracks }) => tracks.length === 1);
  const joint = new Joint(isSingleTrack);
  for (const [index, content] of contents.entries()) {
    const isLast = index === contents.length - 1;
    joint.append(content, smpte === undefined ? ppq / content.ppq : 1, isLast);
    if (isLast) break;
    const map =
      smpte === undefined ? new TempoMap(ppq, joint.tempo) : tempoMapOf({ smpte, ppq }, []);
    joint.pause(map.tickAt(pauseMs));
  }
  const tracks = joint.tracks();
  return {
    content: { format: isSingleTrack ? 0 : 1, ppq, smpte, tracks },
    isExact,
    leftOut: joint.leftOut,
  };
}

/**
 * A division that the ticks of all go into, or the finest of theirs.
 *
 * @throws MidirecError BAD_FILE for beats and frames together
 */
export function commonDivision(
  contents: readonly SmfContent[],
): Pick<SmfContent, 'ppq' | 'smpte'> & { isExact: boolean } {
  const [{ smpte }] = contents as [SmfContent];
  const isSame = contents.every(
    (content) =>
      content.smpte?.framesPerSecond === smpte?.framesPerSecond &&
      content.smpte?.ticksPerFrame === smpte?.ticksPerFrame,
  );
  if (!isSame) {
    throw new MidirecError('BAD_FILE', 'one file counts in beats, another in frames', {
      hint: 'only files that count time in the same way can be joined',
    });
  }
  if (smpte !== undefined) return { ppq: 0, smpte, isExact: true };
  const common = contents.reduce((multiple, { ppq }) => leastCommonMultiple(multiple, ppq), 1);
  if (common <= MAX_PPQ) return { ppq: common, smpte, isExact: true };
  const finest = contents.reduce((most, { ppq }) => Math.max(most, ppq), 1);
  return { ppq: finest, smpte, isExact: false };
}

/** A track that grows by one file after the other. */
interface Growing {
  /** One after the other. */
  readonly parts: Iterable<SmfEvent>[];
  readonly names: Set<string>;
}

class Joint {
  /** Microseconds a quarter note, at the end of what has been appended. */
  tempo = DEFAULT_MICROSECONDS;
  leftOut = 0;
  #isFirst = true;
  readonly #isSingleTrack: boolean;
  readonly #conductor: Growing = { parts: [], names: new Set() };
  readonly #tracks = new Map<string, Growing>();
  #startTick = 0;
  #endTick = 0;
  #hasTimeSignature = false;

  constructor(isSingleTrack: boolean) {
    this.#isSingleTrack = isSingleTrack;
  }

  append(content: SmfContent, scale: number, isLast: boolean): void {
    this.#startTick = this.#endTick;
    const afresh = this.#isFirst || content.smpte !== undefined ? [] : this.#startAfresh(content);
    const shared: Iterable<SmfEvent>[] = this.#isSingleTrack ? [] : [afresh];
    const seen = new Map<string, number>();
    this.#endTick = this.#startTick + Math.round(endTickOf(content) * scale);
    for (const [index, track] of content.tracks.entries()) {
      const name = trackName(track);
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      const isConductor = !this.#isSingleTrack && index === 0 && !hasPlayed(track);
      const target = isConductor
        ? this.#conductor
        : this.#trackOf(this.#isSingleTrack ? '' : `${count} ${name}`);
      if (this.#isSingleTrack) target.parts.push(afresh);
      const moved = this.#moved(track, target, scale);
      const ended = isLast ? moved.events : withReleases(moved.events, this.#endTick);
      if (isConductor) shared.push(ended);
      else target.parts.push(edited(ended, (event) => (this.#isShared(event) ? undefined : event)));
      if (!isConductor) shared.push(moved.metas.filter((event) => this.#isShared(event)));
    }
    this.#conductor.parts.push(mergedEvents(shared));
    this.tempo = tempoMapOf(content, content.tracks).steps.at(-1)!.microseconds;
    this.#isFirst = false;
  }

  pause(ticks: number): void {
    this.#endTick += ticks;
  }

  tracks(): SmfTrack[] {
    const all = [...this.#tracks.values()].map(({ parts }) => again(() => inTurn(parts)));
    const tracks = all.filter((events) => !events[Symbol.iterator]().next().done);
    if (!this.#isSingleTrack) tracks.unshift(again(() => inTurn(this.#conductor.parts)));
    return tracks.map((events) => new SmfTrack(events, this.#endTick));
  }

  #trackOf(key: string): Growing {
    const target = this.#tracks.get(key) ?? { parts: [], names: new Set() };
    this.#tracks.set(key, target);
    return target;
  }

  /** Whether it goes into the first track, whichever it stands in. */
  #isShared({ metaType }: SmfEvent): boolean {
    if (this.#isSingleTrack) return false;
    return OF_ALL_TRACKS.has(metaType) || metaType === MetaType.SMPTE_OFFSET;
  }

  /** A track of the file, where it comes to lie. */
  #moved(track: SmfTrack, { names }: Growing, scale: number): SmfTrack {
    const startTick = this.#startTick;
    const isLeftOut = ({ metaType }: SmfEvent) => OF_THE_BEGINNING.has(metaType);
    const isFirst = this.#isFirst;
    const before = new Set(names);
    const moved = track.edited((event) => {
      if (event.metaType === MetaType.END_OF_TRACK || (!isFirst && isLeftOut(event))) {
        return undefined;
      }
      if (isName(event) && before.has(decodeSmfText(event.data))) return undefined;
      return { ...event, tick: startTick + Math.round(event.tick * scale) };
    });
    if (!isFirst) this.leftOut += track.metas.filter(isLeftOut).length;
    for (const event of moved.metas) {
      if (isName(event)) names.add(decodeSmfText(event.data));
      if (event.metaType === MetaType.TIME_SIGNATURE) this.#hasTimeSignature = true;
    }
    return moved;
  }

  /** What a file that does not say it is understood to have, where the one before had something else. */
  #startAfresh({ tracks }: SmfContent): SmfEvent[] {
    const hasAtStart = (type: number) =>
      tracks.some(({ metas }) =>
        metas.some(({ metaType, tick }) => metaType === type && tick === 0),
      );
    const events: SmfEvent[] = [];
    const add = (type: number, data: Uint8Array) => {
      events.push(metaEvent(this.#startTick, type, data));
    };
    if (this.tempo !== DEFAULT_MICROSECONDS && !hasAtStart(MetaType.TEMPO))
      add(MetaType.TEMPO, DEFAULT_TEMPO);
    if (this.#hasTimeSignature && !hasAtStart(MetaType.TIME_SIGNATURE)) {
      add(MetaType.TIME_SIGNATURE, DEFAULT_TIME_SIGNATURE);
    }
    return events;
  }
}

function* inTurn(parts: readonly Iterable<SmfEvent>[]): Generator<SmfEvent> {
  for (const part of parts) yield* part;
}

/** What still sounds at the end is let go there. */
export function withReleases(events: Iterable<SmfEvent>, endTick: number): Iterable<SmfEvent> {
  return again(function* () {
    const held = new HeldKeys();
    let port: number | undefined;
    const ports = new Set<number>();
    for (const event of events) {
      port = portAfter(event, port);
      held.update(port ?? 0, event.packed);
      if (event.packed !== 0) ports.add(port ?? 0);
      yield event;
    }
    for (const each of ports) {
      const releases = held.releases(each);
      if (releases.length > 0 && each !== (port ?? 0)) {
        port = each;
        yield metaEvent(endTick, MetaType.PORT, Uint8Array.of(each));
      }
      for (const packed of releases) yield shortEvent(endTick, packed);
    }
  });
}

export function isName({ metaType }: SmfEvent): boolean {
  return metaType === MetaType.TRACK_NAME;
}

function leastCommonMultiple(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return (one / a) * other;
}
