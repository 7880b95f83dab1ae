/** The messages of one track, in order of time: what its events hold, with the sysex that several of them bring joined. */
import { ByteStreamParser, type ByteStreamVisitor } from '../../../midi/byte-stream-parser.js';
import { EventKind } from '../../../midi/event-batch.js';
import { isChannelMessage, SYSEX_END, SYSEX_START } from '../../../midi/status.js';
import { again, type SmfEvent, type SmfTrack } from '../smf-content.js';
import { MetaType } from '../smf-encoding.js';

/** A short message, or one with a kind and its bytes. */
export interface TrackMessage {
  readonly tick: number;
  readonly packed: number;
  /** One of EventKind; undefined for a short message. */
  readonly kind?: number;
  readonly payload?: Uint8Array;
  /** Of a sysex that comes in several parts. */
  readonly sysex?: LongSysex;
}

export interface LongSysex {
  /** Of all parts together. */
  readonly length: number;
  /** Of the last one. */
  readonly endTick: number;
  /** Read again where they are too long to be kept; what has no beginning (F0) comes without the rest then. */
  readonly parts: Iterable<SysexPart>;
}

/** What an event, or a piece of one, brings of a sysex. */
export interface SysexPart {
  readonly tick: number;
  /** Not empty; without realtime that stands in it. */
  readonly bytes: Uint8Array;
}

/** Data bytes have seven bits, whatever a damaged file says. */
const PACKED_BITS = 0x7f_7fff;
/** What is kept of a sysex that is longer than it may be. */
const HEAD_BYTES = 0x1_0000;
const F0 = Uint8Array.of(SYSEX_START);
const F7 = Uint8Array.of(SYSEX_END);
/** So many messages of other inputs wait for the end of a sysex before it counts as broken. */
const MOST_FOUND = 1_000_000;

/**
 * @param fromTick - those before it are left out
 * @param longest - of a longer sysex, `payload` has but the beginning
 */
export function* messagesOf(
  track: SmfTrack,
  fromTick: number,
  longest: number,
): Generator<TrackMessage> {
  const assembler = new Assembler(track, longest);
  for (const event of fromTick === 0 ? track.events : track.eventsFrom(fromTick)) {
    const { packed, metaType } = event;
    if (metaType === MetaType.PORT) assembler.switchPort(event.data[0] ?? 0, event.tick);
    if (metaType >= 0 && metaType !== MetaType.MARKER) continue;
    if (assembler.isIdle && packed !== 0) {
      yield (packed & ~PACKED_BITS) === 0 ? event : { ...event, packed: packed & PACKED_BITS };
      continue;
    }
    assembler.take(event);
    if (!assembler.isInSysex) yield* assembler.drain();
  }
  assembler.end();
  yield* assembler.drain();
}

/**
 * The parts of the sysex that is the `number`th to begin at `tick`, as `messagesOf` counts them.
 *
 * @param port - the one in force before the first event of that tick
 */
function* readParts(
  track: SmfTrack,
  tick: number,
  number: number,
  port: number,
): Generator<SysexPart> {
  let parts: SysexPart[] = [];
  let hasBegun = false;
  const assembler = new Assembler(track, 0, ({ message, number: found }, part) => {
    if (message.tick === tick && found === number) parts.push(part);
  });
  assembler.switchPort(port, tick);
  for (const event of track.eventsFrom(tick)) {
    if (event.metaType === MetaType.PORT) assembler.switchPort(event.data[0] ?? 0, event.tick);
    if (event.metaType >= 0) continue;
    assembler.take(event);
    assembler.drain();
    hasBegun ||= parts.length > 0;
    yield* parts;
    parts = [];
    if (hasBegun && !assembler.isGrowing(tick, number)) return;
  }
}

interface Growing {
  readonly message: { -readonly [Key in keyof TrackMessage]: TrackMessage[Key] };
  /** Of those that begin with F0 at its tick, from 1; 0 for one without. */
  readonly number: number;
  /** The port in force before the first event of its tick. */
  readonly port: number;
  length: number;
  endTick: number;
  partCount: number;
  /** As long as all of it is kept. */
  parts: { readonly tick: number; readonly bytes: Uint8Array[] }[];
  /** What is kept of it if it is too long. */
  head: Uint8Array | undefined;
}

/** What is under way from one port (FF 21): several inputs may share a track, each with a sysex of its own. */
interface Line {
  readonly parser: ByteStreamParser;
  sysex: Growing | undefined;
  /** Whether bytes of no message are left out: those after the end of a sysex, in its event. */
  isStrict: boolean;
}

const newLine = (): Line => ({
  parser: new ByteStreamParser(false),
  sysex: undefined,
  isStrict: false,
});

/** Takes the events apart that are not simply short messages. */
class Assembler implements ByteStreamVisitor {
  readonly #track: SmfTrack;
  readonly #longest: number;
  readonly #onPart: ((sysex: Growing, part: SysexPart) => void) | undefined;
  readonly #lines = new Map<number, Line>();
  #line = newLine();
  #port = 0;
  #portBefore = 0;
  /** Lines in which a sysex is under way. */
  #growing = 0;
  /** Messages in order of time, from the first sysex under way on. */
  #found: TrackMessage[] = [];
  #tick = 0;
  /** How many sysex have begun with F0 at this tick. */
  #begun = 0;
  /** Whether the event that is being read has brought nothing of the sysex yet. */
  #isNewPart = false;
  /** Of the event that is being read, in pieces that come. */
  #left = 0;

