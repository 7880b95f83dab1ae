/**
 * The structures of the WinMM MIDI interface, byte by byte, on 64-bit Windows.
 *
 * Source: mmsystem.h. The header packs everything to one byte (`#include <pshpack1.h>`),
 * so MIDIHDR is 112 bytes long and not the 120 that natural alignment would give.
 */
import type { Address } from './memory.js';

export const MIDIHDR_SIZE = 112;
export const MIDIHDR_OFFSETS = {
  lpData: 0,
  dwBufferLength: 8,
  dwBytesRecorded: 12,
  dwUser: 16,
  dwFlags: 24,
  lpNext: 28,
  reserved: 36,
  dwOffset: 44,
  dwReserved: 48,
} as const;

export const MIDIINCAPSW_SIZE = 76;
export const MIDIINCAPSW_OFFSETS = {
  wMid: 0,
  wPid: 2,
  vDriverVersion: 4,
  szPname: 8,
  dwSupport: 72,
} as const;

export const MIDIOUTCAPSW_SIZE = 84;
export const MIDIOUTCAPSW_OFFSETS = {
  wMid: 0,
  wPid: 2,
  vDriverVersion: 4,
  szPname: 8,
  wTechnology: 72,
  wVoices: 74,
  wNotes: 76,
  wChannelMask: 78,
  dwSupport: 80,
} as const;

/** UTF-16 code units in szPname, the terminating zero included (MAXPNAMELEN). */
export const MAXPNAMELEN = 32;

/** What midiInGetDevCaps tells of an input. */
export interface MidiInCaps {
  /** Manufacturer id; 65535 when the maker has none. */
  wMid: number;
  wPid: number;
  /** Major version in the high byte, minor in the low one. */
  vDriverVersion: number;
  /** The device's name: at most 31 UTF-16 code units, not unique, and exactly as the driver gave it (control characters and all). */
  szPname: string;
  dwSupport: number;
}

/** What midiOutGetDevCaps tells of an output. */
export interface MidiOutCaps extends MidiInCaps {
  /** Kind of device: 1 a port, 2 a synthesizer, … 7 a software synthesizer. */
  wTechnology: number;
  wVoices: number;
  wNotes: number;
  wChannelMask: number;
}

/** A view of the MIDIHDR at `offset` in `bytes`. It owns nothing: the memory belongs to whoever allocated it. */
export class MidiHdr {
  readonly #view: DataView;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset + offset, MIDIHDR_SIZE);
  }

  get lpData(): Address {
    return readAddress(this.#view, MIDIHDR_OFFSETS.lpData);
  }
  set lpData(value: Address) {
    writeAddress(this.#view, MIDIHDR_OFFSETS.lpData, value);
  }
  get dwBufferLength(): number {
    return this.#view.getUint32(MIDIHDR_OFFSETS.dwBufferLength, true);
  }
  set dwBufferLength(value: number) {
    this.#view.setUint32(MIDIHDR_OFFSETS.dwBufferLength, value, true);
  }
  get dwBytesRecorded(): number {
    return this.#view.getUint32(MIDIHDR_OFFSETS.dwBytesRecorded, true);
  }
  set dwBytesRecorded(value: number) {
    this.#view.setUint32(MIDIHDR_OFFSETS.dwBytesRecorded, value, true);
  }
  get dwFlags(): number {
    return this.#view.getUint32(MIDIHDR_OFFSETS.dwFlags, true);
  }
  set dwFlags(value: number) {
    this.#view.setUint32(MIDIHDR_OFFSETS.dwFlags, value, true);
  }
  /** The driver's own: the next header in its queue. */
  get lpNext(): Address {
    return readAddress(this.#view, MIDIHDR_OFFSETS.lpNext);
  }
  set lpNext(value: Address) {
    writeAddress(this.#view, MIDIHDR_OFFSETS.lpNext, value);
  }
}

/** Reads a MIDIINCAPSW. `bytes` holds at least {@link MIDIINCAPSW_SIZE} bytes. */
export function readMidiInCaps(bytes: Uint8Array): MidiInCaps {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MIDIINCAPSW_SIZE);
  return {
    ...readCommonCaps(view),
    dwSupport: view.getUint32(MIDIINCAPSW_OFFSETS.dwSupport, true),
  };
}

/** Reads a MIDIOUTCAPSW. `bytes` holds at least {@link MIDIOUTCAPSW_SIZE} bytes. */
export function readMidiOutCaps(bytes: Uint8Array): MidiOutCaps {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MIDIOUTCAPSW_SIZE);
  return {
    ...readCommonCaps(view),
    wTechnology: view.getUint16(MIDIOUTCAPSW_OFFSETS.wTechnology, true),
    wVoices: view.getUint16(MIDIOUTCAPSW_OFFSETS.wVoices, true),
    wNotes: view.getUint16(MIDIOUTCAPSW_OFFSETS.wNotes, true),
    wChannelMask: view.getUint16(MIDIOUTCAPSW_OFFSETS.wChannelMask, true),
    dwSupport: view.getUint32(MIDIOUTCAPSW_OFFSETS.dwSupport, true),
  };
}

/** Writes a MIDIINCAPSW; a name of more than 31 code units is cut, as Windows cuts it. */
export function writeMidiInCaps(bytes: Uint8Array, caps: MidiInCaps): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MIDIINCAPSW_SIZE);
  writeCommonCaps(view, caps);
  view.setUint32(MIDIINCAPSW_OFFSETS.dwSupport, caps.dwSupport, true);
}

