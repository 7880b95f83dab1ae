/** WinMm over the real winmm.dll: Windows', or Wine's. */
import type { CallbackRing } from '../callback-ring.js';
import { CALLBACK_FUNCTION, CALLBACK_TYPEMASK, MMSYSERR_NOERROR } from '../constants.js';
import type { Address, MemoryBlock } from '../memory.js';
import {
  MIDIINCAPSW_SIZE,
  MIDIOUTCAPSW_SIZE,
  type MidiInCaps,
  type MidiOutCaps,
  readAddress,
  readMidiInCaps,
  readMidiOutCaps,
} from '../structures.js';
import type {
  CounterSample,
  DevCapsAnswer,
  MidiHandle,
  Mmresult,
  OpenAnswer,
  WinMm,
} from '../winmm.js';
import { CallGate } from './call-gate.js';
import { CallWatch } from './call-watch.js';
import { createNativeCallback, type NativeCallback } from './callback-page.js';
import { type Bindings, loadBindings, type MmFunction } from './koffi-bindings.js';
import { VirtualMemory } from './native-memory.js';

export interface NativeWinMmOptions {
  /** Use koffi's callback even where the machine code could run. */
  forceRegister?: boolean;
}

/** @throws MidirecError NO_BACKEND where there is no winmm.dll */
export async function createNativeWinMm(options: NativeWinMmOptions = {}): Promise<WinMm> {
  const bindings = await loadBindings();
  return new NativeWinMm(bindings, options.forceRegister ?? false);
}

class NativeWinMm implements WinMm {
  readonly backend = 'winmm';
  readonly memory: VirtualMemory;
  readonly #bindings: Bindings;
  readonly #gate = new CallGate();
  readonly #watch = new CallWatch();
  /** Room for one caps structure; the calls that fill it return before the next one is made. */
  readonly #capsRoom: MemoryBlock;
  readonly #forceRegister: boolean;
  readonly #rings = new Map<MidiHandle, CallbackRing>();
  #callback: NativeCallback | undefined;

  constructor(bindings: Bindings, forceRegister: boolean) {
    this.#bindings = bindings;
    this.#forceRegister = forceRegister;
    this.memory = new VirtualMemory(bindings);
    this.#capsRoom = this.memory.allocate(MIDIOUTCAPSW_SIZE);
  }

  get callbackKind() {
    return this.#nativeCallback().kind;
  }

  get callbackReason(): string {
    return this.#nativeCallback().reason;
  }

  readCounter(): CounterSample {
    return this.#nativeCallback().readCounter();
  }

  midiInGetNumDevs(): number {
    return this.#watch.during('midiInGetNumDevs', () => this.#bindings.winmm.midiInGetNumDevs());
  }

