/** A kernel port whose both sides a test plays itself. */

import type {
  KernelInput,
  KernelOutput,
  KernelPort,
  PortReceiver,
} from '../../src/embedded/kernel-port.js';
import { MMSYSERR_NOERROR, MOD_MIDIPORT } from '../../src/winmm/constants.js';
import type { Mmresult } from '../../src/winmm/winmm.js';

export class FakePort implements KernelPort {
  readonly name: string;
  readonly wPid = 99;
  readonly wTechnology = MOD_MIDIPORT;
  /** What happened on the input side, as words. */
  readonly inputCalls: string[] = [];
  /** What was sent, one array a call of `play`. */
  readonly sent: number[][] = [];
  cancels = 0;
  isOutputOpen = false;
  /** What `open` of either side answers. */
  openResult: Mmresult = MMSYSERR_NOERROR;
  /** What `play` answers, unless it is held. */
  playResult: Mmresult = MMSYSERR_NOERROR;
  /** `play` then answers with a promise, until `finish`. */
  holdsPlays = false;
  #receiver: PortReceiver | undefined;
  readonly #held: ((result: Mmresult) => void)[] = [];

  constructor(name = 'fake port') {
    this.name = name;
  }

  readonly input: KernelInput = {
    open: (receiver) => {
      this.inputCalls.push('open');
      this.#receiver = receiver;
      return this.openResult;
    },
    start: () => this.inputCalls.push('start'),
    stop: () => this.inputCalls.push('stop'),
    close: () => this.inputCalls.push('close'),
  };

  readonly output: KernelOutput = {
    open: () => {
      this.isOutputOpen = this.openResult === MMSYSERR_NOERROR;
      return this.openResult;
    },
    play: (bytes) => {
      this.sent.push([...bytes]);
      if (!this.holdsPlays) return this.playResult;
      return new Promise((resolve) => this.#held.push(resolve));
    },
    cancel: () => {
      this.cancels++;
    },
    close: () => {
      this.isOutputOpen = false;
    },
  };

  /** The one that the driver gave to `open`. */
  get receiver(): PortReceiver {
    if (this.#receiver === undefined) throw new Error('the input was not opened');
    return this.#receiver;
  }

  /** Bytes come in. */
  deliver(bytes: readonly number[], timeMs?: number): Promise<void> | undefined {
    return this.receiver.deliver(Uint8Array.from(bytes), timeMs);
  }

  /** Answers the oldest `play` that is held. */
  finish(result: Mmresult = MMSYSERR_NOERROR): void {
    const settle = this.#held.shift();
    if (settle === undefined) throw new Error('nothing is being played');
    settle(result);
  }
}
