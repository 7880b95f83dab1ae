/**
 * Three SMF readers that share no code, brought to one notation, so that what one of them reads
 * can be compared with what the others read.
 *
 * An event is a line: its tick, then its bytes in hex without length fields. `960 903c40` is a
 * note, `960 f0 7e7f0601f7` a sysex, `960 ff03 41` a track name.
 */
import { parseMidi } from 'midi-file';
import MidiParser from 'midi-parser-js';
import { readSmf } from '../../src/files/smf/smf-reader.js';

export interface ParsedSmf {
  format: number;
  ppq: number;
  tracks: string[][];
}

/** What a kill may leave of the last write, and a sysex of which no more came; the tracks are whole. */
const LEFT_BEHIND =
  /^(events after the end of the track$|a sysex that is not finished, after the end|a sysex without its end)/;

/** Reads to the end of each chunk; throws if anything else is damaged. */
export function parseWithOurs(bytes: Uint8Array): ParsedSmf {
  const file = readSmf(bytes);
  const { damages } = file;
  const real = damages.filter(({ message }) => !LEFT_BEHIND.test(message));
  if (real.length > 0) throw new Error(`damaged: ${JSON.stringify(real)}`);
  const tracks = file.tracks.map(({ events }) =>
    Array.from(events, ({ tick, status, metaType, packed, data }) => {
      if (status >= 0xf0) return longLine(tick, status, metaType, data);
      return shortLine(tick, [packed & 0xff, (packed >>> 8) & 0xff, packed >>> 16]);
    }),
  );
  return { format: file.format, ppq: file.ppq, tracks };
}

/** Reads to the end of each chunk. */
export function parseWithMidiFile(bytes: Uint8Array): ParsedSmf {
  const { header, tracks } = parseMidi(bytes);
  return {
    format: header.format,
    ppq: header.ticksPerBeat ?? 0,
    tracks: tracks.map((events) => {
      let tick = 0;
      return events.map((event) => {
        tick += event.deltaTime;
        return midiFileLine(tick, event as unknown as MidiFileEvent);
      });
    }),
  };
}

/** Reads each track to its first end of track, and pays no heed to the length of the chunk. */
export function parseWithMidiParserJs(bytes: Uint8Array): ParsedSmf {
  MidiParser.customInterpreter = (_type, file, length) => {
    const data = new Uint8Array(length === false ? file.readIntVLV() : length);
    for (let at = 0; at < data.length; at++) data[at] = file.readInt(1);
    return data;
  };
  const file = MidiParser.Uint8(bytes);
  if (file === false || file.tracks !== file.track.length) throw new Error('cannot be read');
  return {
    format: file.formatType,
    ppq: file.timeDivision,
    tracks: file.track.map(({ event: events }) => {
      let tick = 0;
      if (events.at(-1)?.metaType !== 0x2f) throw new Error('no end of track');
      return events.map(({ deltaTime, type, channel, metaType, data }) => {
        tick += deltaTime;
        if (type === 0xff) return longLine(tick, 0xff, metaType!, metaBytes(metaType!, data));
        const status = (type << 4) | channel!;
        if (status >= 0xf0) return longLine(tick, status, -1, data as Uint8Array);
        return shortLine(tick, [status, ...(Array.isArray(data) ? data : [data as number])]);
      });
    }),
  };
}

/** All three. */
export const PARSERS = [parseWithOurs, parseWithMidiFile, parseWithMidiParserJs];

interface MidiFileEvent {
  type: string;
  [field: string]: unknown;
}

const CHANNEL_EVENTS: Record<string, [number, ...string[]]> = {
  noteOff: [0x80, 'noteNumber', 'velocity'],
  noteOn: [0x90, 'noteNumber', 'velocity'],
  noteAftertouch: [0xa0, 'noteNumber', 'amount'],
  controller: [0xb0, 'controllerType', 'value'],
  programChange: [0xc0, 'programNumber'],
  channelAftertouch: [0xd0, 'amount'],
};

function midiFileLine(tick: number, event: MidiFileEvent): string {
  const channel = event.channel as number;
  const shape = CHANNEL_EVENTS[event.type];
  if (shape !== undefined) {
    const [status, ...fields] = shape;
    const high = event.byte9 === true ? 0x90 : status;
    return shortLine(tick, [high | channel, ...fields.map((field) => event[field] as number)]);
  }
  switch (event.type) {
    case 'pitchBend': {
      const bend = (event.value as number) + 0x2000;
      return shortLine(tick, [0xe0 | channel, bend & 0x7f, bend >> 7]);
    }
    case 'sysEx':
      return longLine(tick, 0xf0, -1, event.data as Uint8Array);
    case 'endSysEx':
      return longLine(tick, 0xf7, -1, event.data as Uint8Array);
    case 'text':
      return longLine(tick, 0xff, 0x01, metaBytes(0x01, event.text as string));
    case 'trackName':
      return longLine(tick, 0xff, 0x03, metaBytes(0x03, event.text as string));
    case 'marker':
      return longLine(tick, 0xff, 0x06, metaBytes(0x06, event.text as string));
    case 'portPrefix':
      return longLine(tick, 0xff, 0x21, metaBytes(0x21, event.port as number));
    case 'endOfTrack':
      return longLine(tick, 0xff, 0x2f, metaBytes(0x2f, undefined));
    case 'setTempo':
      return longLine(tick, 0xff, 0x51, metaBytes(0x51, event.microsecondsPerBeat as number));
    case 'timeSignature': {
      const { numerator, denominator, metronome, thirtyseconds } = event;
      const data = [numerator, Math.log2(denominator as number), metronome, thirtyseconds];
      return longLine(tick, 0xff, 0x58, metaBytes(0x58, data as number[]));
    }
    case 'unknownMeta':
      return longLine(tick, 0xff, event.metatypeByte as number, event.data as Uint8Array);
    default:
      throw new Error(`midi-file gave an event of type ${event.type}`);
  }
}

/** The data of a meta event as it stood in the file; texts come with one character per byte. */
function metaBytes(metaType: number, data: number | number[] | string | Uint8Array | undefined) {
  if (data === undefined) return new Uint8Array(0);
  if (typeof data === 'string') return Buffer.from(data, 'latin1');
  if (typeof data !== 'number') return Uint8Array.from(data);
  return metaType === 0x51 ? Uint8Array.of(data >> 16, data >> 8, data) : Uint8Array.of(data);
}

function shortLine(tick: number, bytes: number[]): string {
  const isPair = (bytes[0]! & 0xe0) === 0xc0;
  return `${tick} ${Buffer.from(isPair ? bytes.slice(0, 2) : bytes).toString('hex')}`;
}

function longLine(tick: number, status: number, metaType: number, data: Uint8Array): string {
  const head = metaType < 0 ? [status] : [status, metaType];
  return `${tick} ${Buffer.from(head).toString('hex')} ${Buffer.from(data).toString('hex')}`;
}
