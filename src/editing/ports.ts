/**
 * Which port each event of a track is meant for (FF 21), where a track has events for several.
 *
 * Source: "MIDI Port" (FF 21), which RP-001 does not have, as sequencers write it: what follows in the track is meant for it.
 */
import { metaEvent, type SmfEvent } from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { NAMES } from './meta-scopes.js';

/** An event, and the port that its track has said before it (FF 21). */
export interface OfPort {
  readonly event: SmfEvent;
  readonly port: number | undefined;
}

/** The events of a new track, in which a port is said where what came before was meant for another one. */
export function* withPorts(rows: Iterable<OfPort>): Generator<SmfEvent> {
  let said: number | undefined;
  for (const { event, port } of rows) {
    const { metaType, tick } = event;
    if (metaType === MetaType.PORT) continue;
    const isMeant = metaType < 0 || metaType === MetaType.CHANNEL_PREFIX || NAMES.has(metaType);
    // A track that says none means the first.
    const wanted = port ?? (said === undefined ? undefined : 0);
    if (isMeant && wanted !== undefined && wanted !== said) {
      said = wanted;
      yield metaEvent(tick, MetaType.PORT, Uint8Array.of(wanted));
    }
    yield event;
  }
}

export function portAfter(
  { metaType, data }: SmfEvent,
  port: number | undefined,
): number | undefined {
  return metaType === MetaType.PORT ? (data[0] ?? 0) : port;
}
