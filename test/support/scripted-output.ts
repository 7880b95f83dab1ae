/** A WinMm with one output whose driver does what a test tells it to, and which notices misuse. */
import type { Clock } from '../../src/midi/clock.js';
import type { CallbackRing } from '../../src/winmm/callback-ring.js';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_STILLPLAYING,
  MIDIERR_UNPREPARED,
  MM_UNMAPPED,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_NOERROR,
  MOD_MIDIPORT,
  MOM_CLOSE,
  MOM_DONE,
  MOM_OPEN,
} from '../../src/winmm/constants.js';
import type { Address } from '../../src/winmm/memory.js';
import { MIDIHDR_SIZE, MidiHdr } from '../../src/winmm/structures.js';
import type { Mmresult, OpenAnswer, WinMm } from '../../src/winmm/winmm.js';
import { CheckedMemory } from './checked-memory.js';

const HANDLE = 0x7001;
type Answer = Mmresult | Promise<Mmresult>;

export class ScriptedOutput implements WinMm {
  readonly backend = 'winmm';
  readonly callbackKind = 'direct';
  readonly callbackReason = '';
  readonly memory = new CheckedMemory();
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  /** What reached the driver by midiOutLongMsg and was not refused, and when. */
  readonly sent: { timeMs: number; bytes: number[] }[] = [];
  readonly shorts: number[] = [];
  readonly misuse: string[] = [];
  /** Slots of the rings that it was opened with. */
  readonly ringSlots = new Set<number>();
  /** Headers that the driver has. */
  readonly queue: Address[] = [];
  /** What the functions answer before they do anything; MMSYSERR_NOERROR goes on. */
  onOpen: () => Answer = () => MMSYSERR_NOERROR;
  onShort: () => Answer = () => MMSYSERR_NOERROR;
  onLong: (bytes: number[]) => Answer = () => MMSYSERR_NOERROR;
  onPrepare: () => Answer = () => MMSYSERR_NOERROR;
  onReset: () => Answer = () => MMSYSERR_NOERROR;
  onUnprepare: () => Answer = () => MMSYSERR_NOERROR;
  onClose: () => Answer = () => MMSYSERR_NOERROR;
  /** What the driver does with a buffer that it has taken: by default it is sent before the call returns. */
  work: (pmh: Address) => void = (pmh) => this.complete(pmh);
  readonly #clock: Clock;
  readonly #prepared = new Map<Address, number>();
  #ring: CallbackRing | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.memory.onMisuse = (what) => this.misuse.push(what);
    this.memory.objection = ({ address }) => {
      if (this.#ring?.address === address) return 'the output is open and calls back into it';
      return this.#prepared.has(address) ? 'the header is prepared' : undefined;
    };
  }

  get sentBytes(): number[] {
    return this.sent.flatMap(({ bytes }) => bytes);
  }

  header(pmh: Address): MidiHdr {
    return new MidiHdr(this.memory.resolve(pmh, MIDIHDR_SIZE)!);
  }

  /** Returns a buffer as the documentation has it. */
  complete(pmh: Address): void {
    this.setDone(pmh);
    this.callBack(pmh);
  }

  setDone(pmh: Address): void {
    const header = this.header(pmh);
    header.dwFlags = (header.dwFlags & ~MHDR_INQUEUE) | MHDR_DONE;
    const index = this.queue.indexOf(pmh);
    if (index >= 0) this.queue.splice(index, 1);
  }

  callBack(pmh: Address, wMsg = MOM_DONE): void {
    this.#ring!.push(wMsg, pmh, 0, 0);
  }

  midiOutGetNumDevs = () => 1;

  midiOutGetDevCaps(uDeviceID: number) {
    if (uDeviceID !== 0) return { result: MMSYSERR_BADDEVICEID };
    const caps = { wMid: MM_UNMAPPED, wPid: 1, vDriverVersion: 0x100, dwSupport: 0 };
    const synth = { wTechnology: MOD_MIDIPORT, wVoices: 0, wNotes: 0, wChannelMask: 0xffff };
    return { result: MMSYSERR_NOERROR, caps: { ...caps, ...synth, szPname: 'synth' } };
  }

  async midiOutOpen(_uDeviceID: number, ring: CallbackRing): Promise<OpenAnswer> {
    this.calls.push('open');
    this.#ring = ring;
    this.ringSlots.add(ring.slotCount);
    const result = await this.onOpen();
    if (result === MMSYSERR_NOERROR) this.callBack(0, MOM_OPEN);
    else this.#ring = undefined;
    return { result, handle: result === MMSYSERR_NOERROR ? HANDLE : 0 };
  }

