/** The input side of a port that is made of code: what it plays is lost in the air while nobody records. */
import { MMSYSERR_NOERROR } from '../../winmm/constants.js';
import type { Mmresult } from '../../winmm/winmm.js';
import type { KernelInput, PortReceiver } from '../kernel-port.js';

export class CodeInput implements KernelInput {
  isStarted = false;
  #receiver: PortReceiver | undefined;

  open(receiver: PortReceiver): Mmresult {
    this.#receiver = receiver;
    return MMSYSERR_NOERROR;
  }

  start(): void {
    this.isStarted = true;
  }

  stop(): void {
    this.isStarted = false;
  }

  close(): void {
    this.#receiver = undefined;
  }

  /** PortReceiver.deliver, while somebody records. */
  deliver(bytes: Uint8Array, timeMs?: number): Promise<void> | undefined {
    return this.isStarted ? this.#receiver?.deliver(bytes, timeMs) : undefined;
  }
}
