/**
 * A WinMm for tests of the capture: the test is the driver, time is a fake clock, any function can
 * be made to fail or to hang, and whatever the capture does that WinMM forbids is written down.
 */
import type { Clock } from '../../src/midi/clock.js';
import type { CallbackRing } from '../../src/winmm/callback-ring.js';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_STILLPLAYING,
  MIDIERR_UNPREPARED,
  MIM_CLOSE,
  MIM_OPEN,
  MM_UNMAPPED,
  MMSYSERR_ALLOCATED,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
  MMSYSERR_NOTSUPPORTED,
} from '../../src/winmm/constants.js';
import type { Address, MemoryBlock } from '../../src/winmm/memory.js';
import { MIDIHDR_SIZE, type MidiInCaps } from '../../src/winmm/structures.js';
import type {
  CallbackKind,
  CounterSample,
  DevCapsAnswer,
  DeviceIdentity,
  MidiHandle,
  Mmresult,
  OpenAnswer,
  WinMm,
} from '../../src/winmm/winmm.js';
import { type CallScript, CallScripts, type ScriptedFunction } from './call-scripts.js';
import { CheckedMemory } from './checked-memory.js';
import { COUNTS_PER_MS, type OpenInput, ScriptedInput } from './scripted-input.js';

export class ScriptedWinMm implements WinMm {
  readonly backend = 'winmm';
  readonly callbackReason = '';
  readonly memory = new CheckedMemory();
  callbackKind: CallbackKind = 'machine-code';
  /** What is plugged in, in the order of the device ids. */
  devices: ScriptedInput[] = [];
  /** Those that were unplugged too. */
  readonly everPlugged: ScriptedInput[] = [];
  /** What calls on the handle of an unplugged device answer. */
  goneResult: Mmresult = MMSYSERR_NODRIVER;
  /** Whether the handle of an unplugged device can be closed nevertheless, and its buffers come back. */
  goneCloses = true;
  /** Whether midiInPrepareHeader and midiInAddBuffer answer with a promise, as native calls do. */
  answersLater = false;
  /** Whether a driver does not tell which inputs there are any more. */
  listHangs = false;
  /** Slots of the rings that devices were opened with. */
  readonly ringSlots = new Set<number>();
  /** Every call, as `midiInOpen keys`. */
  readonly calls: string[] = [];
  /** What the capture did wrong, in words. */
  readonly misuse: string[] = [];
  readonly #clock: Clock;
  readonly #scripts: CallScripts;
  readonly #handles = new Map<MidiHandle, { device: ScriptedInput; open: OpenInput }>();
  #handleCounter = 0x7000;

  constructor(clock: Clock, names: string[]) {
    this.#clock = clock;
    this.#scripts = new CallScripts(clock);
    this.memory.onMisuse = (what) => this.misuse.push(what);
    this.memory.objection = (block) => this.#whyInUse(block);
    for (const name of names) this.plug(name);
  }

  /** A device comes, at the end of the list. */
  plug(name: string): ScriptedInput {
    const device = new ScriptedInput(name, this.#clock, this.memory);
    this.devices.push(device);
    this.everPlugged.push(device);
    return device;
  }

  /** A device goes, in the midst of whatever it does. */
  unplug(device: ScriptedInput): void {
    device.isGone = true;
    this.devices = this.devices.filter((other) => other !== device);
  }

  /** Makes calls of `name` fail, take long or hang. Of several scripts for a call the first counts. */
  script(name: ScriptedFunction, script: CallScript): void {
    this.#scripts.add(name, script);
  }

  clearScripts(): void {
    this.#scripts.clear();
  }

  /** How often `name` was called, for `device` or for all. */
  callCount(name: string, device?: string): number {
    return this.calls.filter((call) =>
      device === undefined ? call.startsWith(`${name} `) : call === `${name} ${device}`,
    ).length;
  }

  /** Handles that were opened and not closed. */
  get openHandles(): number {
    return [...this.#handles.values()].filter(({ open }) => open.phase !== 'closed').length;
  }

  readCounter(): CounterSample {
    const timeMs = this.#clock.nowMs();
    return { counter: Math.floor(timeMs * COUNTS_PER_MS), timeMs };
  }

  midiInGetNumDevs(): number {
    return this.devices.length;
  }

  messagesLate = () => undefined;
  overruns = (hmi: MidiHandle) => this.#handles.get(hmi)?.device.overruns;
  interfacePath = () => undefined;
  listInputs(): Promise<DeviceIdentity[]> {
    if (this.listHangs) return new Promise(() => {});
    const listed = Array.from({ length: this.midiInGetNumDevs() }, (_, id) => ({
      name: this.midiInGetDevCaps(id).caps?.szPname,
      path: this.devices[id]?.path,
    }));
    return Promise.resolve(listed);
  }

  midiInGetDevCaps(uDeviceID: number): DevCapsAnswer<MidiInCaps> {
    const device = this.devices[uDeviceID];
    if (device === undefined) return { result: MMSYSERR_BADDEVICEID };
    const caps = { wMid: MM_UNMAPPED, wPid: 1, vDriverVersion: 0x100, dwSupport: 0 };
    return { result: MMSYSERR_NOERROR, caps: { ...caps, szPname: device.name } };
  }

  async midiInOpen(uDeviceID: number, ring: CallbackRing): Promise<OpenAnswer> {
    const device = this.devices[uDeviceID];
    this.calls.push(`midiInOpen ${device?.name}`);
    if (device === undefined) return { result: MMSYSERR_BADDEVICEID, handle: 0 };
    this.#checkUnused('midiInOpen with a ring', ring.address);
    this.ringSlots.add(ring.slotCount);
    let handle = 0;
    const result = await this.#scripts.playLong('midiInOpen', device.name, () => {
      if (device.open !== undefined && device.open.phase !== 'closed') return MMSYSERR_ALLOCATED;
      handle = ++this.#handleCounter;
      device.open = {
        handle,
        ring,
        queue: [],
        prepared: new Set(),
        phase: 'opened',
        startMs: this.#clock.nowMs(),
        pendingCall: '',
      };
      this.#handles.set(handle, { device, open: device.open });
      device.callBack(MIM_OPEN, 0, 0);
      return MMSYSERR_NOERROR;
    });
    return { result, handle: result === MMSYSERR_NOERROR ? handle : 0 };
  }

  midiInPrepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult | Promise<Mmresult> {
    return this.#onHeader('midiInPrepareHeader', hmi, pmh, cbmh, (device, open) => {
      if (open.phase !== 'opened') this.misuse.push('midiInPrepareHeader after midiInStart');
      this.#checkUnused('midiInPrepareHeader with a header', pmh, open);
      const header = device.header(pmh);
      if (this.memory.resolve(header.lpData, header.dwBufferLength) === undefined) {
        this.misuse.push('midiInPrepareHeader of a header whose data is not in memory');
      }
      header.dwFlags |= MHDR_PREPARED;
      open.prepared.add(pmh);
      return MMSYSERR_NOERROR;
    });
  }

  midiInAddBuffer(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult | Promise<Mmresult> {
    return this.#onHeader('midiInAddBuffer', hmi, pmh, cbmh, (device, open) => {
      if (open.phase === 'stopped' || open.phase === 'reset') {
        this.misuse.push('midiInAddBuffer after midiInStop');
      }
      if (!device.isPrepared(pmh)) {
        this.misuse.push('midiInAddBuffer of a header that is not prepared');
        return MIDIERR_UNPREPARED;
      }
      if (open.queue.includes(pmh)) {
        this.misuse.push('midiInAddBuffer of a header that is queued');
        return MIDIERR_STILLPLAYING;
      }
      const header = device.header(pmh);
      if ((header.dwFlags & MHDR_INQUEUE) !== 0) return MIDIERR_STILLPLAYING;
      header.dwFlags = (header.dwFlags & ~MHDR_DONE) | MHDR_INQUEUE;
      open.queue.push(pmh);
      return MMSYSERR_NOERROR;
    });
  }

  async midiInUnprepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult> {
    const found = this.#find('midiInUnprepareHeader', hmi);
    if (found === undefined) return MMSYSERR_INVALHANDLE;
    return this.#during('midiInUnprepareHeader', found, () =>
      this.#checkHeader('midiInUnprepareHeader', found.device, pmh, cbmh, () => {
        const { device, open } = found;
        if (open.queue.includes(pmh)) {
          if (open.phase !== 'reset') this.misuse.push('midiInUnprepareHeader before midiInReset');
          return MIDIERR_STILLPLAYING;
        }
        device.header(pmh).dwFlags &= ~MHDR_PREPARED;
        open.prepared.delete(pmh);
        return MMSYSERR_NOERROR;
      }),
    );
  }

  midiInStart(hmi: MidiHandle): Promise<Mmresult> {
    return this.#change('midiInStart', hmi, (_device, open) => {
      if (open.queue.length === 0 || open.queue.length < open.prepared.size) {
        this.misuse.push('midiInStart before all buffers were added');
      }
      if (open.phase === 'opened') open.startMs = this.#clock.nowMs();
      open.phase = 'started';
      return MMSYSERR_NOERROR;
    });
  }

  midiInStop(hmi: MidiHandle): Promise<Mmresult> {
    return this.#change('midiInStop', hmi, (_device, open) => {
      open.phase = 'stopped';
      return MMSYSERR_NOERROR;
    });
  }

  midiInReset(hmi: MidiHandle): Promise<Mmresult> {
    return this.#change('midiInReset', hmi, (device, open) => {
      open.phase = 'reset';
      device.returnAll();
      return MMSYSERR_NOERROR;
    });
  }

  messagesDropped(hmi: MidiHandle): number | undefined {
    return this.#handles.get(hmi)?.device.dropped;
  }

  midiInClose(hmi: MidiHandle): Promise<Mmresult> {
    return this.#change('midiInClose', hmi, (device, open) => {
      if (open.queue.length > 0) {
        if (open.phase !== 'reset') this.misuse.push('midiInClose before midiInReset');
        return MIDIERR_STILLPLAYING;
      }
      device.callBack(MIM_CLOSE, 0, 0);
      open.phase = 'closed';
      return MMSYSERR_NOERROR;
    });
  }

  midiOutGetNumDevs = () => 0;
  midiOutGetDevCaps = () => ({ result: MMSYSERR_BADDEVICEID });
  midiOutOpen = async () => ({ result: MMSYSERR_BADDEVICEID, handle: 0 });
  midiOutPrepareHeader = () => MMSYSERR_NOTSUPPORTED;
  midiOutUnprepareHeader = async () => MMSYSERR_NOTSUPPORTED;
  midiOutShortMsg = () => MMSYSERR_NOTSUPPORTED;
  midiOutLongMsg = async () => MMSYSERR_NOTSUPPORTED;
  midiOutReset = async () => MMSYSERR_NOTSUPPORTED;
  midiOutClose = async () => MMSYSERR_NOTSUPPORTED;

  dispose(): void {
    if (this.openHandles > 0) this.misuse.push('dispose with open handles');
  }

  #onHeader(
    name: ScriptedFunction,
    hmi: MidiHandle,
    pmh: Address,
    cbmh: number,
    work: (device: ScriptedInput, open: OpenInput) => Mmresult,
  ): Mmresult | Promise<Mmresult> {
    const found = this.#find(name, hmi);
    if (found === undefined) return MMSYSERR_INVALHANDLE;
    const { device, open } = found;
    const play = () => (device.isGone ? this.goneResult : work(device, open));
    if (this.answersLater) {
      return this.#scripts.playLong(name, device.name, () =>
        this.#checkHeader(name, device, pmh, cbmh, play),
      );
    }
    return this.#checkHeader(name, device, pmh, cbmh, () =>
      this.#scripts.play(name, device.name, play),
    );
  }

  #checkHeader(
    name: string,
    device: ScriptedInput,
    pmh: Address,
    cbmh: number,
    work: () => Mmresult,
  ): Mmresult {
    if (cbmh !== MIDIHDR_SIZE) {
      this.misuse.push(`${name} with cbmh ${cbmh}`);
      return MMSYSERR_INVALPARAM;
    }
    if (this.memory.resolve(pmh, MIDIHDR_SIZE) === undefined) {
      this.misuse.push(`${name} with a header that is not in memory (${device.name})`);
      return MMSYSERR_INVALPARAM;
    }
    return work();
  }

  async #change(
    name: ScriptedFunction,
    hmi: MidiHandle,
    work: (device: ScriptedInput, open: OpenInput) => Mmresult,
  ): Promise<Mmresult> {
    const found = this.#find(name, hmi);
    if (found === undefined) return MMSYSERR_INVALHANDLE;
    return this.#during(name, found, () => work(found.device, found.open));
  }

  /** A call on the driver's time; while it lasts no other may be made on the same handle. */
  async #during(
    name: ScriptedFunction,
    { device, open }: { device: ScriptedInput; open: OpenInput },
    work: () => Mmresult,
  ): Promise<Mmresult> {
    open.pendingCall = name;
    const result = await this.#scripts.playLong(name, device.name, () =>
      device.isGone ? this.#workOfGone(name, work) : work(),
    );
    open.pendingCall = '';
    return result;
  }

  #workOfGone(name: ScriptedFunction, work: () => Mmresult): Mmresult {
    const result = this.goneCloses && name !== 'midiInStart' ? work() : this.goneResult;
    return name === 'midiInStop' || name === 'midiInReset' ? this.goneResult : result;
  }

  #find(name: string, hmi: MidiHandle) {
    const found = this.#handles.get(hmi);
    this.calls.push(`${name} ${found?.device.name}`);
    if (found === undefined) {
      this.misuse.push(`${name} with a handle that was never opened`);
    } else if (found.open.phase === 'closed') {
      this.misuse.push(`${name} with a handle that is closed`);
      return undefined;
    } else if (found.open.pendingCall !== '' && found.open.pendingCall !== name) {
      this.misuse.push(`${name} while ${found.open.pendingCall} has not returned`);
    }
    return found;
  }

  /** Nothing may be given to a driver that another one has, also one that hangs or does not let itself be closed. */
  #checkUnused(what: string, address: Address, by?: OpenInput): void {
    for (const { device, open } of this.#handles.values()) {
      if (open === by || open.phase === 'closed') continue;
      if (open.ring.address === address || open.prepared.has(address)) {
        this.misuse.push(`${what} that ${device.name} uses`);
      }
    }
  }

  #whyInUse(block: MemoryBlock): string | undefined {
    const holds = (address: Address) =>
      address >= block.address && address < block.address + block.bytes.length;
    for (const { device, open } of this.#handles.values()) {
      if (open.phase === 'closed') continue;
      if (holds(open.ring.address)) return `${device.name} is open and calls back into it`;
      if ([...open.queue, ...open.prepared].some(holds)) return `${device.name} has headers in it`;
    }
    return undefined;
  }
}
