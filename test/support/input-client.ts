/** A client of one MIDI input, as small as can be, for tests of what is below the capture. */
import { shortMessageLength } from '../../src/midi/status.js';
import {
  MIM_DATA,
  MIM_ERROR,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MMSYSERR_NOERROR,
} from '../../src/winmm/constants.js';
import { check } from '../../src/winmm/mmresult.js';
import { MIDIHDR_SIZE } from '../../src/winmm/structures.js';
import type { MidiHandle, WinMm } from '../../src/winmm/winmm.js';
import { MidiBuffer } from './midi-buffer.js';
import { RingLog } from './ring-log.js';

/** A callback in a form that reads well in assertions, e.g. `['data', 10, '90 3c 40']`. */
export type Received = readonly [kind: string, timeMs: number, bytes: string];

export class InputClient {
  readonly log: RingLog;
  readonly buffers: MidiBuffer[] = [];
  readonly handle: MidiHandle;
  readonly #winmm: WinMm;

  private constructor(winmm: WinMm, log: RingLog, handle: MidiHandle) {
    this.#winmm = winmm;
    this.log = log;
    this.handle = handle;
  }

  static async open(winmm: WinMm, uDeviceID: number): Promise<InputClient> {
    const log = new RingLog(winmm.memory);
    const { result, handle } = await winmm.midiInOpen(uDeviceID, log.ring);
    check('midiInOpen', result);
    return new InputClient(winmm, log, handle);
  }

  /** Prepares and queues `count` buffers. */
  async addBuffers(count: number, length: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const buffer = new MidiBuffer(this.#winmm.memory, length);
      this.buffers.push(buffer);
      const { address } = buffer;
      check(
        'midiInPrepareHeader',
        await this.#winmm.midiInPrepareHeader(this.handle, address, MIDIHDR_SIZE),
      );
      check(
        'midiInAddBuffer',
        await this.#winmm.midiInAddBuffer(this.handle, address, MIDIHDR_SIZE),
      );
    }
  }

  async start(): Promise<void> {
    check('midiInStart', await this.#winmm.midiInStart(this.handle));
  }

  async stop(): Promise<void> {
    check('midiInStop', await this.#winmm.midiInStop(this.handle));
  }

  async close(): Promise<void> {
    await this.#winmm.midiInReset(this.handle);
    for (const { address } of this.buffers) {
      check(
        'midiInUnprepareHeader',
        await this.#winmm.midiInUnprepareHeader(this.handle, address, MIDIHDR_SIZE),
      );
    }
    check('midiInClose', await this.#winmm.midiInClose(this.handle));
  }

  /** What came in since the last time; buffers are given back unless `giveBack` is false. */
  take(giveBack = true): Received[] {
    return this.log.take().map(({ wMsg, dwParam1, dwParam2 }): Received => {
      switch (wMsg) {
        case MIM_DATA:
          return ['data', dwParam2, hexOfMessage(dwParam1)];
        case MIM_ERROR:
          return ['error', dwParam2, hexOfInvalid(dwParam1)];
        case MIM_LONGDATA:
          return ['long', dwParam2, this.#readBuffer(dwParam1, giveBack)];
        case MIM_LONGERROR:
          return ['long error', dwParam2, this.#readBuffer(dwParam1, giveBack)];
        default:
          return [`message 0x${wMsg.toString(16)}`, dwParam2, ''];
      }
    });
  }

  #readBuffer(address: number, giveBack: boolean): string {
    const buffer = this.buffers.find((candidate) => candidate.address === address);
    if (buffer === undefined) return 'a buffer that nobody gave';
    const bytes = hex(buffer.recorded);
    if (giveBack) {
      const result = this.#winmm.midiInAddBuffer(this.handle, address, MIDIHDR_SIZE);
      if (result !== MMSYSERR_NOERROR) throw new Error(`midiInAddBuffer: ${result}`);
    }
    return bytes;
  }
}

/** Bytes as lower-case hex with blanks between. */
export function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** A packed message as hex, as long as its status byte says. */
export function hexOfMessage(packed: number): string {
  return hex(bytesOf(packed).slice(0, shortMessageLength(packed & 0xff)));
}

/** What MIM_ERROR carries as hex, without the zero bytes at its end. */
export function hexOfInvalid(packed: number): string {
  const length = packed > 0xffff ? 3 : packed > 0xff ? 2 : 1;
  return hex(bytesOf(packed).slice(0, length));
}

function bytesOf(packed: number): number[] {
  return [packed & 0xff, (packed >> 8) & 0xff, (packed >> 16) & 0xff];
}
