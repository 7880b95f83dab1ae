/** WinMm over the real winmm.dll: Windows', or Wine's. */
import { systemClock } from '../../midi/clock.js';
import type { CallbackRing } from '../callback-ring.js';
import {
  CALLBACK_FUNCTION,
  CALLBACK_TYPEMASK,
  DRV_QUERYDEVICEINTERFACE,
  MMSYSERR_NOERROR,
} from '../constants.js';
import { MIDIINCAPSW, MIDIOUTCAPSW, readAddress, type Structure } from '../structures.js';
import type {
  DevCapsAnswer,
  DeviceIdentity,
  DeviceKind,
  MidiHandle,
  Mmresult,
  OpenAnswer,
  WinMm,
} from '../winmm.js';
import { CallGate } from './call-gate.js';
import { CallWatch, type WatchedFunction } from './call-watch.js';
import { createNativeCallback, type NativeCallback } from './callback-page.js';
import { type DriverFunction, DriverThreads } from './driver-threads.js';
import { awaitFirstCall } from './first-call.js';
import { type Bindings, loadBindings } from './koffi-bindings.js';

/** Room for the path of a device's interface: more than any has. */
const PATH_BYTES = 1024;

export interface NativeWinMmOptions {
  /** Use koffi's callback even where the machine code could run. */
  forceRegister?: boolean;
  /** Called if Windows takes some time to start its MIDI service. */
  onWaiting?: () => void;
}

type Call = (name: DriverFunction, ...args: number[]) => Promise<Mmresult>;

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

/**
 * Calls of inputs are made on threads of their own, those of outputs, which are to be on time, through
 * the gate, and those that list devices before there is anything to lose under the watch.
 */