/** Writes a MIDIOUTCAPSW; a name of more than 31 code units is cut, as Windows cuts it. */
export function writeMidiOutCaps(bytes: Uint8Array, caps: MidiOutCaps): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MIDIOUTCAPSW_SIZE);
  writeCommonCaps(view, caps);
  view.setUint16(MIDIOUTCAPSW_OFFSETS.wTechnology, caps.wTechnology, true);
  view.setUint16(MIDIOUTCAPSW_OFFSETS.wVoices, caps.wVoices, true);
  view.setUint16(MIDIOUTCAPSW_OFFSETS.wNotes, caps.wNotes, true);
  view.setUint16(MIDIOUTCAPSW_OFFSETS.wChannelMask, caps.wChannelMask, true);
  view.setUint32(MIDIOUTCAPSW_OFFSETS.dwSupport, caps.dwSupport, true);
}

/** Reads a pointer or DWORD_PTR. */
export function readAddress(view: DataView, offset: number): Address {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 0x1_0000_0000;
}

/** Writes a pointer or DWORD_PTR. */
export function writeAddress(view: DataView, offset: number, value: Address): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}

type CommonCaps = Pick<MidiInCaps, 'wMid' | 'wPid' | 'vDriverVersion' | 'szPname'>;

function readCommonCaps(view: DataView): CommonCaps {
  return {
    wMid: view.getUint16(MIDIINCAPSW_OFFSETS.wMid, true),
    wPid: view.getUint16(MIDIINCAPSW_OFFSETS.wPid, true),
    vDriverVersion: view.getUint32(MIDIINCAPSW_OFFSETS.vDriverVersion, true),
    szPname: readName(view, MIDIINCAPSW_OFFSETS.szPname),
  };
}

function writeCommonCaps(view: DataView, caps: CommonCaps): void {
  view.setUint16(MIDIINCAPSW_OFFSETS.wMid, caps.wMid, true);
  view.setUint16(MIDIINCAPSW_OFFSETS.wPid, caps.wPid, true);
  view.setUint32(MIDIINCAPSW_OFFSETS.vDriverVersion, caps.vDriverVersion, true);
  for (let unit = 0; unit < MAXPNAMELEN; unit++) {
    const code =
      unit < caps.szPname.length && unit < MAXPNAMELEN - 1 ? caps.szPname.charCodeAt(unit) : 0;
    view.setUint16(MIDIINCAPSW_OFFSETS.szPname + unit * 2, code, true);
  }
}

/** Reads szPname up to its zero, or all 32 code units of a driver that forgot the zero. */
function readName(view: DataView, offset: number): string {
  let name = '';
  for (let unit = 0; unit < MAXPNAMELEN; unit++) {
    const code = view.getUint16(offset + unit * 2, true);
    if (code === 0) break;
    name += String.fromCharCode(code);
  }
  return name;
}
