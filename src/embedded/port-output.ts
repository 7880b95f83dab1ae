/**
 * The output half of the port driver: an open output, its queue of buffers, and the worker that
 * sends them to the kernel port.
 *
 * Source: MODM_LONGDATA, MODM_DATA, MODM_RESET and MODM_CLOSE of the Windows NT DDK. Where the
 * code follows a sentence of MODM_LONGDATA, the sentence is quoted.
 */
import { shortMessageLength } from '../midi/status.js';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MIDIERR_NOTREADY,
  MIDIERR_STILLPLAYING,
  MMSYSERR_ERROR,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
  MOM_CLOSE,
  MOM_DONE,
  MOM_OPEN,
} from '../winmm/constants.js';
import type { Address } from '../winmm/memory.js';
import type { Mmresult } from '../winmm/winmm.js';
import { bufferToQueue, resolveMidiHdr } from './client-buffer.js';
import type { CallBack } from './driver-client.js';
import type { KernelOutput } from './kernel-port.js';
import type { DriverHost } from './user-mode-driver.js';

/**
 * When MODM_LONGDATA returns: `synchronous`, when the bytes are sent; `asynchronous`, at once,
 * while a worker sends them in the background.
 */
export type Completion = 'synchronous' | 'asynchronous';

/** Short messages that may wait behind a long one before MODM_DATA answers MIDIERR_NOTREADY. */
const MAX_WAITING_SHORT_MESSAGES = 4096;

/** Something to be sent. The first of the queue is the one under way. */
interface Job {
  readonly bytes: Uint8Array;
  /** The MIDIHDR to be given back afterwards; none for a short message. */
  readonly header?: Address;
  /** Returns from the client's call, where that waits for the end. */
  readonly answer?: (result: Mmresult) => void;
}

export class PortOutput {
  readonly #host: DriverHost;
  readonly #port: KernelOutput;
  readonly #callBack: CallBack;
  readonly #completion: Completion;
  readonly #queue: Job[] = [];
  #working = false;
  #waitingShortMessages = 0;
  /** An error that came when its call had long returned: the next call is answered with it. */
  #lateError: Mmresult = MMSYSERR_NOERROR;
  /** Called once nothing is under way any more. */
  #whenIdle: (() => void)[] = [];

  constructor(host: DriverHost, port: KernelOutput, callBack: CallBack, completion: Completion) {
    this.#host = host;
    this.#port = port;
    this.#callBack = callBack;
    this.#completion = completion;
  }

  open(): Mmresult {
    const result = this.#port.open();
    if (result === MMSYSERR_NOERROR) this.#callBack(MOM_OPEN, 0, 0);
    return result;
  }

