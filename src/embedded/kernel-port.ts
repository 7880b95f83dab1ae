/**
 * Kernel ports: what a user-mode driver talks to, in the place of a kernel-mode driver.
 *
 * A port is one end of a MIDI cable and knows bytes and time, nothing of clients, headers or
 * callbacks. A loopback, a synthesizer made of code, a FIFO and a raw MIDI device are ports.
 */
import type { DeviceKind, Mmresult } from '../winmm/winmm.js';

/** Who takes what comes in at a port. */
export interface PortReceiver {
  /**
   * Hands over bytes as they came in, cut anywhere. They are read before the call returns.
   *
   * @param timeMs - when the last of them came in, on the driver's clock; without it, now.
   *   A port that knows when a byte was due says so, even if it is late itself.
   * @returns undefined as a rule. A promise if the client has not taken what came before: a
   *   port that can hold its sender back waits for it; one that cannot goes on, and what does
   *   not fit is lost and counted.
   */
  deliver(bytes: Uint8Array, timeMs?: number): Promise<void> | undefined;
  /** Something that came in was lost before it could be delivered, maybe in the midst of a message. It is counted. */
  lost(): void;
  /** The device is no longer there, or has come to its end. Nothing may be delivered afterwards. */
  gone(): void;
}

/** The input side of a port, for one receiver at a time. Order of calls: open, (start, stop)…, close. */
export interface KernelInput {
  /** @returns MMSYSERR_NOERROR, or what the client's open is to be answered with */
  open(receiver: PortReceiver): Mmresult;
  /** From here on bytes may be delivered, from a timer or the event loop and never before start has returned. */
  start(): void;
  /** From here on nothing may be delivered; what comes in is thrown away. */
  stop(): void;
  close(): void;
}

/** The output side of a port, for one sender at a time. */
export interface KernelOutput {
  /** @returns MMSYSERR_NOERROR, or what the client's open is to be answered with */
  open(): Mmresult;
  /**
   * Sends bytes: one or more whole MIDI events, or a piece of a sysex. To a kernel-mode driver it
   * is DeviceIoControl with IOCTL_MIDI_PLAY.
   *
   * @param bytes - the caller's, unchanged until the answer is there
   * @returns MMSYSERR_NOERROR when they are sent, or as a promise if that takes its time;
   *   otherwise what the client is to be answered with
   */
  play(bytes: Uint8Array): Mmresult | Promise<Mmresult>;
  /** Breaks off what is being sent, whose promise then settles soon. */
  cancel(): void;
  close(): void;
}

/** A port as a device list shows it, with the sides that it has. */
export interface KernelPort {
  readonly name: string;
  /** Product id, unique within the driver. */
  readonly wPid: number;
  /** MOD_MIDIPORT, MOD_SYNTH, … of the output side. */
  readonly wTechnology: number;
  readonly input?: KernelInput;
  readonly output?: KernelOutput;
  /** Which other program has that side of it, where the system tells. */
  holderOf?(kind: DeviceKind): string | undefined;
}

/**
 * The ports that are there now, in the order of their device ids. The same port is the same object in every
 * answer; the same array is answered only while nothing has changed.
 */
export type PortSource = () => readonly KernelPort[];
