/**
 * The seam: the MIDI functions of winmm.dll as one interface.
 *
 * There are two implementations, the real winmm.dll (native/) and one over user-mode drivers
 * in TypeScript (../embedded/). Nothing above this file asks which of the two it talks to.
 *
 * Functions keep their Windows names, and answer with an MMRESULT as Windows does: they do not
 * throw for what a driver says. Those that a driver may keep waiting answer with a promise, and
 * never block the thread that called them; the promise of a hung driver may stay unsettled for
 * ever, so callers bound their wait.
 *
 * Source: Windows SDK, mmeapi.h (mmsystem.h); "Managing MIDI Recording" of its documentation.
 */
import type { CallbackRing } from './callback-ring.js';
import type { Address, NativeMemory } from './memory.js';
import type { MidiInCaps, MidiOutCaps } from './structures.js';

/** A result code: 0 (MMSYSERR_NOERROR) or an MMSYSERR_… or MIDIERR_… number of constants.ts. */
export type Mmresult = number;

/** HMIDIIN or HMIDIOUT. 0 is no handle. */
export type MidiHandle = number;

/** With which word the functions for a device begin. */
export type DeviceKind = 'midiIn' | 'midiOut';

export interface DevCapsAnswer<Caps> {
  result: Mmresult;
  /** Present if `result` is MMSYSERR_NOERROR. */
  caps?: Caps;
}

export interface OpenAnswer {
  result: Mmresult;
  /** 0 unless `result` is MMSYSERR_NOERROR. */
  handle: MidiHandle;
}

/** One moment, read on both clocks. */
export interface CounterSample {
  /** The counter that callbacks store in the ring; its rate is fixed but unknown. */
  counter: number;
  /** The same moment on the machine's monotonic clock (performance.now), in milliseconds. */
  timeMs: number;
}

export type BackendName = 'winmm' | 'embedded';

/**
 * How a driver's callback reaches the ring: `machine-code` runs without JavaScript;
 * `register` is koffi's callback, which runs JavaScript and is slow; `direct` is a driver that
 * is itself JavaScript.
 */
export type CallbackKind = 'machine-code' | 'register' | 'direct';

/** By what a device is known in the list: its path stays when it is renamed. */
export interface DeviceIdentity {
  /** As its driver gives it; undefined if it does not tell. */
  readonly name: string | undefined;
  /** Of its interface; undefined for most drivers. */
  readonly path?: string | undefined;
}

export interface WinMm {
  readonly backend: BackendName;
  readonly callbackKind: CallbackKind;
  /** Why `callbackKind` is not the best one for this platform, in words; empty if it is. */
  readonly callbackReason: string;
  /** Where headers, buffers and rings for this implementation must live. */
  readonly memory: NativeMemory;
  /** Reads the counter that callbacks store, and the clock beside it. */
  readCounter(): CounterSample;

  midiInGetNumDevs(): number;
  midiInGetDevCaps(uDeviceID: number): DevCapsAnswer<MidiInCaps>;
  /**
   * Opens an input. From here until the promise of midiInClose resolves, the driver's callback
   * writes into `ring`, whose memory must live as long.
   *
   * @param fdwOpen - CALLBACK_FUNCTION unless a test asks for another; an event callback is
   *   refused with MMSYSERR_INVALFLAG, since MIDI input cannot be received by one
   */
  midiInOpen(uDeviceID: number, ring: CallbackRing, fdwOpen?: number): Promise<OpenAnswer>;
  /** A promise where the driver may keep its caller waiting; calls for one handle are made in the order in which they are asked for. */
  midiInPrepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult | Promise<Mmresult>;
  /** As midiInPrepareHeader. The buffer may come back before the promise settles. */
  midiInAddBuffer(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult | Promise<Mmresult>;
  midiInUnprepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult>;
  midiInStart(hmi: MidiHandle): Promise<Mmresult>;
  midiInStop(hmi: MidiHandle): Promise<Mmresult>;
  midiInReset(hmi: MidiHandle): Promise<Mmresult>;
  midiInClose(hmi: MidiHandle): Promise<Mmresult>;
  /**
   * How many messages the driver of an open input says that it has dropped since the input was
   * opened, because there was no buffer for them. Undefined if drivers do not tell, as those of
   * winmm.dll do not: then any moment in which a driver has no buffer may have lost something.
   */
  messagesDropped(hmi: MidiHandle): number | undefined;
  /**
   * How many messages of an open input since it was opened have a time that is not their own: they were
   * stamped when they were read, and this process did not run when they came. Undefined where drivers stamp.
   * Asked again and again, it is also how gaps are noticed.
   */
  messagesLate(hmi: MidiHandle): number | undefined;
  /**
   * How often the kernel had no room left for what came in since an input was opened, and threw it away, which is
   * when it is not read for too long. Undefined where drivers do not tell.
   */
  overruns(hmi: MidiHandle): number | undefined;
  /**
   * What tells all inputs apart, by device id. As midiInGetNumDevs, midiInGetDevCaps and midiInMessage, but
   * for use while something is captured: a driver that hangs holds up nothing but the promise.
   */
  listInputs(): Promise<DeviceIdentity[]>;
  /** Where the system tells when devices come or go: calls `listener` then. @returns what ends that */
  onDevicesChanged?(listener: () => void): () => void;
  /** Which program has a device that is in use, where the system tells: `chrome, process 4711`. @param name - made printable */
  holderOf?(kind: DeviceKind, name: string): string | undefined;
  /** What the operating system said, if a device has just been refused with MMSYSERR_ERROR for that. */
  systemError?(): unknown;
  /** The path of a device's interface (DRV_QUERYDEVICEINTERFACE); undefined if its driver does not tell. */
  interfacePath(kind: DeviceKind, uDeviceID: number): string | undefined;

  midiOutGetNumDevs(): number;
  midiOutGetDevCaps(uDeviceID: number): DevCapsAnswer<MidiOutCaps>;
  /** Opens an output; MOM_DONE arrives in `ring`, with the MIDIHDR's address as dwParam1. */
  midiOutOpen(uDeviceID: number, ring: CallbackRing, fdwOpen?: number): Promise<OpenAnswer>;
  midiOutPrepareHeader(hmo: MidiHandle, pmh: Address, cbmh: number): Mmresult | Promise<Mmresult>;
  midiOutUnprepareHeader(hmo: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult>;
  /**
   * A promise where the driver may keep its caller waiting.
   *
   * @param dwMsg - status byte | first data byte << 8 | second data byte << 16
   */
  midiOutShortMsg(hmo: MidiHandle, dwMsg: number): Mmresult | Promise<Mmresult>;
  /** Sends dwBufferLength bytes (dwBytesRecorded is ignored). The promise settles when the call returns, which may be before or after MOM_DONE. */
  midiOutLongMsg(hmo: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult>;
  midiOutReset(hmo: MidiHandle): Promise<Mmresult>;
  midiOutClose(hmo: MidiHandle): Promise<Mmresult>;

  /** Lets go of what the implementation itself holds. Only when no handle is open any more. */
  dispose(): void;
}
