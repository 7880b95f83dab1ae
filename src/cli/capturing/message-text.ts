/** MIDI messages in words: `note on C4 velocity 96`. */

import { controllerName, isSwitch } from '../../midi/controller-names.js';
import { formatHex } from '../../midi/hex.js';
import { noteName } from '../../midi/note-names.js';
import { programName } from '../../midi/program-names.js';
import {
  ACTIVE_SENSING,
  CHANNEL_PRESSURE,
  CONTINUE,
  CONTROL_CHANGE,
  isChannelMessage,
  NOTE_OFF,
  NOTE_ON,
  POLY_PRESSURE,
  PROGRAM_CHANGE,
  SONG_POSITION,
  SONG_SELECT,
  START,
  STOP,
  SYSTEM_RESET,
  TIME_CODE,
  TIMING_CLOCK,
  TUNE_REQUEST,
} from '../../midi/status.js';
import type { JudgedSysex } from '../../sysex/instruments/description.js';
import { type SysexDescription, UNIVERSAL } from '../../sysex/sysex-identification.js';
import { formatBytes } from '../terminal/figures.js';

export interface MessageText {
  /** `note on`, `control`, `clock`: never longer than NAME_COLUMNS. */
  name: string;
  /** `C4  velocity 96`; empty where the name says it all. */
  detail: string;
}

/** Columns that every name fits in. */
export const NAME_COLUMNS = 13;

const SYSTEM_NAMES: Readonly<Record<number, string>> = {
  [TUNE_REQUEST]: 'tune request',
  [TIMING_CLOCK]: 'clock',
  [START]: 'start',
  [CONTINUE]: 'continue',
  [STOP]: 'stop',
  [ACTIVE_SENSING]: 'sensing',
  [SYSTEM_RESET]: 'system reset',
};

/** The velocity of a note-off from a keyboard that does not measure it. */
const USUAL_RELEASE = 64;
const BEND_CENTRE = 8192;
const PULSES_PER_BEAT = 4;
/** The channel of drums, from 0 on. */
const DRUMS = 9;

/** @param packed - status byte | first data byte << 8 | second data byte << 16 */
export function shortText(packed: number): MessageText {
  const status = packed & 0xff;
  const first = (packed >>> 8) & 0x7f;
  const second = (packed >>> 16) & 0x7f;
  return isChannelMessage(status)
    ? channelText(status & 0xf0, status & 0x0f, first, second)
    : systemText(status, first, second);
}

function channelText(command: number, channel: number, first: number, second: number): MessageText {
  switch (command) {
    case NOTE_ON:
      if (second > 0) return { name: 'note on', detail: `${key(first)}  velocity ${second}` };
      return { name: 'note off', detail: noteName(first) };
    case NOTE_OFF: {
      const isUsual = second === 0 || second === USUAL_RELEASE;
      return {
        name: 'note off',
        detail: isUsual ? noteName(first) : `${key(first)}  velocity ${second}`,
      };
    }
    case POLY_PRESSURE:
      return { name: 'key pressure', detail: `${key(first)}  ${second}` };
    case CONTROL_CHANGE:
      return { name: 'control', detail: controlText(first, second) };
    case PROGRAM_CHANGE:
      return { name: 'program', detail: programText(first, channel) };
    case CHANNEL_PRESSURE:
      return { name: 'pressure', detail: `${first}` };
    default: {
      const bend = (first | (second << 7)) - BEND_CENTRE;
      return { name: 'pitch bend', detail: bend > 0 ? `+${bend}` : `${bend}` };
    }
  }
}

/** As musicians count; with what General MIDI calls it, which drums have no names for. */
function programText(program: number, channel: number): string {
  return channel === DRUMS ? `${program + 1}` : `${program + 1}, ${programName(program)}`;
}

function controlText(controller: number, value: number): string {
  const position = isSwitch(controller) ? ` (${value >= 64 ? 'on' : 'off'})` : '';
  return `${String(controller).padEnd(3)}  ${controllerName(controller)} ${value}${position}`;
}

function systemText(status: number, first: number, second: number): MessageText {
  switch (status) {
    case TIME_CODE:
      return { name: 'time code', detail: `piece ${first >> 4}: ${first & 0x0f}` };
    case SONG_POSITION: {
      const sixteenths = first | (second << 7);
      return {
        name: 'song position',
        detail: `${sixteenths} (beat ${sixteenths / PULSES_PER_BEAT})`,
      };
    }
    case SONG_SELECT:
      return { name: 'song select', detail: `${first}` };
    default:
      return { name: SYSTEM_NAMES[status] ?? 'undefined', detail: '' };
  }
}

/** `Yamaha DX7 bulk dump, 32 voices`. */
export function meaningOf({
  manufacturer,
  what,
}: Pick<SysexDescription, 'manufacturer' | 'what'>): string {
  return `${manufacturer} ${what}`.trim();
}

/** `Yamaha DX7 bulk dump, 32 voices, 4,104 bytes, checksum right`. */
export function sysexLine(description: SysexDescription | JudgedSysex): string {
  const { manufacturer, length, checksum } = description;
  const line = `${meaningOf(description)}, ${formatBytes(length)}`;
  if (checksum === 'none') return `${line}, no checksum`;
  if (checksum !== 'unknown') return `${line}, checksum ${checksum}${rightChecksum(description)}`;
  const hasNone = manufacturer === UNIVERSAL || manufacturer === '';
  return hasNone ? line : `${line}, checksum not known`;
}

/** ` (it would have to be 5a)` of one that is wrong, where the table of instruments knows it. */
export function rightChecksum(description: SysexDescription | JudgedSysex): string {
  if (!('expected' in description) || description.expected === undefined) return '';
  return ` (it would have to be ${formatHex([description.expected])})`;
}

/** Names of keys have two to four characters; what follows them stands in a column. */
function key(number: number): string {
  return noteName(number).padEnd(4);
}