  midiInGetDevCaps(uDeviceID: number): DevCapsAnswer<MidiInCaps> {
    const { address, bytes } = this.#capsRoom;
    bytes.fill(0);
    const result = this.#watch.during('midiInGetDevCaps', () =>
      this.#bindings.winmm.midiInGetDevCapsW(uDeviceID, address, MIDIINCAPSW_SIZE),
    );
    return result === MMSYSERR_NOERROR ? { result, caps: readMidiInCaps(bytes) } : { result };
  }

  midiInOpen(uDeviceID: number, ring: CallbackRing, fdwOpen?: number): Promise<OpenAnswer> {
    return this.#open(this.#bindings.winmm.midiInOpen, uDeviceID, ring, fdwOpen);
  }

  midiInPrepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    return this.#watch.during('midiInPrepareHeader', () =>
      this.#bindings.winmm.midiInPrepareHeader(hmi, pmh, cbmh),
    );
  }

  midiInAddBuffer(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    return this.#watch.during('midiInAddBuffer', () =>
      this.#bindings.winmm.midiInAddBuffer(hmi, pmh, cbmh),
    );
  }

  midiInUnprepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult> {
    return this.#gate.call(this.#bindings.winmm.midiInUnprepareHeader, hmi, pmh, cbmh);
  }

  midiInStart(hmi: MidiHandle): Promise<Mmresult> {
    this.#watch.markCapturing();
    return this.#gate.call(this.#bindings.winmm.midiInStart, hmi);
  }

  midiInStop(hmi: MidiHandle): Promise<Mmresult> {
    return this.#gate.call(this.#bindings.winmm.midiInStop, hmi);
  }

  midiInReset(hmi: MidiHandle): Promise<Mmresult> {
    return this.#gate.call(this.#bindings.winmm.midiInReset, hmi);
  }

  midiInClose(hmi: MidiHandle): Promise<Mmresult> {
    return this.#close(this.#bindings.winmm.midiInClose, hmi);
  }

  messagesDropped(): undefined {
    return undefined;
  }

  midiOutGetNumDevs(): number {
    return this.#watch.during('midiOutGetNumDevs', () => this.#bindings.winmm.midiOutGetNumDevs());
  }

  midiOutGetDevCaps(uDeviceID: number): DevCapsAnswer<MidiOutCaps> {
    const { address, bytes } = this.#capsRoom;
    bytes.fill(0);
    const result = this.#watch.during('midiOutGetDevCaps', () =>
      this.#bindings.winmm.midiOutGetDevCapsW(uDeviceID, address, MIDIOUTCAPSW_SIZE),
    );
    return result === MMSYSERR_NOERROR ? { result, caps: readMidiOutCaps(bytes) } : { result };
  }

  midiOutOpen(uDeviceID: number, ring: CallbackRing, fdwOpen?: number): Promise<OpenAnswer> {
    return this.#open(this.#bindings.winmm.midiOutOpen, uDeviceID, ring, fdwOpen);
  }

  midiOutPrepareHeader(hmo: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    return this.#watch.during('midiOutPrepareHeader', () =>
      this.#bindings.winmm.midiOutPrepareHeader(hmo, pmh, cbmh),
    );
  }

  midiOutUnprepareHeader(hmo: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult> {
    return this.#gate.call(this.#bindings.winmm.midiOutUnprepareHeader, hmo, pmh, cbmh);
  }

  midiOutShortMsg(hmo: MidiHandle, dwMsg: number): Mmresult {
    return this.#watch.during('midiOutShortMsg', () =>
      this.#bindings.winmm.midiOutShortMsg(hmo, dwMsg),
    );
  }

  midiOutLongMsg(hmo: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult> {
    return this.#gate.call(this.#bindings.winmm.midiOutLongMsg, hmo, pmh, cbmh);
  }

  midiOutReset(hmo: MidiHandle): Promise<Mmresult> {
    return this.#gate.call(this.#bindings.winmm.midiOutReset, hmo);
  }

  midiOutClose(hmo: MidiHandle): Promise<Mmresult> {
    return this.#close(this.#bindings.winmm.midiOutClose, hmo);
  }

  dispose(): void {
    this.#watch.dispose();
    this.#callback?.dispose();
    this.#callback = undefined;
    this.memory.free(this.#capsRoom);
  }

  /** Made at the first open: `midirec list` needs no executable page. */
  #nativeCallback(): NativeCallback {
    this.#callback ??= createNativeCallback(this.#bindings, this.#forceRegister);
    return this.#callback;
  }

  async #open(
    fn: MmFunction,
    uDeviceID: number,
    ring: CallbackRing,
    fdwOpen = CALLBACK_FUNCTION,
  ): Promise<OpenAnswer> {
    const callback = this.#nativeCallback();
    const isFunction = (fdwOpen & CALLBACK_TYPEMASK) === CALLBACK_FUNCTION;
    callback.attach(ring);
    // A room of its own, never shared: a driver that hangs in open may write the handle much later.
    const handleRoom = this.memory.allocate(8);
    const result = await this.#gate.call(
      fn,
      handleRoom.address,
      uDeviceID,
      isFunction ? callback.address : 0,
      ring.address,
      fdwOpen,
    );
    const handle = readAddress(new DataView(handleRoom.bytes.buffer), 0);
    this.memory.free(handleRoom);
    if (result !== MMSYSERR_NOERROR) {
      callback.detach(ring);
      return { result, handle: 0 };
    }
    this.#rings.set(handle, ring);
    return { result, handle };
  }

  async #close(fn: MmFunction, handle: MidiHandle): Promise<Mmresult> {
    const result = await this.#gate.call(fn, handle);
    const ring = this.#rings.get(handle);
    if (result === MMSYSERR_NOERROR && ring !== undefined) {
      this.#rings.delete(handle);
      this.#callback?.detach(ring);
    }
    return result;
  }
}
