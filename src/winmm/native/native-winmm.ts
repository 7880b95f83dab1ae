/** WinMm over the real winmm.dll: Windows', or Wine's. */
import { systemClock } from '../../midi/clock.js';
import type { CallbackRing } from '../callback-ring.js';
import { CALLBACK_FUNCTION, CALLBACK_TYPEMASK, MMSYSERR_NOERROR } from '../constants.js';
import { MIDIINCAPSW, MIDIOUTCAPSW, readAddress, type Structure } from '../structures.js';
import type { DevCapsAnswer, MidiHandle, Mmresult, OpenAnswer, WinMm } from '../winmm.js';
import { CallGate } from './call-gate.js';
import { CallWatch, type WatchedFunction } from './call-watch.js';
import { createNativeCallback, type NativeCallback } from './callback-page.js';
import { awaitFirstCall } from './first-call.js';
import { type Bindings, loadBindings } from './koffi-bindings.js';

export interface NativeWinMmOptions {
  /** Use koffi's callback even where the machine code could run. */
  forceRegister?: boolean;
  /** Called if Windows takes some time to start its MIDI service. */
  onWaiting?: () => void;
}

/** @throws MidirecError NO_BACKEND where there is no winmm.dll, TIMEOUT if it does not answer */
export async function createNativeWinMm({
  forceRegister = false,
  onWaiting = () => {},
}: NativeWinMmOptions = {}): Promise<WinMm> {
  const bindings = await loadBindings();
  const gate = new CallGate();
  const { midiInGetNumDevs, midiOutGetNumDevs } = bindings.winmm;
  const answers = gate.call(midiInGetNumDevs).then(() => gate.call(midiOutGetNumDevs));
  await awaitFirstCall(answers, systemClock, onWaiting);
  return makeWinMm(bindings, gate, forceRegister);
}

/** Calls that may keep their caller waiting are made through the gate, the others under the watch. */
function makeWinMm(bindings: Bindings, gate: CallGate, forceRegister: boolean): WinMm {
  const { winmm, memory } = bindings;
  const watch = new CallWatch();
  /** Room for one caps structure; the calls that fill it return before the next one is made. */
  const capsRoom = memory.allocate(MIDIOUTCAPSW.size);
  const rings = new Map<MidiHandle, CallbackRing>();
  let madeCallback: NativeCallback | undefined;
  const wakeAll = () => {
    for (const ring of rings.values()) ring.onWake();
  };

  /** Made at the first open: `midirec list` needs no executable page. */
  function callback(): NativeCallback {
    madeCallback ??= createNativeCallback(bindings, forceRegister, wakeAll);
    return madeCallback;
  }

  function getCaps<Caps extends object>(
    kind: 'midiIn' | 'midiOut',
    uDeviceID: number,
    structure: Structure<Caps>,
  ): DevCapsAnswer<Caps> {
    const { address, bytes } = capsRoom;
    bytes.fill(0);
    const result = watch.during(`${kind}GetDevCaps`, () =>
      winmm[`${kind}GetDevCapsW`](uDeviceID, address, structure.size),
    );
    return result === MMSYSERR_NOERROR ? { result, caps: structure.read(bytes) } : { result };
  }

  async function open(
    kind: 'midiIn' | 'midiOut',
    uDeviceID: number,
    ring: CallbackRing,
    fdwOpen = CALLBACK_FUNCTION,
  ): Promise<OpenAnswer> {
    const { address, attach, detach } = callback();
    const isFunction = (fdwOpen & CALLBACK_TYPEMASK) === CALLBACK_FUNCTION;
    attach(ring);
    // A room of its own, never shared: a driver that hangs in open may write the handle much later.
    const handleRoom = memory.allocate(8);
    const result = await gate.call(
      winmm[`${kind}Open`],
      handleRoom.address,
      uDeviceID,
      isFunction ? address : 0,
      ring.address,
      fdwOpen,
    );
    const handle = readAddress(new DataView(handleRoom.bytes.buffer), 0);
    memory.free(handleRoom);
    if (result !== MMSYSERR_NOERROR) {
      detach(ring);
      return { result, handle: 0 };
    }
    rings.set(handle, ring);
    return { result, handle };
  }

  async function close(kind: 'midiIn' | 'midiOut', handle: MidiHandle): Promise<Mmresult> {
    const result = await gate.call(winmm[`${kind}Close`], handle);
    const ring = rings.get(handle);
    if (result === MMSYSERR_NOERROR && ring !== undefined) {
      rings.delete(handle);
      madeCallback?.detach(ring);
    }
    return result;
  }

  const watched =
    (name: Exclude<WatchedFunction, `${string}GetDevCaps`>) =>
    (...args: number[]): number =>
      watch.during(name, () => winmm[name](...args));

  const gated =
    (name: keyof typeof winmm) =>
    (...args: number[]): Promise<Mmresult> =>
      gate.call(winmm[name], ...args);

  return {
    backend: 'winmm',
    memory,
    get callbackKind() {
      return callback().kind;
    },
    get callbackReason() {
      return callback().reason;
    },
    readCounter: () => callback().readCounter(),

    midiInGetNumDevs: watched('midiInGetNumDevs'),
    midiInGetDevCaps: (uDeviceID) => getCaps('midiIn', uDeviceID, MIDIINCAPSW),
    midiInOpen: (uDeviceID, ring, fdwOpen) => open('midiIn', uDeviceID, ring, fdwOpen),
    midiInPrepareHeader: watched('midiInPrepareHeader'),
    midiInAddBuffer: watched('midiInAddBuffer'),
    midiInUnprepareHeader: gated('midiInUnprepareHeader'),
    midiInStart(hmi) {
      watch.markCapturing();
      return gate.call(winmm.midiInStart, hmi);
    },
    midiInStop: gated('midiInStop'),
    midiInReset: gated('midiInReset'),
    midiInClose: (hmi) => close('midiIn', hmi),
    messagesDropped: () => undefined,

    midiOutGetNumDevs: watched('midiOutGetNumDevs'),
    midiOutGetDevCaps: (uDeviceID) => getCaps('midiOut', uDeviceID, MIDIOUTCAPSW),
    midiOutOpen: (uDeviceID, ring, fdwOpen) => open('midiOut', uDeviceID, ring, fdwOpen),
    midiOutPrepareHeader: watched('midiOutPrepareHeader'),
    midiOutUnprepareHeader: gated('midiOutUnprepareHeader'),
    midiOutShortMsg: gated('midiOutShortMsg'),
    midiOutLongMsg: gated('midiOutLongMsg'),
    midiOutReset: gated('midiOutReset'),
    midiOutClose: (hmo) => close('midiOut', hmo),

    dispose() {
      watch.dispose();
      madeCallback?.dispose();
      madeCallback = undefined;
      memory.free(capsRoom);
    },
  };
}