function makeWinMm(bindings: Bindings, gate: CallGate, forceRegister: boolean): WinMm {
  const { winmm, memory } = bindings;
  const watch = new CallWatch();
  const threads = new DriverThreads(systemClock);
  /** Room for one caps structure; the calls that fill it return before the next one is made. */
  const capsRoom = memory.allocate(MIDIOUTCAPSW.size);
  const rings = new Map<MidiHandle, CallbackRing>();
  let madeCallback: NativeCallback | undefined;
  /** How many inputs the last list had. */
  let listedInputs = 0;
  const wakeAll = () => {
    for (const ring of rings.values()) ring.onWake();
  };

  /** Made at the first open: `midirec list` needs no executable page. */
  function callback(): NativeCallback {
    madeCallback ??= createNativeCallback(bindings, forceRegister, wakeAll);
    return madeCallback;
  }

  function getCaps<Caps extends object>(
    kind: DeviceKind,
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
    kind: DeviceKind,
    uDeviceID: number,
    ring: CallbackRing,
    fdwOpen = CALLBACK_FUNCTION,
  ): Promise<OpenAnswer> {
    const call: Call = kind === 'midiIn' ? threads.call.bind(threads, ring) : gated;
    const { address, attach, detach } = callback();
    const isFunction = (fdwOpen & CALLBACK_TYPEMASK) === CALLBACK_FUNCTION;
    attach(ring);
    // A room of its own, never shared: a driver that hangs in open may write the handle much later.
    const handleRoom = memory.allocate(8);
    // Some stacks enumerate lazily and know no device before this call.
    await call(`${kind}GetNumDevs`);
    const result = await call(
      `${kind}Open`,
      handleRoom.address,
      uDeviceID,
      isFunction ? address : 0,
      ring.address,
      fdwOpen,
    );
    const handle = readAddress(new DataView(handleRoom.bytes.buffer), 0);
    memory.free(handleRoom);
    threads.forget(ring);
    if (result !== MMSYSERR_NOERROR) {
      detach(ring);
      return { result, handle: 0 };
    }
    rings.set(handle, ring);
    if (kind === 'midiIn') threads.reserve(rings.size);
    return { result, handle };
  }

  async function close(kind: DeviceKind, handle: MidiHandle): Promise<Mmresult> {
    const closing = kind === 'midiIn' ? threaded('midiInClose') : gated.bind(null, 'midiOutClose');
    const result = await closing(handle);
    const ring = rings.get(handle);
    if (result === MMSYSERR_NOERROR && ring !== undefined) {
      rings.delete(handle);
      threads.forget(handle);
      madeCallback?.detach(ring);
    }
    return result;
  }

  /** All in one batch, for as many as there were: it is asked about once a second, and each batch wakes two threads. */
  async function listInputs(): Promise<DeviceIdentity[]> {
    const call: Call = threads.call.bind(threads, 'list');
    const { size } = MIDIINCAPSW;
    const each = size + PATH_BYTES;
    const expected = listedInputs;
    // Not freed if a driver hangs: it may write there much later.
    const room = memory.allocate(Math.max(1, expected) * each);
    const counted = call('midiInGetNumDevs');
    const answers = Array.from({ length: expected }, async (_, id): Promise<DeviceIdentity> => {
      const [caps, path] = [id * each, id * each + size];
      const [hasCaps, hasPath] = await Promise.all([
        call('midiInGetDevCapsW', id, room.address + caps, size),
        call('midiInMessage', id, DRV_QUERYDEVICEINTERFACE, room.address + path, PATH_BYTES),
      ]);
      const { szPname } = MIDIINCAPSW.read(room.bytes.subarray(caps, path));
      return {
        name: hasCaps === MMSYSERR_NOERROR ? szPname : undefined,
        path: hasPath === MMSYSERR_NOERROR ? readPath(room.bytes, path) : undefined,
      };
    });
    const [count, devices] = await Promise.all([counted, Promise.all(answers)]);
    memory.free(room);
    listedInputs = count;
    return count === expected ? devices : listInputs();
  }

  function interfacePath(kind: DeviceKind, uDeviceID: number): string | undefined {
    const room = memory.allocate(PATH_BYTES);
    const result = watch.during(`${kind}Message`, () =>
      winmm[`${kind}Message`](uDeviceID, DRV_QUERYDEVICEINTERFACE, room.address, PATH_BYTES),
    );
    const path = result === MMSYSERR_NOERROR ? readPath(room.bytes, 0) : undefined;
    memory.free(room);
    return path;
  }

  const watched =
    (name: Exclude<WatchedFunction, `${string}GetDevCaps` | `${string}Message`>) => (): number =>
      watch.during(name, () => winmm[name]());

  const gated: Call = (name, ...args) => gate.call(winmm[name], ...args);

  /** Functions of an input: their first argument is its handle. */
  const threaded =
    (name: DriverFunction) =>
    (handle: MidiHandle, ...args: number[]): Promise<Mmresult> =>
      threads.call(handle, name, handle, ...args);

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
    midiInPrepareHeader: threaded('midiInPrepareHeader'),
    midiInAddBuffer: threaded('midiInAddBuffer'),
    midiInUnprepareHeader: threaded('midiInUnprepareHeader'),
    midiInStart: threaded('midiInStart'),
    midiInStop: threaded('midiInStop'),
    midiInReset: threaded('midiInReset'),
    midiInClose: (hmi) => close('midiIn', hmi),
    messagesDropped: () => undefined,
    messagesLate: () => undefined,
    overruns: () => undefined,
    listInputs,
    interfacePath,

    midiOutGetNumDevs: watched('midiOutGetNumDevs'),
    midiOutGetDevCaps: (uDeviceID) => getCaps('midiOut', uDeviceID, MIDIOUTCAPSW),
    midiOutOpen: (uDeviceID, ring, fdwOpen) => open('midiOut', uDeviceID, ring, fdwOpen),
    midiOutPrepareHeader: gated.bind(null, 'midiOutPrepareHeader'),
    midiOutUnprepareHeader: gated.bind(null, 'midiOutUnprepareHeader'),
    midiOutShortMsg: gated.bind(null, 'midiOutShortMsg'),
    midiOutLongMsg: gated.bind(null, 'midiOutLongMsg'),
    midiOutReset: gated.bind(null, 'midiOutReset'),
    midiOutClose: (hmo) => close('midiOut', hmo),

    dispose() {
      watch.dispose();
      threads.dispose();
      madeCallback?.dispose();
      madeCallback = undefined;
      memory.free(capsRoom);
    },
  };
}

/** WCHARs up to a zero; undefined if there are none. */
function readPath(bytes: Uint8Array, at: number): string | undefined {
  const text = Buffer.from(bytes.subarray(at, at + PATH_BYTES)).toString('utf16le');
  return text.slice(0, text.indexOf('\0')) || undefined;
}