  midiOutPrepareHeader(hmo: number, pmh: Address, cbmh: number): Answer {
    this.#note('prepare', hmo, cbmh);
    const answer = this.onPrepare();
    if (answer !== MMSYSERR_NOERROR) return answer;
    const header = this.header(pmh);
    header.dwFlags |= MHDR_PREPARED;
    this.#prepared.set(pmh, header.dwBufferLength);
    return MMSYSERR_NOERROR;
  }

  async midiOutUnprepareHeader(hmo: number, pmh: Address, cbmh: number): Promise<Mmresult> {
    this.#note('unprepare', hmo, cbmh);
    const result = await this.onUnprepare();
    if (result !== MMSYSERR_NOERROR) return result;
    const header = this.header(pmh);
    if ((header.dwFlags & MHDR_INQUEUE) !== 0) return MIDIERR_STILLPLAYING;
    if (header.dwBufferLength !== this.#prepared.get(pmh)) {
      this.misuse.push('unprepare with another length than prepare');
    }
    header.dwFlags &= ~MHDR_PREPARED;
    this.#prepared.delete(pmh);
    return MMSYSERR_NOERROR;
  }

  midiOutShortMsg(hmo: number, dwMsg: number): Answer {
    this.#note('short', hmo);
    const take = (result: Mmresult) => {
      if (result === MMSYSERR_NOERROR) this.shorts.push(dwMsg);
      return result;
    };
    const answer = this.onShort();
    return typeof answer === 'number' ? take(answer) : answer.then(take);
  }

  async midiOutLongMsg(hmo: number, pmh: Address, cbmh: number): Promise<Mmresult> {
    this.#note('long', hmo, cbmh);
    const header = this.header(pmh);
    if ((header.dwFlags & MHDR_PREPARED) === 0) return MIDIERR_UNPREPARED;
    if ((header.dwFlags & MHDR_INQUEUE) !== 0) return MIDIERR_STILLPLAYING;
    const data = this.memory.resolve(header.lpData, header.dwBufferLength);
    if (data === undefined) this.misuse.push('data outside of its memory');
    const bytes = [...(data ?? [])];
    const result = await this.onLong(bytes);
    if (result !== MMSYSERR_NOERROR) return result;
    this.sent.push({ timeMs: this.#clock.nowMs(), bytes });
    header.dwFlags = (header.dwFlags & ~MHDR_DONE) | MHDR_INQUEUE;
    this.queue.push(pmh);
    this.work(pmh);
    return MMSYSERR_NOERROR;
  }

  async midiOutReset(hmo: number): Promise<Mmresult> {
    this.#note('reset', hmo);
    const result = await this.onReset();
    if (result === MMSYSERR_NOERROR) for (const pmh of [...this.queue]) this.complete(pmh);
    return result;
  }

  async midiOutClose(hmo: number): Promise<Mmresult> {
    this.#note('close', hmo);
    const result = await this.onClose();
    if (result !== MMSYSERR_NOERROR) return result;
    if (this.queue.length > 0) return MIDIERR_STILLPLAYING;
    this.callBack(0, MOM_CLOSE);
    this.#ring = undefined;
    return MMSYSERR_NOERROR;
  }

  readCounter = () => ({ counter: 0, timeMs: this.#clock.nowMs() });
  midiInGetNumDevs = () => 0;
  midiInGetDevCaps = () => ({ result: MMSYSERR_BADDEVICEID });
  midiInOpen = async () => ({ result: MMSYSERR_BADDEVICEID, handle: 0 });
  midiInPrepareHeader = () => MMSYSERR_BADDEVICEID;
  midiInAddBuffer = () => MMSYSERR_BADDEVICEID;
  midiInUnprepareHeader = async () => MMSYSERR_BADDEVICEID;
  midiInStart = async () => MMSYSERR_BADDEVICEID;
  midiInStop = async () => MMSYSERR_BADDEVICEID;
  midiInReset = async () => MMSYSERR_BADDEVICEID;
  midiInClose = async () => MMSYSERR_BADDEVICEID;
  messagesLate = () => undefined;
  overruns = () => undefined;
  listInputs = async () => [];
  interfacePath = () => undefined;
  messagesDropped = () => undefined;
  dispose(): void {}

  #note(call: string, hmo: number, cbmh = MIDIHDR_SIZE): void {
    this.calls.push(call);
    if (hmo !== HANDLE || this.#ring === undefined) this.misuse.push(`${call} without a handle`);
    if (cbmh !== MIDIHDR_SIZE) this.misuse.push(`${call} with cbmh ${cbmh}`);
  }
}
