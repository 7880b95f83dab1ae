/** The loopback: a cable from an output to an input of the same name. What goes out comes in, in order. */
import { MMSYSERR_NOERROR, MOD_MIDIPORT } from '../../winmm/constants.js';
import type { Mmresult } from '../../winmm/winmm.js';
import type { KernelOutput, KernelPort } from '../kernel-port.js';
import { CodeInput } from './code-input.js';

/** Bytes handed over at a time, after which a receiver that has fallen behind is waited for. */
const SLICE_LENGTH = 1024;

export function createLoopback(): KernelPort {
  const input = new CodeInput();
  return {
    name: 'midirec loopback',
    wPid: 3,
    wTechnology: MOD_MIDIPORT,
    input,
    output: new LoopbackOutput(input),
  };
}

class LoopbackOutput implements KernelOutput {
  readonly #input: CodeInput;
  /** Ends the wait for the receiver, while there is one. */
  #breakOff: (() => void) | undefined;

  constructor(input: CodeInput) {
    this.#input = input;
  }

  open(): Mmresult {
    return MMSYSERR_NOERROR;
  }

  cancel(): void {
    this.#breakOff?.();
  }

  close(): void {}

  play(bytes: Uint8Array): Mmresult | Promise<Mmresult> {
    for (let from = 0; from < bytes.length; from += SLICE_LENGTH) {
      const drained = this.#input.deliver(bytes.subarray(from, from + SLICE_LENGTH));
      if (drained !== undefined)
        return this.#sendLater(bytes.subarray(from + SLICE_LENGTH), drained);
    }
    return MMSYSERR_NOERROR;
  }

  async #sendLater(bytes: Uint8Array, drained: Promise<void>): Promise<Mmresult> {
    const brokenOff = new Promise<'broken off'>((resolve) => {
      this.#breakOff = () => resolve('broken off');
    });
    const outcome = await Promise.race([drained, brokenOff]);
    this.#breakOff = undefined;
    return outcome === 'broken off' ? MMSYSERR_NOERROR : this.play(bytes);
  }
}
