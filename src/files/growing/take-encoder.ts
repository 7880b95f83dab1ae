/** From batches of events to the bytes of a growing take: what is kept, and how it is put. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import {
  isChannelMessage,
  isNoteOn,
  SYSEX_END,
  SYSEX_START,
  shortMessageLength,
} from '../../midi/status.js';
import type { TempoMap } from '../../midi/tempo/tempo-map.js';
import { MetaType, TrackEncoder } from '../smf/smf-encoding.js';

import { NO_CHANNEL } from './take-tracks.js';

const utf8 = new TextEncoder();
/**
 * An F7 event without a byte: what follows is no continuation of a sysex that has no end. The specification has
 * nothing for that; to other readers it is a packet of nothing.
 */
const SEAM = new Uint8Array(0);

/**
 * Encodes batches for the growing track.
 *
 * Realtime messages (active sensing among them) and system common messages (F1, F2, F3, F6)
 * cannot be events of an SMF. They are left out, and counted, unless `keepRealtime`: then they
 * become F7 escapes, which players send as they are.
 *
 * Of several devices, and in format 1, a port event (FF 21) goes before each change of device, for the growing
 * track is shared; the first of each device is followed by its name (FF 09).
 */
export class TakeEncoder {
  readonly track = new TrackEncoder();
  /** Events written. */
  written = 0;
  /** Notes that have begun. */
  notes = 0;
  /** Realtime and system common messages that were left out. */
  leftOut = 0;
  /** One more than the highest device index of any event. */
  devicesSeen = 0;
  /** What came from each input, as a mask of channels (take-tracks.ts), by device index. */
  readonly channelsSeen: number[] = [];
  /** Inputs with a sysex of which a part is written and more is to come, by device index. */
  readonly inSysex = new Set<number>();
  /** Names of the inputs, by device index. */
  deviceNames: readonly string[];
  readonly #tempo: TempoMap;
  #marksDevices: boolean;
  readonly #keepRealtime: boolean;
  readonly #named = new Set<number>();
  #device = -1;

  constructor(
    tempo: TempoMap,
    format: 0 | 1,
    keepRealtime: boolean,
    deviceNames: readonly string[],
  ) {
    this.#tempo = tempo;
    this.#marksDevices = format === 1;
    this.#keepRealtime = keepRealtime;
    this.deviceNames = deviceNames;
  }

  /** Index of the input that the last event came from; -1 before the first. */
  get device(): number {
    return this.#device;
  }

  encode(batch: EventBatch): void {
    const { count, kind, packed, timeMs, device, payload } = batch;
    const { track, channelsSeen } = this;
    let written = 0;
    for (let row = 0; row < count; row++) {
      const isShort = kind[row] === EventKind.SHORT;
      const message = packed[row]!;
      if (isShort && !this.#keeps(message & 0xff)) {
        this.leftOut++;
        continue;
      }
      const tick = this.#tempo.tickAt(timeMs[row]!);
      if (device[row] !== this.#device) this.#switchDevice(tick, device[row]!);
      channelsSeen[this.#device]! |= isShort ? channelBit(message) : NO_CHANNEL;
      if (isShort && isNoteOn(message)) this.notes++;
      if (isShort) track.addShort(tick, message);
      else if (kind[row] === EventKind.MARKER) track.addMeta(tick, MetaType.MARKER, payload[row]!);
      else {
        if (message === 0 && payload[row]![0] !== SYSEX_START)
          track.addPacket(tick, SYSEX_END, SEAM);
        track.addSysex(tick, payload[row]!);
        if (kind[row] === EventKind.SYSEX_PART) this.inSysex.add(this.#device);
        else this.inSysex.delete(this.#device);
      }
      written++;
    }
    this.written += written;
  }

  addMarker(timeMs: number, text: string): void {
    this.track.addText(this.#tempo.tickAt(timeMs), MetaType.MARKER, text);
  }

  #keeps(status: number): boolean {
    return isChannelMessage(status) || (this.#keepRealtime && shortMessageLength(status) > 0);
  }

  #switchDevice(tick: number, device: number): void {
    this.#device = device;
    while (this.devicesSeen <= device) this.channelsSeen[this.devicesSeen++] = 0;
    this.#marksDevices ||= device > 0 || this.deviceNames.length > 1;
    if (!this.#marksDevices) return;
    this.track.addMeta(tick, MetaType.PORT, Uint8Array.of(device));
    if (this.#named.has(device)) return;
    this.#named.add(device);
    const name = utf8.encode(nameOfDevice(this.deviceNames, device));
    this.track.addMeta(tick, MetaType.DEVICE_NAME, name);
  }
}

/** A message whose data bytes are none becomes an escape, which has no channel. */
const STATUS_BITS_IN_DATA = 0x80_8000;

function channelBit(packed: number): number {
  const isOfChannel = isChannelMessage(packed & 0xff) && (packed & STATUS_BITS_IN_DATA) === 0;
  return isOfChannel ? 1 << (packed & 0x0f) : NO_CHANNEL;
}

/** The name that a device's track has; devices are counted from 1 in words. */
export function nameOfDevice(names: readonly string[], device: number): string {
  return names[device] ?? `input ${device + 1}`;
}
