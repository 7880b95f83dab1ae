/** Tempo tracks: what a grid of beats makes, and what a file says. */
import { Bars, type Signature, type SignatureChange } from '../../midi/tempo/bars.js';
import type { Lead } from '../../midi/tempo/tempo-grid.js';
import { TempoMap } from '../../midi/tempo/tempo-map.js';
import { metaEvent, type SmfContent, type SmfEvent, type SmfTrack } from './smf-content.js';
import { encodeTempo, encodeTimeSignature, MetaType } from './smf-encoding.js';
import { tempoMapOf } from './smf-tempo.js';

/** Tempo and bars of a whole file, in the ticks of another one. */
export interface KnownTempo {
  /** Tempo changes, and time signatures, in order, the first of both at tick 0. */
  readonly events: readonly SmfEvent[];
  readonly map: TempoMap;
  readonly bars: Bars;
}

/**
 * What a file of format 0 or 1 says of tempo and bars; 120 beats a minute and 4/4 where it says nothing.
 *
 * @param ppq - ticks per quarter note of who is to have it; of the file's, a multiple has all of its ticks
 */
export function tempoOf(smf: SmfContent, ppq = Math.max(1, smf.ppq)): KnownTempo {
  const place = (tick: number) => Math.round((tick * ppq) / Math.max(1, smf.ppq));
  const [first, ...others] = tempoMapOf(smf, smf.tracks).steps;
  const map = new TempoMap(ppq, first!.microseconds);
  for (const { tick, microseconds } of others) map.change(place(tick), microseconds);
  const changes = signaturesOf(smf.tracks).map((each) => ({ ...each, tick: place(each.tick) }));
  const bars = new Bars(map, ppq, changes);
  if (changes[0]?.tick !== 0) changes.unshift({ tick: 0, ...bars.signature });
  const events = [
    ...tempoTrack(map, ppq, undefined),
    ...changes.map((change) => signatureEvent(change.tick, change)),
  ].sort((one, other) => one.tick - other.tick);
  return { events, map, bars };
}

/** Those of all tracks, for each holds for all; without those that say no signature. */
function signaturesOf(tracks: readonly SmfTrack[]): SignatureChange[] {
  return tracks
    .flatMap(({ metas }) => metas.filter(isSignature))
    .map(({ tick, data }) => ({ tick, numerator: data[0]!, denominator: 2 ** data[1]! }))
    .sort((one, other) => one.tick - other.tick);
}

/** Whether it is a time signature, and one that there can be. */
export function isSignature({ metaType, data }: SmfEvent): boolean {
  return metaType === MetaType.TIME_SIGNATURE && data.length >= 2 && data[0]! > 0 && data[1]! < 8;
}

/**
 * Tempo changes in order, and the time signature: from the beginning on, or from behind a shorter first bar.
 *
 * @param signature - undefined: it stands elsewhere, unless the first bar is shorter
 */
export function tempoTrack(
  map: TempoMap,
  ppq: number,
  signature: Signature | undefined,
  pickup?: Lead['pickup'],
): SmfEvent[] {
  const signatures: SmfEvent[] = [];
  if (pickup !== undefined) signatures.push(signatureEvent(0, pickup));
  if (signature !== undefined) {
    signatures.push(signatureEvent(Math.round((pickup?.quarters ?? 0) * ppq), signature));
  }
  const tempos = map.steps.map(({ tick, microseconds }) =>
    metaEvent(tick, MetaType.TEMPO, encodeTempo(microseconds)),
  );
  return [...tempos, ...signatures].sort((one, other) => one.tick - other.tick);
}

function signatureEvent(tick: number, { numerator, denominator }: Signature): SmfEvent {
  return metaEvent(tick, MetaType.TIME_SIGNATURE, encodeTimeSignature(numerator, denominator));
}
