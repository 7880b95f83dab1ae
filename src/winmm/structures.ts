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

/** UTF-16 code units in szPname, the terminating zero included (MAXPNAMELEN). */
export const MAXPNAMELEN = 32;

/** A kind of field, `size` bytes long. */
interface Field<Value> {
  readonly size: number;
  read(view: DataView, offset: number): Value;
  write(view: DataView, offset: number, value: Value): void;
}

const WORD: Field<number> = {
  size: 2,
  read: (view, offset) => view.getUint16(offset, true),
  write: (view, offset, value) => view.setUint16(offset, value, true),
};

export const DWORD: Field<number> = {
  size: 4,
  read: (view, offset) => view.getUint32(offset, true),
  write: (view, offset, value) => view.setUint32(offset, value, true),
};

/** A pointer or DWORD_PTR. */
export const POINTER: Field<Address> = { size: 8, read: readAddress, write: writeAddress };

const NAME: Field<string> = {
  size: MAXPNAMELEN * 2,
  /** Up to its zero, or all 32 code units of a driver that forgot the zero. */
  read(view, offset) {
    const units = Array.from({ length: MAXPNAMELEN }, (_, unit) =>
      view.getUint16(offset + unit * 2, true),
    );
    const end = units.indexOf(0);
    return String.fromCharCode(...(end < 0 ? units : units.slice(0, end)));
  },
  /** A name of more than 31 code units is cut, as Windows cuts it. */
  write(view, offset, name) {
    for (let unit = 0; unit < MAXPNAMELEN; unit++) {
      const code = unit < MAXPNAMELEN - 1 ? name.charCodeAt(unit) || 0 : 0;
      view.setUint16(offset + unit * 2, code, true);
    }
  },
};

/** A structure that is read and written as a whole: its fields one after the other, without gaps. */
export class Structure<Values extends object> {
  readonly size: number;
  readonly #fields: { readonly [Name in keyof Values]: Field<Values[Name]> };

  constructor(fields: { readonly [Name in keyof Values]: Field<Values[Name]> }) {
    this.#fields = fields;
    this.size = 0;
    for (const name in fields) this.size += fields[name].size;
  }

  /** @param bytes - at least `size` of them */
  read(bytes: Uint8Array): Values {
    const view = new DataView(bytes.buffer, bytes.byteOffset, this.size);
    const values: Partial<Values> = {};
    let offset = 0;
    for (const name in this.#fields) {
      const field = this.#fields[name];
      values[name] = field.read(view, offset);
      offset += field.size;
    }
    return values as Values;
  }

  /** @param bytes - at least `size` of them */
  write(bytes: Uint8Array, values: Values): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, this.size);
    let offset = 0;
    for (const name in this.#fields) {
      const field = this.#fields[name];
      field.write(view, offset, values[name]);
      offset += field.size;
    }
  }
}

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

export const MIDIINCAPSW = new Structure<MidiInCaps>({
  wMid: WORD,
  wPid: WORD,
  vDriverVersion: DWORD,
  szPname: NAME,
  dwSupport: DWORD,
});

/** What midiOutGetDevCaps tells of an output. */
export interface MidiOutCaps extends MidiInCaps {
  /** Kind of device: 1 a port, 2 a synthesizer, … 7 a software synthesizer. */
  wTechnology: number;
  wVoices: number;
  wNotes: number;
  wChannelMask: number;
}

export const MIDIOUTCAPSW = new Structure<MidiOutCaps>({
  wMid: WORD,
  wPid: WORD,
  vDriverVersion: DWORD,
  szPname: NAME,
  wTechnology: WORD,
  wVoices: WORD,
  wNotes: WORD,
  wChannelMask: WORD,
  dwSupport: DWORD,
});

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
}

export function readAddress(view: DataView, offset: number): Address {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 0x1_0000_0000;
}

export function writeAddress(view: DataView, offset: number, value: Address): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}
