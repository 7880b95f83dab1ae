/**
 * A part of a file as a file of its own: it begins with the tempo, the signatures and the state of
 * the instruments that hold at its beginning, and nothing sounds on at its end. A sysex that comes in several events is
 * in the part in which it begins, whole.
 */
import {
  again,
  type SmfContent,
  type SmfEvent,
  SmfTrack,
  shortEvent,
} from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { ChannelState } from '../midi/channel-state.js';
import { EventBatch } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { isNoteOff } from '../midi/status.js';
import { NAMES, OF_ALL_TRACKS, OF_ITS_TRACK } from './meta-scopes.js';
import { type OfPort, portAfter, withPorts } from './ports.js';
import { SysexUnderWay } from './sysex-under-way.js';

export interface Cut {
  fromTick: number;
  /** What stands here is not part of it, unless this is the end of the file. */
  toTick: number;
  /** Where the part ends if its events end sooner; not after `toTick`. */
  endTick: number;
}

/**
 * Cuts all tracks of a file of format 0 or 1 into parts. Its own events are not changed.
 *
 * @param cuts - one after the other
 * @returns the parts, each made when the one before has been done with
 */
export function* cutSmf(content: SmfContent, cuts: Iterable<Cut>): Generator<SmfContent> {
  const { format, ppq, smpte, tracks } = content;
  const pasts = tracks.map((track) => new Past(track));
  const spares: HeldKeys[] = [];
  for (const cut of cuts) {
    for (const past of pasts) past.goTo(cut.fromTick);
    const endTick = tracks.reduce((last, track) => Math.max(last, lastTickIn(track, cut)), 0);
    const parts = pasts.map((past, index) => {
      const shared = index === 0 ? lastOfAllTracks(tracks, cut.fromTick) : [];
      return past.cut(
        [...shared.map((event) => ({ event, port: undefined })), ...past.head()],
        cut,
        endTick - cut.fromTick,
        spares,
      );
    });
    yield { format, ppq, smpte, tracks: parts };
  }
}

/** Tick of the end of a part as one track has it. */
function lastTickIn(track: SmfTrack, { toTick, endTick }: Cut): number {
  let last = endTick;
  if (endTick >= toTick || toTick === Number.POSITIVE_INFINITY) return last;
  for (const { tick, metaType } of track.eventsFrom(endTick)) {
    if (tick >= toTick) break;
    if (metaType !== MetaType.END_OF_TRACK) last = tick;
  }
  return last;
}

/** What of a track is before a part. */
class Past {
  readonly #track: SmfTrack;
  /** Undefined as long as nothing is played. */
  #state: ChannelState | undefined;
  #held: HeldKeys | undefined;
  readonly #sysex = new SysexUnderWay();
  /** Undefined as long as none is said. */
  #port: number | undefined;
  #tick = 0;

  constructor(track: SmfTrack) {
    this.#track = track;
  }

