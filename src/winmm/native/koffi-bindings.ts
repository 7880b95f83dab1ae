/** The one place that loads koffi; and the functions of winmm.dll and kernel32.dll that midirec calls. */
import { isMainThread } from 'node:worker_threads';
import type { KoffiFunc } from 'koffi';
import { MidirecError, reasonOf } from '../../midi/errors.js';
import type { Waker } from '../callback-ring.js';
import type { Address, MemoryBlock, NativeMemory } from '../memory.js';

/** A function of winmm.dll; its result is an MMRESULT, or a number of devices. Pointers, handles and sizes are plain numbers. */
export type MmFunction = KoffiFunc<(...args: number[]) => number>;

/** The functions of winmm.dll, by their Windows names, with the types of their parameters. */
const WINMM_FUNCTIONS = {
  midiInGetNumDevs: '',
  midiInGetDevCapsW: 'uintptr_t, uintptr_t, uint32_t',
  midiInOpen: 'uintptr_t, uint32_t, uintptr_t, uintptr_t, uint32_t',
  midiInPrepareHeader: 'uintptr_t, uintptr_t, uint32_t',
  midiInUnprepareHeader: 'uintptr_t, uintptr_t, uint32_t',
  midiInAddBuffer: 'uintptr_t, uintptr_t, uint32_t',
  midiInStart: 'uintptr_t',
  midiInStop: 'uintptr_t',
  midiInReset: 'uintptr_t',
  midiInClose: 'uintptr_t',
  midiInMessage: 'uintptr_t, uint32_t, uintptr_t, uintptr_t',
  midiOutGetNumDevs: '',
  midiOutGetDevCapsW: 'uintptr_t, uintptr_t, uint32_t',
  midiOutOpen: 'uintptr_t, uint32_t, uintptr_t, uintptr_t, uint32_t',
  midiOutPrepareHeader: 'uintptr_t, uintptr_t, uint32_t',
  midiOutUnprepareHeader: 'uintptr_t, uintptr_t, uint32_t',
  midiOutShortMsg: 'uintptr_t, uint32_t',
  midiOutLongMsg: 'uintptr_t, uintptr_t, uint32_t',
  midiOutReset: 'uintptr_t',
  midiOutClose: 'uintptr_t',
  midiOutMessage: 'uintptr_t, uint32_t, uintptr_t, uintptr_t',
};

/** A MidiInProc or MidiOutProc in JavaScript. */
export type JavaScriptCallback = (
  handle: number,
  wMsg: number,
  dwInstance: Address,
  dwParam1: number,
  dwParam2: number,
) => void;

export interface WakeUps {
  /** For native code to call; undefined where libuv's functions cannot be called. */
  readonly waker: Waker | undefined;
  /** All are called on JavaScript's thread, soon after someone has called the waker. */
  readonly listeners: Set<() => void>;
}

export interface Bindings {
  winmm: Record<keyof typeof WINMM_FUNCTIONS, MmFunction>;
  /** Pages of VirtualAlloc. */
  memory: NativeMemory;
  /** Makes written memory executable and no longer writable. False if the system refuses. */
  makeExecutable(block: MemoryBlock): boolean;
  /** Makes `uint64_t (void)` machine code at `address` callable. */
  counterFunction(address: Address): () => number;
  /** The way from any thread into JavaScript's; made when it is asked for, and as lasting as the process. */
  wakeUps(): WakeUps;
  /** Gives native code a way to call `callback`; it runs on JavaScript's thread while the caller waits. */
  registerCallback(callback: JavaScriptCallback): { address: Address; unregister(): void };
}

/** uv_handle_type of libuv's uv.h. */
const UV_ASYNC = 1;
const MEM_COMMIT_RESERVE = 0x3000;
const MEM_RELEASE = 0x8000;
const PAGE_READWRITE = 0x04;
const PAGE_EXECUTE_READ = 0x20;

/**
 * Bytes of stack for a driver while it is called off JavaScript's thread: what a thread of a
 * Windows program has. koffi runs the call on a stack of its own, of 128 KiB unless told.
 */
const ASYNC_STACK_SIZE = 1 << 20;

let loading: Promise<Bindings> | undefined;

/**
 * Loads koffi, winmm.dll and kernel32.dll. Calling it again gives the same promise: koffi knows
 * its types by name and takes each name once, and its settings only before the first library.
 *
 * @throws MidirecError NO_BACKEND where there is no winmm.dll
 */
