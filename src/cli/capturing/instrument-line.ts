/** A line to an instrument and back: an output at its pace, and the inputs of a session. */
import type { CaptureSession, DeviceChoice } from '../../capture/session.js';
import type { Heard, InstrumentLine } from '../../exchange/instrument-line.js';
import { type Clock, systemClock } from '../../midi/clock.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { SYSEX_START } from '../../midi/status.js';
import { sleep } from '../../midi/waiting.js';
import type { Output } from '../../output/output.js';
import { type PacedOutput, PacedSender } from '../../output/paced-sender.js';
import type { Pace } from '../../output/pacing.js';
import type { PaceEntry } from '../../sysex/instruments/entry.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { OutputDevice } from '../../winmm/devices.js';
import type { Backend } from '../backend.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { startLiveLine } from '../terminal/live-line.js';
import { openSession, reportClosing, startSession } from './capture-setup.js';
import { openOutput, packed, untilHeard } from './sending.js';

const LOOK_MS = 2;

/** As the table says how fast an instrument takes what it is sent. */
export function paceOfInstrument({ delayMs = 0, chunk, bytesPerSecond }: PaceEntry = {}): Pace {
  return {
    chunkBytes: chunk,
    chunkDelayMs: chunk === undefined ? 0 : delayMs,
    messageDelayMs: delayMs,
    bytesPerSecond,
  };
}

type Stop = Pick<StopRequests, 'reason' | 'signal'>;

/** The sysex that comes in through a session, for who waits for it. */
export class SessionEar implements Omit<InstrumentLine, 'send'> {
  isUnanswered = false;
  readonly #session: CaptureSession;
  readonly #stop: Stop;
  readonly #clock: Clock;
  #heard: Heard[] = [];
  #forgottenMs = 0;

  /** @param session - which is to give its batches to `take` */
  constructor(session: CaptureSession, stop: Stop, clock: Clock = systemClock) {
    this.#session = session;
    this.#stop = stop;
    this.#clock = clock;
  }

  get isStopped(): boolean {
    return this.#stop.reason !== undefined;
  }

  take(batch: EventBatch): void {
    for (let row = 0; row < batch.count; row++) {
      const kind = batch.kind[row];
      if (kind === EventKind.SHORT || kind === EventKind.MARKER) continue;
      this.#heard.push({
        bytes: batch.payload[row]!,
        // No instrument of the table sends a message so long that it comes in parts: these are kept, and no answer.
        complete: kind === EventKind.SYSEX && batch.packed[row] === 0,
        timeMs: batch.timeMs[row]!,
        device: batch.device[row]!,
      });
    }
  }

  pause(ms: number): Promise<void> {
    return sleep(this.#clock, ms, this.#stop.signal);
  }

  async hear(silenceMs: number): Promise<Heard | undefined> {
    const sinceMs = this.#session.nowMs;
    for (;;) {
      this.#session.poll();
      const heard = this.#heard.shift();
      if (heard !== undefined || this.isStopped) return heard;
      const { nowMs, lastSysexMs = 0, sysexPauseMs } = this.#session;
      const silentMs = nowMs - Math.max(sinceMs, lastSysexMs);
      if (silentMs >= Math.max(silenceMs, sysexPauseMs)) return undefined;
      await this.pause(LOOK_MS);
    }
  }

  async hasBegun(limitMs: number): Promise<boolean> {
    const untilMs = this.#session.nowMs + limitMs;
    while (!this.isStopped && this.#session.nowMs < untilMs) {
      this.#session.poll();
      const { lastSysexMs = Number.NEGATIVE_INFINITY } = this.#session;
      if (lastSysexMs > this.#forgottenMs) return true;
      await this.pause(LOOK_MS);
    }
    return false;
  }

  forget(): void {
    this.#session.poll();
    this.#heard = [];
    this.#forgottenMs = this.#session.nowMs;
  }
}

export class SessionLine extends SessionEar implements InstrumentLine {
  readonly #output: PacedOutput & Pick<Output, 'sendShort'>;
  readonly #stop: Stop;
  readonly #sender: PacedSender;
  #hasSent = false;

  /** @param session - which is to give its batches to `take` */
  constructor(
    session: CaptureSession,
    output: PacedOutput & Pick<Output, 'sendShort'>,
    pace: Pace,
    stop: Stop,
    clock: Clock = systemClock,
  ) {
    super(session, stop, clock);
    this.#output = output;
    this.#stop = stop;
    this.#sender = new PacedSender(output, clock, pace);
  }

  async send(bytes: Uint8Array): Promise<void> {
    if (this.#hasSent) await this.#sender.rest(this.#stop.signal);
    this.#hasSent = true;
    const [status = 0] = bytes;
    if (status < SYSEX_START && status >= 0x80) {
      await this.#output.sendShort(packed(bytes));
      return;
    }
    await this.#sender.send(bytes);
    await this.#sender.finish();
  }
}

/** What a command works with that talks with instruments. */
export interface Conversation {
  backend: Backend;
  table: InstrumentTable;
  stop: StopRequests;
  console: ConsoleOutput;
}

/** An output with the input that answers come in at. */
export interface Way {
  output: OutputDevice;
  input: DeviceChoice;
}

export interface OpenLine {
  line: SessionLine;
  /** Never throws. */
  close(): Promise<void>;
}

/** Instruments say little at a time, and are answered at once. */
const BUFFERS = { buffers: 64, bufferSize: 256 };

/** @throws what opening an input and an output throws */
export async function openLine(
  { backend, stop, console }: Conversation,
  { output, input }: Way,
  pace: Pace,
): Promise<OpenLine> {
  const session = await openSession(backend, BUFFERS, [input], console);
  let sending: Output;
  try {
    sending = await openOutput(backend, output);
    await untilHeard(backend, output, stop, console);
  } catch (error) {
    await session.close();
    throw error;
  }
  const line = new SessionLine(session, sending, pace, stop, backend.clock);
  try {
    await startSession(session, (batch) => line.take(batch));
  } catch (error) {
    await sending.close();
    throw error;
  }
  return {
    line,
    async close() {
      reportClosing([await sending.close(), ...(await session.close())], console);
    },
  };
}

/**
 * Talks with an instrument through a line that is open meanwhile. The live line has what is being done.
 *
 * @param name - of the instrument
 * @param talk - is given what takes note of what is being done
 * @throws what `openLine` and `talk` throw
 */
export async function converse<T>(
  conversation: Conversation,
  name: string,
  way: Way,
  pace: Pace,
  talk: (line: SessionLine, onProgress: (doing: string) => void) => Promise<T>,
): Promise<T> {
  const { line, close } = await openLine(conversation, way, pace);
  let doing = '';
  const live = await startLiveLine(conversation.console, () => `${name}: ${doing}`);
  try {
    return await talk(line, (what) => {
      doing = what;
    });
  } finally {
    live?.stop();
    await close();
  }
}