  constructor(
    track: SmfTrack,
    longest: number,
    onPart?: (sysex: Growing, part: SysexPart) => void,
  ) {
    this.#track = track;
    this.#longest = longest;
    this.#onPart = onPart;
    this.#lines.set(0, this.#line);
  }

  switchPort(port: number, tick: number): void {
    this.#moveTo(tick);
    this.#port = port;
    this.#line = this.#lines.get(port) ?? newLine();
    this.#lines.set(port, this.#line);
  }

  #moveTo(tick: number): void {
    if (tick === this.#tick) return;
    this.#tick = tick;
    this.#begun = 0;
    this.#portBefore = this.#port;
  }

  /** Whether no message is under way, so that a short one has nothing to do with others. */
  get isIdle(): boolean {
    return this.#growing === 0 && this.#line.parser.isBetweenMessages;
  }

  get isInSysex(): boolean {
    return this.#growing > 0;
  }

  isGrowing(tick: number, number: number): boolean {
    const isIt = ({ sysex }: Line) => sysex?.message.tick === tick && sysex.number === number;
    return [...this.#lines.values()].some(isIt);
  }

  drain(): readonly TrackMessage[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** The track is over. */
  end(): void {
    for (const line of this.#lines.values()) {
      this.#line = line;
      line.parser.breakOff(this);
    }
    this.#line = this.#lines.get(this.#port)!;
  }

  take({ tick, status, packed, metaType, data, left = 0 }: SmfEvent): void {
    this.#moveTo(tick);
    if (this.#found.length > MOST_FOUND) this.end();
    const line = this.#line;
    if (metaType >= 0) {
      this.#found.push({ tick, packed: 0, kind: EventKind.MARKER, payload: data });
    } else if (status === SYSEX_START || status === SYSEX_END) {
      const isPiece = this.#left > 0;
      this.#left = left;
      const isSeam = !isPiece && status === SYSEX_END && data.length + left === 0;
      if (isSeam) line.parser.breakOff(this);
      this.#isNewPart = true;
      if (!isPiece) line.isStrict = status === SYSEX_START || line.sysex !== undefined;
      if (status === SYSEX_START) line.parser.feed(F0, this);
      line.parser.feed(data, this);
      if (line.isStrict && line.sysex === undefined && left === 0) line.parser.breakOff(this);
    } else {
      if (isChannelMessage(status)) line.parser.breakOff(this);
      this.onShort(packed & PACKED_BITS);
    }
  }

  onShort(packed: number): void {
    this.#found.push({ tick: this.#tick, packed });
  }

  onSysexBytes(bytes: Uint8Array): void {
    const line = this.#line;
    if (line.sysex === undefined && line.isStrict && bytes[0] !== SYSEX_START) return;
    const tick = this.#tick;
    const sysex = line.sysex ?? this.#begin(tick, bytes);
    this.#onPart?.(sysex, { tick, bytes });
    sysex.endTick = tick;
    sysex.length += bytes.length;
    if (this.#isNewPart) sysex.partCount++;
    if (sysex.length <= this.#longest) {
      if (this.#isNewPart) sysex.parts.push({ tick, bytes: [] });
      sysex.parts.at(-1)!.bytes.push(bytes);
    } else if (sysex.head === undefined) {
      const kept = sysex.parts.flatMap((part) => part.bytes);
      const head = Buffer.concat([...kept, bytes.subarray(0, HEAD_BYTES)]);
      sysex.head = Uint8Array.from(head.subarray(0, HEAD_BYTES));
      sysex.parts = [];
    }
    this.#isNewPart = false;
  }

  #begin(tick: number, bytes: Uint8Array): Growing {
    const message = { tick, packed: 0, kind: EventKind.SYSEX };
    this.#found.push(message);
    this.#isNewPart = true;
    this.#growing++;
    const sysex: Growing = {
      message,
      number: bytes[0] === SYSEX_START ? ++this.#begun : 0,
      port: this.#portBefore,
      length: 0,
      endTick: tick,
      partCount: 0,
      parts: [],
      head: undefined,
    };
    this.#line.sysex = sysex;
    return sysex;
  }

  onSysexEnd(isComplete: boolean): void {
    const { sysex } = this.#line;
    if (sysex === undefined) return;
    const { message, number, port, length, endTick, partCount, head, parts } = sysex;
    this.#line.sysex = undefined;
    this.#growing--;
    const kept = parts.map((part) => ({ tick: part.tick, bytes: joined(part.bytes) }));
    message.kind = isComplete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX;
    message.payload = head ?? joined(kept.map(({ bytes }) => bytes));
    if (head === undefined && partCount < 2) return;
    const track = this.#track;
    const hasStart = message.payload[0] === SYSEX_START;
    const long = hasStart
      ? again(() => readParts(track, message.tick, number, port))
      : [{ tick: message.tick, bytes: message.payload }];
    message.sysex = { length, endTick, parts: head === undefined ? kept : long };
  }

  onInvalid(packed: number): void {
    // The end of a sysex of which nothing else is there is one that is broken.
    if (packed !== SYSEX_END || this.#line.isStrict) return;
    this.#found.push({ tick: this.#tick, packed: 0, kind: EventKind.BROKEN_SYSEX, payload: F7 });
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
