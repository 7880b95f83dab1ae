/**
 * Standard MIDI Files in the shape that the package midi-file gives them, which JavaScript programs know.
 *
 * midi-file throws strings at what it does not expect, loses what it does not know, and takes a time that
 * grows with the square of a track's length to write it. So it reads what our own reader has read, and
 * writes what has been checked here, a few events at a time.
 */

import type { MidiData, MidiEvent } from 'midi-file';
import { MidirecError } from '../../midi/errors.js';
import { cutText } from '../../midi/printable.js';
import { type SmfContent, type SmfEvent, SmfTrack } from './smf-content.js';
import {
  encodeHeader,
  encodeTrackHeader,
  MAX_VARIABLE_LENGTH,
  META,
  MetaType,
  TrackEncoder,
} from './smf-encoding.js';
import { readSmf, type SmfFile } from './smf-reader.js';
import { smfPieces, writeSmf } from './smf-writer.js';

export type { MidiData, MidiEvent } from 'midi-file';

/** Of the .mid; as objects it takes a hundred times as much memory, and a million events take seconds. */
export const LARGEST_AS_DATA_BYTES = 4 * 1024 * 1024;

/** No meta event of this type survives as it is: its data begin with the type that it really has. */
const WRAPPED = 0x7e;
/** Events that midi-file writes at once. */
const BLOCK = 64;

/**
 * A file in the shape of midi-file. What parseMidi would misunderstand or throw at, such as a tempo of four
 * bytes, is an event of the type `unknownMeta`. Texts have a character for each byte, as they have there.
 *
 * @returns objects that belong to the caller
 * @throws MidirecError BAD_FILE if the file is larger than LARGEST_AS_DATA_BYTES
 */
export async function toMidiData(content: SmfContent): Promise<MidiData> {
  const { parseMidi, writeMidi } = await import('midi-file');
  const survives = ({ metaType, data }: SmfEvent) => {
    const encoder = new TrackEncoder(data.length + 32);
    encoder.addMeta(0, metaType, data);
    const head = [encodeHeader(0, 1, 1), encodeTrackHeader(encoder.length)];
    const bytes = Uint8Array.from(Buffer.concat([...head, encoder.view()]));
    try {
      return Buffer.from(writeMidi(parseMidi(bytes))).equals(bytes);
    } catch {
      return false;
    }
  };
  const isHeld = (event: SmfEvent) =>
    event.status !== META ||
    event.metaType === MetaType.END_OF_TRACK ||
    (event.metaType !== WRAPPED && survives(event));
  let length = 0;
  for (const { bytes } of smfPieces(content, true)) {
    length += bytes.length;
    if (length > LARGEST_AS_DATA_BYTES) break;
  }
  if (length > LARGEST_AS_DATA_BYTES) {
    throw new MidirecError('BAD_FILE', 'a .mid of more than 4 MiB is too large for JSON', {
      hint: 'midirec split makes several files of it',
    });
  }
  const tracks = content.tracks.map((track) =>
    track.edited((event) => (isHeld(event) ? event : wrap(event))),
  );
  const data = parseMidi(Uint8Array.from(writeSmf({ ...content, tracks })));
  for (const event of data.tracks.flat()) {
    if (event.type !== 'unknownMeta' || event.metatypeByte !== WRAPPED) continue;
    event.metatypeByte = event.data[0]!;
    event.data = Array.prototype.slice.call(event.data, 1);
  }
  return data;
}

function wrap(event: SmfEvent): SmfEvent {
  const data = Buffer.concat([Uint8Array.of(event.metaType), event.data]);
  return { ...event, metaType: WRAPPED, data };
}

/**
 * A file from the shape of midi-file. The end of a track may be missing; what comes after it counts.
 * A text with a character beyond U+00FF is taken as text, and written in UTF-8.
 *
 * @param given - of any content; it is not changed
 * @throws MidirecError BAD_FILE, which names the place as jq does: `.tracks[1][17].velocity`
 */
export async function fromMidiData(given: unknown): Promise<SmfFile> {
  const { writeMidi } = await import('midi-file');
  const { header, tracks } = checkObject(given, 'the document');
  const { format, division } = checkHeader(header);
  const chunks = checkList(tracks, '.tracks').map((list, index): SmfTrack => {
    const path = `.tracks[${index}]`;
    const given = checkList(list, path);
    const events: SmfEvent[] = [];
    let endTick = 0;
    for (let from = 0; from < given.length; from += BLOCK) {
      const block = given
        .slice(from, from + BLOCK)
        .map((event, at) => checkEvent(event, `${path}[${from + at}]`));
      const bytes = writeMidi({ header: { format: 0, numTracks: 1 }, tracks: [block] });
      const [track] = readSmf(Uint8Array.from(bytes)).tracks;
      for (const event of track!.events) events.push({ ...event, tick: endTick + event.tick });
      endTick += track!.endTick;
    }
    return new SmfTrack(events, endTick);
  });
  return readSmf(writeSmf({ ...divisionOf(format, division), tracks: chunks }));
}

/** As the reader has it. */
function divisionOf(format: number, division: number): Omit<SmfContent, 'tracks'> {
  return readSmf(encodeHeader(format, 0, division));
}

type Range = readonly [from: number, to: number];
const BYTE: Range = [0, 0xff];
const DATA_BYTE: Range = [0, 0x7f];
const CHANNEL: Range = [0, 15];

