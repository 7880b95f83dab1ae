/**
 * Reads the events of one track, as far as they can be read, and reports what is wrong with them.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Track Chunks", "<sysex event>".
 */
import { formatHex } from '../../midi/hex.js';
import { isRealtime, SYSEX_END, SYSEX_START, shortMessageLength } from '../../midi/status.js';
import { type SmfEvent, type SmfTrack, shortEvent } from './smf-content.js';
import { META, MetaType } from './smf-encoding.js';

/** Something that is not as the specification has it. */
export interface SmfDamage {
  /** Where, in bytes from the start of the file. */
  readonly offset: number;
  /** What, as a phrase that can follow a colon. */
  readonly message: string;
}

/** A file worse than this is not described any further. */
export const MAX_DAMAGES = 100;

/** What is found in one file. */
export class SmfFindings {
  readonly damages: SmfDamage[] = [];
  /** Of all damages. */
  damageCount = 0;
  /** What harms nothing, each kind once. */
  readonly remarks: SmfDamage[] = [];

  report(offset: number, message: string): void {
    this.damageCount++;
    if (this.damages.length < MAX_DAMAGES) this.damages.push({ offset, message });
  }

  remark(offset: number, message: string): void {
    if (this.remarks.some((remark) => remark.message === message)) return;
    this.remarks.push({ offset, message });
  }
}

/** `1 byte`, `7 bytes`. */
export function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

const CUT_OFF = 'an event is cut off';
const TOO_LONG = 'a number of more than four bytes';
const NONE = -1;

export class SmfTrackReader {
  readonly track: SmfTrack = { events: [], endTick: 0 };
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #findings: SmfFindings;
  #at: number;
  #running = 0;
  /** Whether a sysex or a meta event has come since: by the specification they end running status. */
  #isCancelled = false;
  /** Where the sysex begins that has not ended yet. */
  #openSysex = NONE;
  /** Set where a number cannot be read: why. */
  #failure: string | undefined;

  /** Reads `bytes` from `start` to `end`, or to where it is told to stop. */
  constructor(bytes: Uint8Array, start: number, end: number, findings: SmfFindings) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#findings = findings;
  }

  /**
   * Reads all events.
   *
   * @param isOver - asked after an end of track with bytes behind it, whether that was the end
   * @returns where the track ends
   */
  read(isOver: (offset: number) => boolean): number {
    const { events } = this.track;
    let hasEnded = false;
    while (this.#at < this.#end) {
      const eventAt = this.#at;
      if (hasEnded) {
        if (isOver(eventAt)) break;
        this.#findings.report(eventAt, 'events after the end of the track');
      }
      const event = this.#readTimedEvent(eventAt);
      if (event === undefined) {
        this.#closeSysex();
        return this.#end;
      }
      events.push(event);
      this.track.endTick = event.tick;
      hasEnded = event.metaType === MetaType.END_OF_TRACK;
    }
    this.#closeSysex();
    if (!hasEnded) this.#findings.report(this.#at, 'a track without an end of track');
    return this.#at;
  }

  /** Undefined if the track cannot be read any further. */
  #readTimedEvent(eventAt: number): SmfEvent | undefined {
    const tick = this.track.endTick + this.#readVariableLength();
    if (this.#failure !== undefined) return this.#giveUp(eventAt, this.#failure);
    const first = this.#bytes[this.#at];
    if (this.#at >= this.#end || first === undefined) return this.#giveUp(eventAt, CUT_OFF);
    if (first >= 0x80) {
      this.#at++;
      if (first < SYSEX_START) this.#running = first;
      this.#isCancelled = first >= SYSEX_START;
      return this.#readEvent(tick, first, eventAt);
    }
    if (this.#isCancelled) {
      const why = 'running status goes on after a sysex or a meta event';
      this.#findings.remark(eventAt, `${why}: read as it was meant`);
    }
    return this.#readEvent(tick, this.#running, eventAt);
  }

  /** Reads what follows the status byte. */
  #readEvent(tick: number, status: number, eventAt: number): SmfEvent | undefined {
    if (status === META || status === SYSEX_START || status === SYSEX_END) {
      return this.#readLongEvent(tick, status, eventAt);
    }
    const size = shortMessageLength(status);
    if (size === 0) {
      return this.#giveUp(
        eventAt,
        status === 0 ? 'an event without a status' : 'an undefined event',
      );
    }
    if (this.#at + size - 1 > this.#end) return this.#giveUp(eventAt, CUT_OFF);
    if (status > SYSEX_START) {
      this.#findings.report(eventAt, `a system message (${formatHex([status])}) as an event`);
    }
    // As on a cable, realtime may stand within a sysex.
    if (!isRealtime(status)) this.#closeSysex();
    let packed = status;
    for (let shift = 8; shift < size * 8; shift += 8) packed |= this.#bytes[this.#at++]! << shift;
    if ((packed & 0x80_8000) !== 0) this.#findings.report(eventAt, 'a data byte above 7f');
    return shortEvent(tick, packed);
  }

  #readLongEvent(tick: number, status: number, eventAt: number): SmfEvent | undefined {
    const metaType = status === META ? (this.#bytes[this.#at++] ?? -1) : -1;
    const length = this.#readVariableLength();
    if (this.#failure !== undefined) return this.#giveUp(eventAt, this.#failure);
    const dataEnd = Math.min(this.#at + length, this.#end);
    const data = this.#bytes.subarray(this.#at, dataEnd);
    const isCutOff = data.length < length;
    if (isCutOff) {
      this.#findings.report(eventAt, `${CUT_OFF}: ${data.length} of ${bytesText(length)}`);
    }
    this.#at = dataEnd;
    if (status !== META && !isCutOff) this.#followSysex(status, data, eventAt);
    return { tick, status, metaType, packed: 0, data };
  }

  /** Looks for the end of a sysex, and for what cannot stand before and after it. */
  #followSysex(status: number, data: Uint8Array, eventAt: number): void {
    if (status === SYSEX_START) {
      this.#closeSysex();
      this.#openSysex = eventAt;
    }
    // An F7 event outside a sysex may hold anything.
    if (this.#openSysex < 0) return;
    const end = data.findIndex((byte) => byte >= 0x80 && !isRealtime(byte));
    if (end < 0) return;
    this.#openSysex = NONE;
    const left = data.length - end - 1;
    const byte = data[end]!;
    if (byte !== SYSEX_END) {
      this.#findings.report(eventAt, `a status byte (${formatHex([byte])}) inside a sysex`);
    } else if (left > 0) {
      this.#findings.report(eventAt, `${bytesText(left)} after the end of a sysex`);
    }
  }

  #closeSysex(): void {
    if (this.#openSysex >= 0)
      this.#findings.report(this.#openSysex, 'a sysex without its end (F7)');
    this.#openSysex = NONE;
  }

  /** Reads a variable-length quantity of at most four bytes. */
  #readVariableLength(): number {
    const limit = Math.min(this.#end, this.#at + 4);
    let value = 0;
    while (this.#at < limit) {
      const byte = this.#bytes[this.#at++]!;
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    this.#failure = limit < this.#end ? TOO_LONG : CUT_OFF;
    return 0;
  }

  /** What cannot be read takes the rest of the track with it. */
  #giveUp(eventAt: number, message: string): undefined {
    const left = this.#end - eventAt;
    const rest =
      message === CUT_OFF ? '' : `: the last ${bytesText(left)} of the track are not read`;
    this.#findings.report(eventAt, message + rest);
    return undefined;
  }
}
