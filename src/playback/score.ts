/**
 * A Standard MIDI File as a player needs it: every message and every packet of a sysex at its
 * time, in the order in which they can go over one cable.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "<sysex event>": a sysex may be spread over an F0 event
 * and F7 events, each with its own time, "for devices which need time between packets".
 */
import type { SmfContent } from '../files/smf/smf-content.js';
import { readTimeline, type SmfTimeline, type SysexPacket } from '../files/smf/smf-timeline.js';
import { EventKind } from '../midi/event-batch.js';
import { isRealtime, SYSEX_START } from '../midi/status.js';

/** A message, or the bytes of a sysex or of a packet of one. */
export interface ScoreRow {
  readonly timeMs: number;
  /** 0 if it is no short message. */
  readonly packed: number;
  /** To be sent as they are; undefined for a short message. */
  readonly bytes: Uint8Array | undefined;
  /** A sysex without a beginning or an end is left out: an instrument might wait for ever. */
  readonly isBroken: boolean;
}

export interface Score {
  /**
   * In order of time, from `timeMs` on; made as one goes through them. Between the packets of a sysex there is
   * nothing but realtime.
   */
  rowsFrom(timeMs: number): Iterable<ScoreRow>;
  /** When the last track ends, in milliseconds. */
  readonly endMs: number;
}

/**
 * The tracks of format 0 and 1 sound together; those of format 2 one after the other. What another track
 * would put in the middle of a sysex waits until that is over: any status byte but realtime would break
 * it off.
 */
export function readScore(smf: SmfContent): Score {
  const timeline = readTimeline(smf);
  return {
    endMs: timeline.endMs,
    *rowsFrom(fromMs) {
      for (const row of rowsOf(timeline, fromMs)) if (row.timeMs >= fromMs) yield row;
    },
  };
}

function* rowsOf(timeline: SmfTimeline, fromMs: number): Generator<ScoreRow> {
  const late = new LateRows();
  for (const { count, timeMs, kind, packed, payload } of timeline.batchesFrom(fromMs)) {
    for (let at = 0; at < count; at++) {
      const rowMs = timeMs[at]!;
      yield* late.until(rowMs);
      if (kind[at] === EventKind.MARKER) continue;
      const isBroken = kind[at] === EventKind.BROKEN_SYSEX;
      const bytes = payload[at];
      const row = { timeMs: rowMs, packed: packed[at]!, bytes, isBroken };
      const packets = bytes === undefined ? undefined : timeline.packets.get(bytes);
      // Whoever begins within a sysex finds the rest of it.
      if (isBroken && fromMs > 0 && bytes?.[0] !== SYSEX_START) continue;
      if (isBroken || isRealtime(row.packed & 0xff)) yield row;
      else if (packets !== undefined) late.add(asRows(packets));
      else if (late.isEmpty) yield row;
      else late.add([row]);
    }
  }
  yield* late.until(Number.POSITIVE_INFINITY);
}

function* asRows(packets: Iterable<SysexPacket>): Generator<ScoreRow> {
  for (const { timeMs, bytes } of packets) yield { timeMs, packed: 0, bytes, isBroken: false };
}

/** A sysex under way, and what waits for its end. */
class LateRows {
  readonly #waiting: Iterable<ScoreRow>[] = [];
  #current: Iterator<ScoreRow> | undefined;
  #next: ScoreRow | undefined;
  #lastMs = 0;

  get isEmpty(): boolean {
    return this.#next === undefined;
  }

  add(rows: Iterable<ScoreRow>): void {
    this.#waiting.push(rows);
    if (this.#next === undefined) this.#advance();
  }

  /** Those whose time has come. */
  *until(timeMs: number): Generator<ScoreRow> {
    while (this.#next !== undefined && this.#next.timeMs <= timeMs) {
      yield this.#next;
      this.#advance();
    }
  }

  #advance(): void {
    for (;;) {
      const step = this.#current?.next();
      if (step !== undefined && !step.done) {
        this.#lastMs = Math.max(this.#lastMs, step.value.timeMs);
        this.#next = { ...step.value, timeMs: this.#lastMs };
        return;
      }
      this.#current = this.#waiting.shift()?.[Symbol.iterator]();
      if (this.#current !== undefined) continue;
      this.#next = undefined;
      return;
    }
  }
}