/** The numbers that an event of each type has. */
const NUMBERS: Readonly<Record<MidiEvent['type'], Readonly<Record<string, Range>>>> = {
  sequenceNumber: { number: [0, 0xffff] },
  text: {},
  copyrightNotice: {},
  trackName: {},
  instrumentName: {},
  lyrics: {},
  marker: {},
  cuePoint: {},
  channelPrefix: { channel: BYTE },
  portPrefix: { port: BYTE },
  endOfTrack: {},
  setTempo: { microsecondsPerBeat: [0, 0xff_ffff] },
  smpteOffset: {
    frameRate: [24, 30],
    hour: [0, 31],
    min: BYTE,
    sec: BYTE,
    frame: BYTE,
    subFrame: BYTE,
  },
  timeSignature: {
    numerator: BYTE,
    denominator: [1, 2 ** 30],
    metronome: BYTE,
    thirtyseconds: [1, 255],
  },
  keySignature: { key: [-128, 127], scale: BYTE },
  sequencerSpecific: {},
  unknownMeta: { metatypeByte: BYTE },
  sysEx: {},
  endSysEx: {},
  noteOff: { channel: CHANNEL, noteNumber: DATA_BYTE, velocity: DATA_BYTE },
  noteOn: { channel: CHANNEL, noteNumber: DATA_BYTE, velocity: DATA_BYTE },
  noteAftertouch: { channel: CHANNEL, noteNumber: DATA_BYTE, amount: DATA_BYTE },
  controller: { channel: CHANNEL, controllerType: DATA_BYTE, value: DATA_BYTE },
  programChange: { channel: CHANNEL, programNumber: DATA_BYTE },
  channelAftertouch: { channel: CHANNEL, amount: DATA_BYTE },
  pitchBend: { channel: CHANNEL, value: [-0x2000, 0x1fff] },
};
const TEXTS = /^(text|copyrightNotice|trackName|instrumentName|lyrics|marker|cuePoint)$/;
const WITH_DATA = /^(sequencerSpecific|unknownMeta|sysEx|endSysEx)$/;
/** Where not every number of the range will do. */
const CHOICES: Readonly<Record<string, readonly number[]>> = {
  frameRate: [24, 25, 29, 30],
  denominator: Array.from({ length: 31 }, (_, power) => 2 ** power),
};

function checkHeader(given: unknown): { format: number; division: number } {
  const path = '.header';
  const header = checkObject(given, path);
  const number = (name: string, range: Range) => checkNumber(header[name], range, path, name);
  const format = number('format', [0, 0xffff]);
  if (header.timeDivision !== undefined) {
    return { format, division: number('timeDivision', [1, 0xffff]) };
  }
  if (header.framesPerSecond === undefined) {
    return { format, division: number('ticksPerBeat', [0, 0x7fff]) };
  }
  const frames = number('framesPerSecond', [1, 128]);
  return { format, division: ((256 - frames) << 8) | number('ticksPerFrame', BYTE) };
}

function checkEvent(given: unknown, path: string): MidiEvent {
  const event = checkObject(given, path);
  const { type } = event;
  if (typeof type !== 'string' || !Object.hasOwn(NUMBERS, type)) {
    throw wrong(`${path}.type`, type, 'a type of event that the package midi-file knows');
  }
  const ranges = NUMBERS[type as MidiEvent['type']];
  for (const [name, range] of Object.entries(ranges)) checkNumber(event[name], range, path, name);
  checkNumber(event.deltaTime, [0, MAX_VARIABLE_LENGTH], path, 'deltaTime');
  let checked = event;
  if (TEXTS.test(type)) checked = { ...event, text: checkText(event.text, `${path}.text`) };
  if (WITH_DATA.test(type)) checked = { ...event, data: checkData(event.data, `${path}.data`) };
  return checked as unknown as MidiEvent;
}

function checkText(text: unknown, path: string): string {
  if (typeof text !== 'string') throw wrong(path, text, 'a text');
  return /^[\0-\xff]*$/.test(text) ? text : Buffer.from(text).toString('latin1');
}

/** Also what JSON.stringify makes of a Buffer and of a Uint8Array. */
function checkData(given: unknown, path: string): number[] {
  const list = checkObject(given, path);
  const bytes = Object.values(list.data === undefined ? list : checkObject(list.data, path));
  return bytes.map((byte, index) => checkNumber(byte, BYTE, path, `[${index}]`));
}

function checkNumber(value: unknown, [from, to]: Range, path: string, name: string): number {
  const choices = CHOICES[name];
  const isGood = Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
  if (isGood && (choices === undefined || choices.includes(Number(value)))) return Number(value);
  const field = name.startsWith('[') ? name : `.${name}`;
  const wanted =
    name === 'denominator'
      ? 'a power of two'
      : (choices?.join(', ') ?? `a whole number from ${from} to ${to}`);
  throw wrong(`${path}${field}`, value, wanted);
}

function checkList(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(path, value, 'an array');
}

function checkObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw wrong(path, value, 'an object');
}

function wrong(path: string, value: unknown, wanted: string): MidirecError {
  const found =
    value === undefined ? 'missing' : cutText(JSON.stringify(value) ?? String(value), 40);
  return new MidirecError('BAD_FILE', `${path} is ${found}, and should be ${wanted}`, {
    hint: 'write it as midirec convert FILE.mid --to json does',
  });
}