export function loadBindings(): Promise<Bindings> {
  loading ??= load();
  return loading;
}

/**
 * Loads a function that ends the process at once, with an exit code. process.exit does not: it
 * waits for all threads, and one that is inside a hung driver never comes back.
 *
 * @throws Error where koffi cannot be loaded
 */
export async function loadProcessEnd(): Promise<(exitCode: number) => void> {
  const koffi = await loadKoffi();
  if (process.platform !== 'win32') {
    return koffi.load(null).func('void _exit(int)') as (exitCode: number) => void;
  }
  const TerminateProcess = koffi
    .load('kernel32.dll')
    .func('int __stdcall TerminateProcess(intptr_t, uint32_t)');
  const currentProcess = -1;
  return (exitCode) => {
    TerminateProcess(currentProcess, exitCode);
  };
}

export interface TimerPeriod {
  /** timeBeginPeriod. @param uPeriod - milliseconds @returns false if the system refuses */
  begin(uPeriod: number): boolean;
  /** timeEndPeriod, once for each `begin`, with the same number. */
  end(uPeriod: number): void;
}

/**
 * Loads what makes Windows' timers finer than 15.6 ms, those of Node.js among them.
 *
 * @throws Error where koffi or winmm.dll cannot be loaded
 */
export async function loadTimerPeriod(): Promise<TimerPeriod> {
  const winmmDll = (await loadKoffi()).load('winmm.dll');
  const timeBeginPeriod = winmmDll.func('uint32_t __stdcall timeBeginPeriod(uint32_t)');
  const timeEndPeriod = winmmDll.func('uint32_t __stdcall timeEndPeriod(uint32_t)');
  const TIMERR_NOERROR = 0;
  return {
    begin: (uPeriod) => timeBeginPeriod(uPeriod) === TIMERR_NOERROR,
    end(uPeriod) {
      timeEndPeriod(uPeriod);
    },
  };
}

/**
 * Loads the function by which a thread keeps Windows awake, as long as it lives.
 *
 * @throws Error where koffi or kernel32.dll cannot be loaded
 */
export async function loadExecutionState(): Promise<(esFlags: number) => number> {
  return (await loadKoffi())
    .load('kernel32.dll')
    .func('uint32_t __stdcall SetThreadExecutionState(uint32_t)');
}

type Koffi = typeof import('koffi')['default'];

let loadingKoffi: Promise<Koffi> | undefined;

/** koffi itself. Its settings can be given once, and before the first library only. */
export function loadKoffi(): Promise<Koffi> {
  loadingKoffi ??= import('koffi').then(({ default: koffi }) => {
    koffi.config({ async_stack_size: ASYNC_STACK_SIZE });
    return koffi;
  });
  return loadingKoffi;
}

/**
 * @param arch - the processor that Node.js was made for, as process.arch names it
 * @throws MidirecError NO_BACKEND for one with addresses of 32 bits: structures.ts has those of 64
 */
export function requireWideAddresses(arch: string): void {
  if (arch.endsWith('64')) return;
  throw new MidirecError(
    'NO_BACKEND',
    `this is a 32-bit Node.js (${arch}): midirec needs a 64-bit one`,
    { hint: 'install Node.js for x64 (on ARM, for arm64) from nodejs.org' },
  );
}

/** What is said if koffi cannot be loaded: in the system's words, which name the file. */
export function noKoffi(cause: unknown): MidirecError {
  const isRefused = (cause as NodeJS.ErrnoException).code === 'ERR_DLOPEN_FAILED';
  const reason = reasonOf(cause).trim().replace(/\s+/g, ' ');
  return new MidirecError(
    'NO_BACKEND',
    `koffi, which calls winmm.dll, could not be loaded: ${reason}`,
    {
      hint: isRefused
        ? 'if Windows blocks it: look in Windows Security (Smart App Control, protection history), in other antivirus programs, or ask who manages this machine; midirec doctor tells more'
        : 'install midirec again on this machine, or use --backend embedded',
      cause,
    },
  );
}

