/**
 * The status table: what each MIDI status byte is called and how long its message is.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, tables I to VIII.
 */

export const NOTE_OFF = 0x80;
export const NOTE_ON = 0x90;
export const POLY_PRESSURE = 0xa0;
export const CONTROL_CHANGE = 0xb0;
export const PROGRAM_CHANGE = 0xc0;
export const CHANNEL_PRESSURE = 0xd0;
export const PITCH_BEND = 0xe0;
export const SYSEX_START = 0xf0;
export const TIME_CODE = 0xf1;
export const SONG_POSITION = 0xf2;
export const SONG_SELECT = 0xf3;
export const TUNE_REQUEST = 0xf6;
export const SYSEX_END = 0xf7;
export const TIMING_CLOCK = 0xf8;
export const START = 0xfa;
export const CONTINUE = 0xfb;
export const STOP = 0xfc;
export const ACTIVE_SENSING = 0xfe;
export const SYSTEM_RESET = 0xff;

/** A cable carries 31,250 bits a second, ten for a byte. Source: "Hardware". */
export const CABLE_BYTES_PER_MS = 3.125;

/** Length in bytes by status byte minus 0x80; 0 for F0 (any length), F7 (not a message) and the undefined F4, F5. */
const LENGTHS = new Uint8Array(128);
for (let status = 0x80; status <= 0xff; status++) {
  LENGTHS[status - 0x80] = lengthOf(status);
}

function lengthOf(status: number): number {
  if (status < 0xf0) {
    const kind = status & 0xf0;
    return kind === PROGRAM_CHANGE || kind === CHANNEL_PRESSURE ? 2 : 3;
  }
  switch (status) {
    case TIME_CODE:
    case SONG_SELECT:
      return 2;
    case SONG_POSITION:
      return 3;
    case SYSEX_START:
    case 0xf4:
    case 0xf5:
    case SYSEX_END:
      return 0;
    default:
      return 1;
  }
}

/**
 * Length in bytes of the short message that begins with `status`, the status byte included.
 *
 * @param status - any number; 0 is returned for what begins no short message: a data byte
 *   (below 0x80), F0, F7, and the undefined F4 and F5.
 */
export function shortMessageLength(status: number): number {
  return status >= 0x80 && status <= 0xff ? LENGTHS[status - 0x80] : 0;
}

/** True for F8..FF, the one-byte messages that may stand anywhere, even inside a sysex. */
export function isRealtime(status: number): boolean {
  return status >= TIMING_CLOCK;
}

/** Whether a short message is a note that begins: a note-on with velocity 0 is a note-off. */
export function isNoteOn(packed: number): boolean {
  return (packed & 0xf0) === NOTE_ON && packed > 0xffff;
}

export function isNoteOff(packed: number): boolean {
  return (packed & 0xf0) === NOTE_OFF || ((packed & 0xf0) === NOTE_ON && packed <= 0xffff);
}

/** True for the channel messages, 80..EF. */
export function isChannelMessage(status: number): boolean {
  return status >= NOTE_OFF && status < SYSEX_START;
}
