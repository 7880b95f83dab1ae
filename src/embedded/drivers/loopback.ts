/** The loopback: a cable from an output to an input of the same name. What goes out comes in, in order. */
import { MMSYSERR_NOERROR, MMSYSERR_NOTSUPPORTED, MOD_MIDIPORT } from '../../winmm/constants.js';
import type { Mmresult } from '../../winmm/winmm.js';
import {
  IOCTL_MIDI_PLAY,
  type KernelInput,
  type KernelOutput,
  type KernelPort,
  type PortReceiver,
} from '../kernel-port.js';

/** Bytes handed over at a time, after which a receiver that has fallen behind is waited for. */
const SLICE_LENGTH = 1024;

export function createLoopback(): KernelPort {
  const cable = new LoopbackCable();
  return {
    name: 'midirec loopback',
    wPid: 3,
    wTechnology: MOD_MIDIPORT,
    input: cable,
    output: cable.createOutput(),
  };
}

/** An input, and any number of outputs that lead to it. While nothing records, what goes out is lost, as on any cable. */
export class LoopbackCable implements KernelInput {
  #receiver: PortReceiver | undefined;
  #isStarted = false;

  open(receiver: PortReceiver): Mmresult {
    this.#receiver = receiver;
    return MMSYSERR_NOERROR;
  }

  start(): void {
    this.#isStarted = true;
  }

  stop(): void {
    this.#isStarted = false;
  }

  close(): void {
    this.#receiver = undefined;
  }

  createOutput(): KernelOutput {
    return new LoopbackOutput((bytes) =>
      this.#isStarted ? this.#receiver?.deliver(bytes) : undefined,
    );
  }
}

class LoopbackOutput implements KernelOutput {
  readonly #deliver: PortReceiver['deliver'];
  /** Ends the wait for the receiver, while there is one. */
  #breakOff: (() => void) | undefined;

  constructor(deliver: PortReceiver['deliver']) {
    this.#deliver = deliver;
  }

  open(): Mmresult {
    return MMSYSERR_NOERROR;
  }

  ioctl(code: number, bytes: Uint8Array): Mmresult | Promise<Mmresult> {
    return code === IOCTL_MIDI_PLAY ? this.#send(bytes) : MMSYSERR_NOTSUPPORTED;
  }

  cancel(): void {
    this.#breakOff?.();
  }

  close(): void {}

  #send(bytes: Uint8Array): Mmresult | Promise<Mmresult> {
    for (let from = 0; from < bytes.length; from += SLICE_LENGTH) {
      const drained = this.#deliver(bytes.subarray(from, from + SLICE_LENGTH));
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
    return outcome === 'broken off' ? MMSYSERR_NOERROR : this.#send(bytes);
  }
}
