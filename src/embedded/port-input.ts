/**
 * The input half of the port driver: an open input, from the bytes that a kernel port delivers
 * to MIM_DATA and filled buffers.
 *
 * Source: MIDM_START, MIDM_STOP, MIDM_RESET and MIDM_CLOSE of the Windows NT DDK, and its
 * "Transferring MIDI Input Data"; quoted where the code follows a sentence.
 *
 * The time of MIM_DATA and MIM_ERROR is when the message's last byte came in, the time of
 * MIM_LONGDATA and MIM_LONGERROR when the last byte of the buffer came in, in milliseconds
 * since MIDM_START, rounded to the nearest.
 */
import { ByteStreamParser, type ByteStreamVisitor } from '../midi/byte-stream-parser.js';
import type { Clock } from '../midi/clock.js';
import {
  MIDIERR_STILLPLAYING,
  MIM_CLOSE,
  MIM_DATA,
  MIM_ERROR,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MIM_OPEN,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
} from '../winmm/constants.js';
import type { Address } from '../winmm/memory.js';
import type { Mmresult } from '../winmm/winmm.js';
import type { CallBack } from './driver-client.js';
import { type HeldEvent, InputBacklog } from './input-backlog.js';
import { InputQueue } from './input-queue.js';
import type { KernelInput, PortReceiver } from './kernel-port.js';
import { RunningWatch } from './running-watch.js';
import type { DriverHost } from './user-mode-driver.js';

export class PortInput implements PortReceiver, ByteStreamVisitor {
  /** Messages that it could not hand over since it was opened: sysex of which at least a part was lost, and short ones. */
  dropped = 0;
  /** How often the port had lost something before it was delivered. */
  overruns = 0;
  /** Messages that were stamped when they were read, after this process had not run. */
  #late = 0;
  #isLate = false;
  readonly #running: RunningWatch;
  readonly #clock: Clock;
  readonly #port: KernelInput;
  readonly #callClient: CallBack;
  readonly #parser = new ByteStreamParser(true);
  readonly #queue: InputQueue;
  readonly #backlog = new InputBacklog();
  #isStarted = false;
  #isGone = false;
  #wasGivenBuffers = false;
  /** The rest of the sysex under way is thrown away, since a part of it is lost. */
  #discarding = false;
  #startMs = 0;
  /** When what is being handed over came in. */
  #eventMs = 0;

  constructor(host: DriverHost, clock: Clock, port: KernelInput, callClient: CallBack) {
    this.#clock = clock;
    this.#running = new RunningWatch(clock);
    this.#port = port;
    this.#callClient = callClient;
    this.#queue = new InputQueue(host, (wMsg, address) => this.#callBack(wMsg, address));
  }

  open(): Mmresult {
    const result = this.#port.open(this);
    if (result === MMSYSERR_NOERROR) this.#callClient(MIM_OPEN, 0, 0);
    return result;
  }

