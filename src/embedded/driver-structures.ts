/**
 * The structures that only a driver sees, byte by byte, on 64-bit Windows.
 *
 * Source: mmddk.h, which like mmsystem.h packs everything to one byte (`#include "pshpack1.h"`).
 */
import type { Address } from '../winmm/memory.js';
import { readAddress, writeAddress } from '../winmm/structures.js';
import type { MidiHandle } from '../winmm/winmm.js';

/** MIDIOPENDESC with its one MIDIOPENSTRMID, which only the MIDI mapper uses. */
export const MIDIOPENDESC_SIZE = 44;
export const MIDIOPENDESC_OFFSETS = {
  hMidi: 0,
  dwCallback: 8,
  dwInstance: 16,
  dnDevNode: 24,
  cIds: 32,
  rgIds: 36,
} as const;

/** What a driver is told of its client when a device is opened. */
export interface MidiOpenDesc {
  /** The client's handle, to be passed to DriverCallback. */
  hMidi: MidiHandle;
  /** The client's callback; what kind it is stands in the flags of the open message. */
  dwCallback: Address;
  /** What the client wants to get back with every callback. */
  dwInstance: Address;
}

/** Reads a MIDIOPENDESC. `bytes` holds at least {@link MIDIOPENDESC_SIZE} bytes. */
export function readMidiOpenDesc(bytes: Uint8Array): MidiOpenDesc {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MIDIOPENDESC_SIZE);
  return {
    hMidi: readAddress(view, MIDIOPENDESC_OFFSETS.hMidi),
    dwCallback: readAddress(view, MIDIOPENDESC_OFFSETS.dwCallback),
    dwInstance: readAddress(view, MIDIOPENDESC_OFFSETS.dwInstance),
  };
}

/** Writes a MIDIOPENDESC without stream ids. `bytes` holds at least {@link MIDIOPENDESC_SIZE} bytes. */
export function writeMidiOpenDesc(bytes: Uint8Array, description: MidiOpenDesc): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MIDIOPENDESC_SIZE);
  writeAddress(view, MIDIOPENDESC_OFFSETS.hMidi, description.hMidi);
  writeAddress(view, MIDIOPENDESC_OFFSETS.dwCallback, description.dwCallback);
  writeAddress(view, MIDIOPENDESC_OFFSETS.dwInstance, description.dwInstance);
  writeAddress(view, MIDIOPENDESC_OFFSETS.dnDevNode, 0);
  view.setUint32(MIDIOPENDESC_OFFSETS.cIds, 0, true);
}