  /** MODM_CLOSE: refused with MIDIERR_STILLPLAYING while a buffer has not been returned. */
  close(): Mmresult {
    if (this.#queue.length > 0) return MIDIERR_STILLPLAYING;
    this.#port.close();
    this.#callBack(MOM_CLOSE, 0, 0);
    return MMSYSERR_NOERROR;
  }

  /**
   * MODM_DATA. Behind a long message it waits its turn in an asynchronous driver, and is refused
   * with MIDIERR_NOTREADY ("the hardware is busy with other data") in a synchronous one.
   */
  shortMessage(packed: number): Mmresult {
    const length = shortMessageLength(packed & 0xff);
    if (length === 0) return MMSYSERR_INVALPARAM;
    const lateError = this.#takeLateError();
    if (lateError !== MMSYSERR_NOERROR) return lateError;
    const bytes = Uint8Array.of(packed, packed >>> 8, packed >>> 16).subarray(0, length);
    if (this.#queue.length === 0) {
      this.#waitingShortMessages++;
      const sent = this.#sendNow({ bytes });
      if (typeof sent === 'number') return sent;
      sent.then((result) => {
        if (result !== MMSYSERR_NOERROR) this.#lateError = result;
      });
      return MMSYSERR_NOERROR;
    }
    if (
      this.#completion === 'synchronous' ||
      this.#waitingShortMessages >= MAX_WAITING_SHORT_MESSAGES
    ) {
      return MIDIERR_NOTREADY;
    }
    this.#waitingShortMessages++;
    this.#queue.push({ bytes });
    return MMSYSERR_NOERROR;
  }

  /** MODM_LONGDATA. A promise is a synchronous driver that has not returned yet. */
  longData(address: Address, byteLength: number): Mmresult | Promise<Mmresult> {
    const buffer = bufferToQueue(this.#host, address, byteLength);
    if (typeof buffer === 'number') return buffer;
    const lateError = this.#takeLateError();
    if (lateError !== MMSYSERR_NOERROR) return lateError;

    // "The driver should clear the MHDR_DONE flag, set the MHDR_INQUEUE flag, and place the
    // output buffer in its output queue."
    const { data, header } = buffer;
    header.dwFlags = (header.dwFlags & ~MHDR_DONE) | MHDR_INQUEUE;
    if (this.#completion === 'asynchronous') {
      this.#queue.push({ bytes: data, header: address });
      queueMicrotask(() => this.#work());
      // "The driver returns control to the client by returning MMSYSERR_NOERROR."
      return MMSYSERR_NOERROR;
    }
    // "… synchronously, not returning until the message has been sent to the kernel-mode driver"
    return this.#sendNow({ bytes: data, header: address });
  }

  /**
   * MODM_RESET: what has not been handed to the port is returned with MOM_DONE; what is under
   * way is broken off, and returned when the port has let go of it, which the caller waits for.
   */
  reset(): Mmresult | Promise<Mmresult> {
    const waiting = this.#queue.splice(this.#working ? 1 : 0);
    for (const job of waiting) this.#return(job, MMSYSERR_NOERROR);
    if (!this.#working) return MMSYSERR_NOERROR;
    this.#port.cancel();
    return new Promise((resolve) => {
      this.#whenIdle.push(() => resolve(MMSYSERR_NOERROR));
    });
  }

  /** Answers when the port has answered: at once, or with a promise if the port makes it wait. */
  #sendNow(job: Job): Mmresult | Promise<Mmresult> {
    let result: Mmresult | undefined;
    let returnLate = (_result: Mmresult): void => {};
    const answer = (answered: Mmresult): void => {
      result = answered;
      returnLate(answered);
    };
    this.#queue.push({ ...job, answer });
    this.#work();
    return (
      result ??
      new Promise((resolve) => {
        returnLate = resolve;
      })
    );
  }

  /** Sends what is queued, in order, until it is all sent or the port makes it wait. */
  #work(): void {
    if (this.#working) return;
    this.#working = true;
    for (let job = this.#queue[0]; job !== undefined; job = this.#queue[0]) {
      // "Typically, the user-mode driver sends the buffer to the kernel-mode driver by calling
      // DeviceIoControl with an IOCTL_MIDI_PLAY control code"; several events in one buffer go
      // as they are: "whatever is received in the input buffer is passed directly".
      const result = this.#port.play(job.bytes);
      if (typeof result !== 'number') {
        this.#continueAfter(job, result);
        return;
      }
      this.#queue.shift();
      this.#return(job, result);
    }
    this.#working = false;
    for (const proceed of this.#whenIdle.splice(0)) proceed();
  }

  #continueAfter(job: Job, sent: Promise<Mmresult>): void {
    sent
      .catch(() => MMSYSERR_ERROR)
      .then((result) => {
        this.#queue.shift();
        this.#return(job, result);
        this.#working = false;
        this.#work();
      });
  }

  /**
   * Gives a buffer back to the client. A call that still waits is answered with the error and
   * gets no MOM_DONE for it; one that has returned long ago can only get its buffer back, and
   * the next call gets the error.
   */
  #return(job: Job, result: Mmresult): void {
    if (job.answer === undefined && result !== MMSYSERR_NOERROR) this.#lateError = result;
    if (job.header === undefined) {
      this.#waitingShortMessages--;
    } else {
      const refused = job.answer !== undefined && result !== MMSYSERR_NOERROR;
      this.#returnHeader(job.header, refused);
    }
    job.answer?.(result);
  }

  #takeLateError(): Mmresult {
    const error = this.#lateError;
    this.#lateError = MMSYSERR_NOERROR;
    return error;
  }

  #returnHeader(address: Address, refused: boolean): void {
    const header = resolveMidiHdr(this.#host, address);
    if (header === undefined) return;
    header.dwFlags &= ~MHDR_INQUEUE;
    if (refused) return;
    // "When the buffer contents have been sent, the driver should set the MHDR_DONE flag, clear
    // the MHDR_INQUEUE flag, and send the client a MOM_DONE callback message."
    header.dwFlags |= MHDR_DONE;
    this.#callBack(MOM_DONE, address, 0);
  }
}
