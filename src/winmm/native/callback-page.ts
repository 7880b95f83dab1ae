/** The callback in executable memory: the machine code where it can run, koffi's callback elsewhere. */
import type { CallbackRing } from '../callback-ring.js';
import type { Address } from '../memory.js';
import type { CallbackKind, CounterSample } from '../winmm.js';
import { type CallbackCode, callbackCodeFor } from './callback-code.js';
import type { Bindings } from './koffi-bindings.js';

export interface NativeCallback {
  readonly kind: CallbackKind;
  /** Why it is not the machine code, or what that lacks, in words; empty if all is well. */
  readonly reason: string;
  readonly address: Address;
  readCounter(): CounterSample;
  /** Tells the callback that a ring is in use. */
  readonly attach: (ring: CallbackRing) => void;
  readonly detach: (ring: CallbackRing) => void;
  /** Only when no device is open any more. */
  dispose(): void;
}

/**
 * Puts a callback into memory.
 *
 * @param forceRegister - take koffi's callback even where the machine code could run
 * @param onWake - called when the machine code has woken JavaScript, for whichever ring
 */
export function createNativeCallback(
  bindings: Bindings,
  forceRegister: boolean,
  onWake: () => void,
): NativeCallback {
  if (forceRegister) return registerCallback(bindings, 'asked for by MIDIREC_CALLBACK=register');
  const code = callbackCodeFor(process.arch);
  if (code === undefined) {
    return registerCallback(bindings, `there is no machine code for ${process.arch} yet`);
  }
  return (
    placeMachineCode(bindings, code, onWake) ??
    registerCallback(bindings, 'the system refused to make a page of memory executable')
  );
}

function placeMachineCode(
  bindings: Bindings,
  code: CallbackCode,
  onWake: () => void,
): NativeCallback | undefined {
  const { memory } = bindings;
  const page = memory.allocate(code.bytes.length);
  page.bytes.set(code.bytes);
  if (!bindings.makeExecutable(page)) {
    memory.free(page);
    return undefined;
  }
  const readCounter = bindings.counterFunction(page.address + code.counterOffset);
  const { waker, listeners } = bindings.wakeUps();
  listeners.add(onWake);
  return {
    kind: 'machine-code',
    reason: waker === undefined ? 'it cannot wake JavaScript, which polls' : '',
    address: page.address + code.callbackOffset,
    readCounter: () => ({ counter: readCounter(), timeMs: performance.now() }),
    attach: (ring) => ring.setWaker(waker),
    detach() {},
    dispose() {
      listeners.delete(onWake);
      memory.free(page);
    },
  };
}

function registerCallback(bindings: Bindings, reason: string): NativeCallback {
  const rings = new Map<Address, CallbackRing>();
  const microseconds = () => Math.round(performance.now() * 1000);
  const registered = bindings.registerCallback((_handle, wMsg, dwInstance, dwParam1, dwParam2) => {
    rings.get(dwInstance)?.push(wMsg, dwParam1, dwParam2, microseconds());
  });
  return {
    kind: 'register',
    reason,
    address: registered.address,
    readCounter: () => ({ counter: microseconds(), timeMs: performance.now() }),
    attach: (ring) => rings.set(ring.address, ring),
    detach: (ring) => rings.delete(ring.address),
    dispose: () => registered.unregister(),
  };
}
