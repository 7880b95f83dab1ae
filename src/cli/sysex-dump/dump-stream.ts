/** Sysex as bytes on standard output: message after message, though several inputs send long ones at once. */
import type { PrintedOutput } from '../capturing/printed-output.js';
import type { DumpedMessage } from './dumped-message.js';

/** What waits at most while a long message of another input is under way. */
const MOST_WAITING_BYTES = 0x200_0000;

export class DumpStream {
  readonly #output: PrintedOutput;
  /** The input of which a long message is under way; undefined if there is none. */
  #device: number | undefined;
  /** By input: the rest of its long message is left out, since a part of it was. */
  readonly #leavingOut = new Set<number>();
  #waiting: DumpedMessage[] = [];
  #waitingBytes = 0;

  constructor(output: PrintedOutput) {
    this.#output = output;
  }

  add(message: DumpedMessage): void {
    const { device, bytes, goesOn } = message;
    if (this.#leavingOut.has(device)) {
      if (!goesOn) this.#leavingOut.delete(device);
    } else if (this.#device === undefined || this.#device === device) {
      this.#print(message);
    } else if (this.#waitingBytes + bytes.length <= MOST_WAITING_BYTES) {
      this.#waiting.push(message);
      this.#waitingBytes += bytes.length;
    } else {
      this.#leaveOut(message);
    }
  }

  /**
   * Nothing more comes: what waits behind a long message does not wait for its end any longer, which nobody did.
   *
   * @returns whether that one stays without an end
   */
  end(): boolean {
    if (this.#device === undefined) return false;
    this.#dropUnended(() => true);
    this.#goOn();
    return true;
  }

  #print(message: DumpedMessage): void {
    const { bytes, device, part, goesOn, complete } = message;
    const { unread } = this.#output;
    // Of a long message it was not known in time that it is incomplete.
    if (complete || goesOn || part > 0) this.#output.print(bytes, 1);
    const isLeftOut = this.#output.unread > unread;
    if (isLeftOut && goesOn) this.#leavingOut.add(device);
    if (goesOn && !isLeftOut) this.#device = device;
    else this.#goOn();
  }

  /** No long message is under way: what waited for its end goes now. */
  #goOn(): void {
    this.#device = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const next of waiting) this.add(next);
  }

  #leaveOut({ device, goesOn }: DumpedMessage): void {
    this.#output.unread++;
    if (goesOn) this.#leavingOut.add(device);
    this.#dropUnended((each) => each === device);
  }

  /** Of these inputs, what waits of a long message and would have no end. */
  #dropUnended(isOf: (device: number) => boolean): void {
    const ended = new Set<number>();
    const kept = this.#waiting.toReversed().filter(({ device, goesOn }) => {
      if (!goesOn) ended.add(device);
      return ended.has(device) || !isOf(device);
    });
    this.#waiting = kept.reverse();
    this.#waitingBytes = kept.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