  /** MIDM_CLOSE: refused with MIDIERR_STILLPLAYING while a buffer is queued. */
  close(): Mmresult {
    if (!this.#queue.isEmpty) return MIDIERR_STILLPLAYING;
    if (this.#isStarted) this.#endRecording();
    this.#port.close();
    this.#callClient(MIM_CLOSE, 0, 0);
    return MMSYSERR_NOERROR;
  }

  /** MIDM_ADDBUFFER. What waits for a buffer goes into it at once. */
  addBuffer(address: Address, byteLength: number): Mmresult {
    if (this.#isGone) return MMSYSERR_NODRIVER;
    const result = this.#queue.add(address, byteLength);
    if (result !== MMSYSERR_NOERROR) return result;
    this.#wasGivenBuffers = true;
    this.#passOnBacklog();
    return MMSYSERR_NOERROR;
  }

  /** MIDM_START: "This message resets the time stamp to zero. If the message is received after input has been started, the driver should return MMSYSERR_NOERROR." */
  start(): Mmresult {
    if (this.#isGone) return MMSYSERR_NODRIVER;
    if (this.#isStarted) return MMSYSERR_NOERROR;
    this.#isStarted = true;
    this.#startMs = this.#clock.nowMs();
    this.#running.begin();
    this.#port.start();
    return MMSYSERR_NOERROR;
  }

  /** MIDM_STOP: a partly filled buffer is treated "as a full buffer" and returned; "empty buffers should remain in the queue"; running status and a message under way are remembered. */
  stop(): Mmresult {
    if (this.#isStarted) this.#endRecording();
    return this.#isGone ? MMSYSERR_NODRIVER : MMSYSERR_NOERROR;
  }

  /**
   * MIDM_RESET: stops, and returns all buffers. (The DDK names MOM_DONE as the message for it,
   * a slip: buffers of an input are returned with MIM_LONGDATA.) A device that is gone also
   * returns them, and answers with MMSYSERR_NODRIVER.
   */
  reset(): Mmresult {
    if (this.#isStarted) this.#endRecording();
    this.#parser.reset();
    this.#discarding = false;
    this.#eventMs = this.#clock.nowMs();
    this.#queue.returnAll();
    return this.#isGone ? MMSYSERR_NODRIVER : MMSYSERR_NOERROR;
  }

  /** MIDM_GETLATE. */
  countLate(): number {
    if (this.#isStarted) this.#running.note();
    return this.#late;
  }

  deliver(bytes: Uint8Array, timeMs?: number): Promise<void> | undefined {
    if (!this.#isStarted) return undefined;
    this.#isLate = timeMs === undefined && this.#running.isLate();
    this.#eventMs = timeMs ?? this.#clock.nowMs();
    this.#parser.feed(bytes, this);
    return this.#backlog.isEmpty ? undefined : this.#backlog.whenDrained();
  }

  lost(): void {
    if (!this.#isStarted) return;
    this.#eventMs = this.#clock.nowMs();
    this.#parser.breakOff(this);
    this.overruns++;
  }

  /** What waits for a buffer came in while the device was there, and is handed over first. */
  gone(): void {
    if (this.#backlog.isEmpty) this.#returnGone();
    else this.#backlog.whenDrained().then(() => this.#returnGone());
  }

  onShort(packed: number): void {
    if (this.#isLate) this.#late++;
    this.#passOnOrHold({ kind: 'short', packed, timeMs: this.#eventMs });
  }

  onInvalid(packed: number): void {
    this.#passOnOrHold({ kind: 'invalid', packed, timeMs: this.#eventMs });
  }

  onSysexBytes(bytes: Uint8Array): void {
    if (this.#discarding) return;
    const written = this.#backlog.isEmpty ? this.#queue.write(bytes) : 0;
    if (written < bytes.length) this.#holdOrDiscard(bytes.subarray(written));
  }

  onSysexEnd(isComplete: boolean): void {
    if (this.#isLate) this.#late++;
    if (!this.#discarding) {
      this.#passOnOrHold({ kind: isComplete ? 'end' : 'broken', timeMs: this.#eventMs });
    }
    this.#discarding = false;
  }

  /** A client with all buffers back learns from MIDM_ADDBUFFER that there is no device any more. */
  #returnGone(): void {
    this.#isGone = true;
    this.#eventMs = this.#clock.nowMs();
    this.#queue.returnAll();
  }

  #endRecording(): void {
    this.#isStarted = false;
    this.#running.end();
    this.#port.stop();
    this.#eventMs = this.#clock.nowMs();
    this.#queue.returnPartlyFilled(MIM_LONGDATA);
    if (this.#backlog.isEmpty) return;
    this.dropped++;
    this.#backlog.clear();
    this.#discarding = this.#parser.inSysex;
  }

  /**
   * Bytes of a sysex for which the client has no buffer: held, as many as there is room for, unless it
   * never gave one. They are the port's, and copied if held.
   */
  #holdOrDiscard(bytes: Uint8Array): void {
    if (this.#wasGivenBuffers && this.#backlog.hasRoomFor(bytes.length)) {
      this.#backlog.hold({ kind: 'sysex', bytes: bytes.slice(), timeMs: this.#eventMs });
      return;
    }
    this.#discarding = true;
    this.dropped++;
    // The client must not take what comes next for the rest of what it has of this message.
    this.#passOnOrHold({ kind: 'broken', timeMs: this.#eventMs });
  }

  /** For everything but the bytes of a sysex: needs no buffer, but keeps its place in line. */
  #passOnOrHold(event: HeldEvent): void {
    if (this.#backlog.isEmpty) {
      this.#passOn(event);
    } else if (event.kind === 'end' || event.kind === 'broken' || this.#backlog.hasRoomFor(4)) {
      this.#backlog.hold(event);
    } else {
      this.dropped++;
    }
  }

  #passOnBacklog(): void {
    for (let event = this.#backlog.first; event !== undefined; event = this.#backlog.first) {
      this.#eventMs = event.timeMs;
      if (event.kind === 'sysex') {
        const written = this.#queue.write(event.bytes);
        if (written < event.bytes.length) {
          this.#backlog.shortenFirst(written);
          return;
        }
      } else {
        this.#passOn(event);
      }
      this.#backlog.removeFirst();
    }
  }

  #passOn(event: HeldEvent): void {
    switch (event.kind) {
      case 'short':
        this.#callBack(MIM_DATA, event.packed);
        break;
      case 'invalid':
        this.#callBack(MIM_ERROR, event.packed);
        break;
      case 'end':
        this.#queue.returnPartlyFilled(MIM_LONGDATA);
        break;
      case 'broken':
        this.#queue.returnPartlyFilled(MIM_LONGERROR);
        break;
    }
  }

  #callBack(wMsg: number, dwParam1: number): void {
    const sinceStartMs = Math.round(this.#eventMs - this.#startMs);
    this.#callClient(wMsg, dwParam1, Math.max(0, sinceStartMs) >>> 0, this.#eventMs);
  }
}
