/** The tempo track of a grid of beats: its tempo changes, and the bars that these make. */
import type { Lead } from '../../midi/tempo/tempo-grid.js';
import type { TempoMap } from '../../midi/tempo/tempo-map.js';
import { metaEvent, type SmfEvent } from './smf-content.js';
import { encodeTempo, encodeTimeSignature, MetaType } from './smf-encoding.js';

export interface Signature {
  readonly numerator: number;
  readonly denominator: number;
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