  /** @param tick - not before the last one */
  goTo(tick: number): void {
    if (tick === this.#tick) return;
    for (const event of this.#track.eventsFrom(this.#tick)) {
      if (event.tick >= tick) break;
      this.#sysex.take(event);
      this.#port = portAfter(event, this.#port);
      if (event.packed === 0) continue;
      this.#state ??= new ChannelState();
      this.#held ??= new HeldKeys();
      this.#state.update(this.#port ?? 0, event.packed);
      this.#held.update(this.#port ?? 0, event.packed);
    }
    this.#tick = tick;
  }

  /** What a part begins with, so that it sounds as it did. */
  head(): OfPort[] {
    const lasting = new Map<string, readonly OfPort[]>();
    let prefix: SmfEvent | undefined;
    let port: number | undefined;
    for (const event of this.#track.metas) {
      const { tick, metaType } = event;
      if (tick >= this.#tick) break;
      port = portAfter(event, port);
      if (metaType === MetaType.CHANNEL_PREFIX) prefix = event;
      if (!OF_ITS_TRACK.has(metaType)) continue;
      // What is played ends a prefix.
      const before = NAMES.has(metaType) && prefix?.tick === tick ? [prefix] : [];
      const rows = [...before, event].map((each) => ({ event: { ...each, tick: 0 }, port }));
      lasting.set(`${metaType} of ${before[0]?.data} at ${port}`, rows);
    }
    const head = [...lasting.values()].flat();
    if (this.#state === undefined) return head;
    const batch = new EventBatch(16);
    this.#state.addTo(batch, 0);
    for (let row = 0; row < batch.count; row++) {
      const event = shortEvent(0, batch.packed[row]!);
      head.push({ event, port: port === undefined ? undefined : batch.device[row]! });
    }
    return head;
  }

  /** The part, with the state of now, whatever comes later. */
  cut(head: readonly OfPort[], cut: Cut, endTick: number, spares: HeldKeys[]): SmfTrack {
    const held = this.#held?.copy();
    const sysex = this.#sysex.copy();
    const port = this.#port;
    const { fromTick } = cut;
    const metas = this.#track.metas.filter(({ tick }) => tick >= fromTick);
    const events = this.#track.eventsFrom(fromTick);
    const rows = function* (of: Iterable<SmfEvent>): Generator<OfPort> {
      const within = spares.pop() ?? new HeldKeys();
      yield* head;
      const before = { held: held?.copy(), sysex: sysex.copy(), port };
      yield* partOf(of, before, within, cut, endTick);
      within.clear();
      spares.push(within);
    };
    const part = (of: Iterable<SmfEvent>) => again(() => withPorts(rows(of)));
    // Where ports are said depends on what is played.
    const hasPorts = this.#track.metas.some(({ metaType }) => metaType === MetaType.PORT);
    return new SmfTrack(part(events), endTick, part(hasPorts ? events : metas));
  }
}

/**
 * @param before - keys that are held and sysex under way at the beginning; changed, as `within` is
 * @param endTick - notes that go on behind the part end there, and so do sysex
 */
function* partOf(
  events: Iterable<SmfEvent>,
  before: { held: HeldKeys | undefined; sysex: SysexUnderWay; port: number | undefined },
  within: HeldKeys,
  { fromTick, toTick }: Cut,
  endTick: number,
): Generator<OfPort> {
  let { port } = before;
  const sysex = new SysexUnderWay(undefined, port);
  const ports = new Set<number>();
  for (const event of events) {
    const { tick, metaType, packed } = event;
    port = portAfter(event, port);
    const device = port ?? 0;
    if (tick >= toTick) {
      if (sysex.goesOnWith(event)) yield { event: { ...event, tick: endTick }, port };
      if (sysex.isEmpty) break;
      continue;
    }
    if (metaType === MetaType.END_OF_TRACK || before.sysex.goesOnWith(event)) continue;
    sysex.take(event);
    // The end of a note that began before the part is not in it.
    if (isNoteOff(packed) && before.held?.isDue(device, packed) && !within.isHeld(device, packed)) {
      before.held.update(device, packed);
      continue;
    }
    within.update(device, packed);
    if (packed !== 0) ports.add(device);
    yield { event: { ...event, tick: tick - fromTick }, port };
  }
  // The end of the file stays as it is.
  if (toTick === Number.POSITIVE_INFINITY) return;
  for (const each of ports) {
    for (const noteOff of within.noteOffs(each)) {
      yield { event: shortEvent(endTick, noteOff), port: port === undefined ? undefined : each };
    }
  }
}

/** The last tempo and signatures of any track, before `fromTick`. */
function lastOfAllTracks(tracks: readonly SmfTrack[], fromTick: number): SmfEvent[] {
  const last = new Map<number, SmfEvent>();
  for (const { metas } of tracks) {
    for (const event of metas) {
      if (event.tick >= fromTick) break;
      if (!OF_ALL_TRACKS.has(event.metaType)) continue;
      if (event.tick >= (last.get(event.metaType)?.tick ?? 0)) last.set(event.metaType, event);
    }
  }
  return [...last.values()].map((event) => ({ ...event, tick: 0 }));
}
