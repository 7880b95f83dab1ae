/** Sysex messages as a Standard MIDI File: each begins when a MIDI cable has carried those before it. */
import { metaEvent, type SmfContent, type SmfEvent, SmfTrack } from '../smf/smf-content.js';
import { encodeTempo, MetaType } from '../smf/smf-encoding.js';
import { DEFAULT_MICROSECONDS } from '../smf/smf-tempo.js';

/** 31,250 baud, ten bits a byte. */
const MS_PER_BYTE = 0.32;
const PPQ = 960;
const TICKS_PER_BYTE = (MS_PER_BYTE * PPQ * 1000) / DEFAULT_MICROSECONDS;

/** @param messages - F0 to F7; their bytes are shared */
export function smfOfSysex(messages: Iterable<{ readonly bytes: Uint8Array }>): SmfContent {
  const events: SmfEvent[] = [metaEvent(0, MetaType.TEMPO, encodeTempo(DEFAULT_MICROSECONDS))];
  let byteCount = 0;
  const tickNow = () => Math.ceil(byteCount * TICKS_PER_BYTE);
  for (const { bytes } of messages) {
    const tick = tickNow();
    events.push({ tick, status: bytes[0]!, metaType: -1, packed: 0, data: bytes.subarray(1) });
    byteCount += bytes.length;
  }
  return { format: 0, ppq: PPQ, smpte: undefined, tracks: [new SmfTrack(events, tickNow())] };
}
