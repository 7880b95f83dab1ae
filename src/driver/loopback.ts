/** The loopback: a cable from an output to an input of the same name. What goes out comes in, in order. */
import { MMSYSERR_NOERROR, MMSYSERR_NOTSUPPORTED, MOD_MIDIPORT } from '../winmm/constants.js';
import type { Mmresult } from '../winmm/winmm.js';
import {
  IOCTL_MIDI_PLAY,
  type KernelInput,
  type KernelOutput,
  type KernelPort,
  type PortReceiver,
} from './kernel-port.js';

/** Bytes handed over at a time, after which a receiver that has fallen behind is waited for. */
const SLICE_LENGTH = 1024;

/** Both ends of the cable. While nothing records at the input, what goes out is lost, as on any cable. */
export function createLoopback(): KernelPort {
  const cable = new LoopbackCable();
  return {
    name: 'midirec loopback',
    wPid: 3,
    wTechnology: MOD_MIDIPORT,
    input: cable.input,
    output: cable.output,
  };
}

class LoopbackCable {
  #receiver: PortReceiver | undefined;
  #isStarted = false;
  /** Ends the wait for the receiver, while there is one. */
  #breakOff: (() => void) | undefined;

  readonly input: KernelInput = {
    open: (receiver) => {
      this.#receiver = receiver;
      return MMSYSERR_NOERROR;
    },
    start: () => {
      this.#isStarted = true;
    },
    stop: () => {
      this.#isStarted = false;
    },
    close: () => {
      this.#receiver = undefined;
    },
  };

  readonly output: KernelOutput = {
    open: () => MMSYSERR_NOERROR,
    ioctl: (code, bytes) => (code === IOCTL_MIDI_PLAY ? this.#send(bytes) : MMSYSERR_NOTSUPPORTED),
    cancel: () => this.#breakOff?.(),
    close: () => {},
  };

  #send(bytes: Uint8Array): Mmresult | Promise<Mmresult> {
    for (let from = 0; from < bytes.length && this.#isStarted; from += SLICE_LENGTH) {
      const slice = bytes.subarray(from, from + SLICE_LENGTH);
      const drained = this.#receiver?.deliver(slice);
      if (drained !== undefined) {
        return this.#sendLater(bytes.subarray(from + slice.length), drained);
      }
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
