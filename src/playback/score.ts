/**
 * A Standard MIDI File as a player needs it: every message and every packet of a sysex at its
 * time, in the order in which they can go over one cable.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "<sysex event>": a sysex may be spread over an F0 event
 * and F7 events, each with its own time, "for devices which need time between packets".
 */
import type { SmfFile } from '../files/smf/smf-reader.js';
import { inOrderOfTime, readTimeline } from '../files/smf/smf-timeline.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { isRealtime } from '../midi/status.js';

export interface Score {
  /**
   * In order of time. SHORT rows are messages; SYSEX rows are bytes to be sent as they are, a whole
   * sysex or a packet of one. Between the packets of a sysex there is nothing but realtime. `device`
   * is the number of the track, as in a time line. The batch belongs to the caller.
   */
  readonly events: EventBatch;
  /** When the last track ends, in milliseconds. */
  readonly endMs: number;
  /** Sysex without a beginning or an end, which are left out: an instrument might wait for ever. */
  readonly brokenSysex: number;
}

/**
 * The tracks of format 0 and 1 sound together; those of format 2 one after the other. What another track
 * would put in the middle of a sysex waits until that is over: any status byte but realtime would break
 * it off.
 */
export function readScore(smf: SmfFile): Score {
  const { events, packets, endMs } = readTimeline(smf);
  const { count, timeMs, device, kind, packed, payload } = events;
  const score = new EventBatch(Math.max(1, count));
  let brokenSysex = 0;
  /** When the last packet of the sysex before has gone. */
  let freeMs = 0;
  for (let row = 0; row < count; row++) {
    const rowMs = Math.max(timeMs[row]!, freeMs);
    if (kind[row] === EventKind.SHORT) {
      const message = packed[row]!;
      score.addShort(isRealtime(message & 0xff) ? timeMs[row]! : rowMs, device[row]!, message);
    } else if (kind[row] === EventKind.SYSEX) {
      const bytes = payload[row]!;
      for (const packet of packets.get(bytes) ?? [{ timeMs: rowMs, bytes }]) {
        freeMs = Math.max(packet.timeMs, freeMs);
        score.addBytes(freeMs, device[row]!, EventKind.SYSEX, packet.bytes);
      }
    } else if (kind[row] === EventKind.BROKEN_SYSEX) {
      brokenSysex++;
    }
  }
  return { events: inOrderOfTime(score), endMs, brokenSysex };
}