async function load(): Promise<Bindings> {
  if (process.platform !== 'win32') {
    throw new MidirecError('NO_BACKEND', 'there is no winmm.dll on this system', {
      hint: 'omit --backend, or use --backend embedded',
      exitCode: 2,
    });
  }
  requireWideAddresses(process.arch);
  const koffi = await loadKoffi().catch((cause: unknown) => {
    throw noKoffi(cause);
  });
  const winmmDll = koffi.load('winmm.dll');
  const kernel32Dll = koffi.load('kernel32.dll');
  const winmm = Object.entries(WINMM_FUNCTIONS).map(([name, types]) => [
    name,
    winmmDll.func(`uint32_t __stdcall ${name}(${types})`),
  ]);
  const VirtualAlloc = kernel32Dll.func(
    'uintptr_t __stdcall VirtualAlloc(uintptr_t, size_t, uint32_t, uint32_t)',
  );
  const VirtualFree = kernel32Dll.func('int __stdcall VirtualFree(uintptr_t, size_t, uint32_t)');
  const VirtualProtect = kernel32Dll.func(
    'int __stdcall VirtualProtect(uintptr_t, size_t, uint32_t, _Out_ uint32_t *)',
  );
  const FlushInstructionCache = kernel32Dll.func(
    'int __stdcall FlushInstructionCache(intptr_t, uintptr_t, size_t)',
  );
  const GetModuleHandleW = kernel32Dll.func('uintptr_t __stdcall GetModuleHandleW(uintptr_t)');
  const GetProcAddress = kernel32Dll.func('uintptr_t __stdcall GetProcAddress(uintptr_t, str)');
  const wakeType = koffi.proto('void midirecWake(uintptr_t)');
  const counterType = koffi.proto('uint64_t midirecCounter()');
  const callbackType = koffi.proto(
    'void __stdcall midirecMidiProc(uintptr_t, uint32_t, uintptr_t, uintptr_t, uintptr_t)',
  );

  const memory: NativeMemory = {
    allocate(byteLength) {
      const address = VirtualAlloc(0, byteLength, MEM_COMMIT_RESERVE, PAGE_READWRITE);
      if (Number(address) === 0) throw new RangeError(`no memory for ${byteLength} bytes`);
      const bytes = new Uint8Array(koffi.view(BigInt(address), byteLength));
      return { address: Number(address), bytes };
    },
    free({ address }) {
      VirtualFree(address, 0, MEM_RELEASE);
    },
  };

  let wakeUps: WakeUps | undefined;

  function makeWakeUps(): WakeUps {
    const listeners = new Set<() => void>();
    const send = Number(GetProcAddress(GetModuleHandleW(0), 'uv_async_send'));
    // The default loop is the main thread's, whoever asks.
    if (!isMainThread || send === 0) return { waker: undefined, listeners };
    const node = koffi.load(null);
    const byteLength = Number(node.func('size_t uv_handle_size(int)')(UV_ASYNC));
    const { address } = memory.allocate(byteLength);
    const wakeAll = koffi.register(() => {
      for (const listener of listeners) listener();
    }, koffi.pointer(wakeType));
    const loop = node.func('uintptr_t uv_default_loop()')();
    const initialise = node.func('int uv_async_init(uintptr_t, uintptr_t, uintptr_t)');
    if (initialise(loop, address, koffi.address(wakeAll)) !== 0) {
      return { waker: undefined, listeners };
    }
    // It keeps no process alive that has nothing else to do.
    node.func('void uv_unref(uintptr_t)')(address);
    return { waker: { address: send, argument: address }, listeners };
  }

  return {
    winmm: Object.fromEntries(winmm) as Bindings['winmm'],
    memory,
    wakeUps: () => (wakeUps ??= makeWakeUps()),
    makeExecutable({ address, bytes }) {
      const before = [0];
      if (VirtualProtect(address, bytes.length, PAGE_EXECUTE_READ, before) === 0) return false;
      const currentProcess = -1;
      FlushInstructionCache(currentProcess, address, bytes.length);
      return true;
    },
    counterFunction(address) {
      const read = koffi.decode(BigInt(address), counterType) as () => number | bigint;
      return () => Number(read());
    },
    registerCallback(callback) {
      const registered = koffi.register(
        (h: number, wMsg: number, inst: number, p1: number, p2: number) =>
          callback(Number(h), wMsg, Number(inst), Number(p1), Number(p2)),
        koffi.pointer(callbackType),
      );
      return {
        address: Number(koffi.address(registered)),
        unregister: () => koffi.unregister(registered),
      };
    },
  };
}
