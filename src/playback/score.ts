/**
 * A Standard MIDI File as a player needs it: every message and every packet of a sysex at its
 * time, in the order in which they can go over one cable.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "<sysex event>": a sysex may be spread over an F0 event
 * and F7 events, each with its own time, "for devices which need time between packets".
 */
import type { SmfEvent, SmfFile, SmfTrack } from '../files/smf/smf-reader.js';
import { TempoMap } from '../files/smf/tempo-map.js';
import { ByteStreamParser, type ByteStreamVisitor } from '../midi/byte-stream-parser.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { isChannelMessage, isRealtime, SYSEX_END, SYSEX_START } from '../midi/status.js';

export interface Score {
  /**
   * In order of time. SHORT rows are messages; SYSEX rows are bytes to be sent as they are, a whole
   * sysex or a packet of one. Between the packets of a sysex there is nothing but realtime. `device`
   * is the number of the track.
   */
  readonly events: EventBatch;
  /** When the last track ends, in milliseconds. */
  readonly endMs: number;
  /** Sysex without a beginning or an end, which are left out: an instrument might wait for ever. */
  readonly brokenSysex: number;
}

const LAST_DEVICE = 255;
/** Data bytes have seven bits, whatever a damaged file says. */
const PACKED_BITS = 0x7f_7fff;
const F0 = Uint8Array.of(SYSEX_START);

/** The tracks of format 0 and 1 sound together; those of format 2 one after the other. */
export function readScore(smf: SmfFile): Score {
  const { tracks } = smf;
  const arePatterns = smf.format === 2;
  const shared = arePatterns ? undefined : TempoMap.of(smf, tracks);
  const reader = new TrackReader();
  let endMs = 0;
  tracks.forEach((track, index) => {
    const map = shared ?? TempoMap.of(smf, [track]);
    const startMs = arePatterns ? endMs : 0;
    reader.read(track, Math.min(index, LAST_DEVICE), (tick) => startMs + map.timeMsAt(tick));
    endMs = Math.max(endMs, startMs + map.timeMsAt(track.endTick));
  });
  return { events: inOrderForOneCable(reader.rows), endMs, brokenSysex: reader.brokenSysex };
}

interface Row {
  timeMs: number;
  device: number;
  packed: number;
  /** Undefined for a short message. */
  bytes: Uint8Array | undefined;
  /** Whether a sysex is under way behind it. */
  isOpen: boolean;
}

class TrackReader implements ByteStreamVisitor {
  readonly rows: Row[] = [];
  brokenSysex = 0;
  readonly #parser = new ByteStreamParser(false);
  #timeMs = 0;
  #device = 0;
  /** Row at which the sysex under way begins. */
  #sysexRow = -1;
  /** Row of the packet that is being read. */
  #packet: Row | undefined;

  read(track: SmfTrack, device: number, timeMsAt: (tick: number) => number): void {
    this.#device = device;
    for (const event of track.events) {
      this.#timeMs = timeMsAt(event.tick);
      this.#packet = undefined;
      this.#take(event);
    }
    this.#parser.breakOff(this);
  }

  #take({ status, packed, metaType, data }: SmfEvent): void {
    if (status === SYSEX_START) this.#parser.feed(F0, this);
    if (status === SYSEX_START || status === SYSEX_END) this.#parser.feed(data, this);
    else if (metaType < 0) {
      if (isChannelMessage(status)) this.#parser.breakOff(this);
      this.onShort(packed & PACKED_BITS);
    }
  }

  onShort(packed: number): void {
    this.#packet = undefined;
    this.#add({ packed, bytes: undefined, isOpen: this.#parser.inSysex });
  }

  onSysexBytes(bytes: Uint8Array): void {
    if (this.#sysexRow < 0) this.#sysexRow = this.rows.length;
    const packet = this.#packet;
    if (packet?.bytes === undefined) this.#packet = this.#add({ packed: 0, bytes, isOpen: true });
    else packet.bytes = Buffer.concat([packet.bytes, bytes]);
  }

  onSysexEnd(isComplete: boolean): void {
    if (isComplete) {
      this.rows.at(-1)!.isOpen = false;
    } else {
      this.brokenSysex++;
      const shorts = this.rows.splice(this.#sysexRow).filter(({ bytes }) => bytes === undefined);
      for (const row of shorts) this.rows.push({ ...row, isOpen: false });
    }
    this.#sysexRow = -1;
    this.#packet = undefined;
  }

  onInvalid(): void {}

  #add(row: Pick<Row, 'packed' | 'bytes' | 'isOpen'>): Row {
    const whole = { timeMs: this.#timeMs, device: this.#device, ...row };
    this.rows.push(whole);
    return whole;
  }
}

/**
 * Sorts by time, and holds back what another track would put in the middle of a sysex until that
 * is over: any status byte but realtime would break it off.
 */
function inOrderForOneCable(rows: Row[]): EventBatch {
  rows.sort((one, other) => one.timeMs - other.timeMs);
  const ordered = new EventBatch(Math.max(1, rows.length));
  let sender: number | undefined;
  let heldBack: Row[] = [];
  const put = (row: Row, atLeastMs: number): void => {
    const isFree = sender === undefined || sender === row.device;
    if (!isFree && !(row.bytes === undefined && isRealtime(row.packed & 0xff))) {
      heldBack.push(row);
      return;
    }
    const timeMs = Math.max(row.timeMs, atLeastMs);
    if (row.bytes === undefined) ordered.addShort(timeMs, row.device, row.packed);
    else ordered.addBytes(timeMs, row.device, EventKind.SYSEX, row.bytes);
    if (!isFree) return;
    sender = row.isOpen ? row.device : undefined;
    if (sender !== undefined || heldBack.length === 0) return;
    const waiting = heldBack;
    heldBack = [];
    for (const held of waiting) put(held, timeMs);
  };
  for (const row of rows) put(row, 0);
  return ordered;
}
