/** `--wait-reply`: what the instrument says to each message. */
import type { CaptureSession, DeviceChoice } from '../../capture/session.js';
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { EventKind } from '../../midi/event-batch.js';
import { judgeReply } from '../../output/handshake.js';
import { waitFor } from '../../output/paced-sender.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { listInputs, noDevice, resolveDevice } from '../../winmm/devices.js';
import type { WinMm } from '../../winmm/winmm.js';
import type { Backend } from '../backend.js';
import { openSession, reportClosing, startSession } from '../capturing/capture-setup.js';
import { usage } from '../exit-codes.js';
import type { ConsoleOutput } from '../terminal/console-output.js';

/** Replies are short, and each is waited for. */
const BUFFERS = 32;
const BUFFER_SIZE = 4096;
const POLL_MS = 2;

/**
 * The input of the replies: the one that was named, else the one that is called like the output,
 * unless that is a FIFO, in which each message would be taken for its own reply.
 *
 * @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseReplyInput(
  { winmm, isFifo }: Backend,
  from: string | undefined,
  outputName: string,
): DeviceChoice {
  const inputs = listInputs(winmm);
  if (inputs.length === 0) throw noDevice('input');
  const namesakes = inputs.filter(({ name }) => name === outputName && !isFifo(name));
  if (from === undefined && namesakes.length !== 1) {
    throw usage(
      '--wait-reply needs --from: the input that the instrument is connected to',
      `there is ${inputs.map(({ id, name }) => `${id} '${name}'`).join(', ')}`,
    );
  }
  const { id, name } = from === undefined ? namesakes[0] : resolveDevice('input', inputs, from);
  return { deviceId: id, name };
}

export class ReplyListener {
  readonly #session: CaptureSession;
  readonly #console: ConsoleOutput;
  #replies: Uint8Array[] = [];

  /** @throws what opening and starting an input throws */
  static async open(
    winmm: WinMm,
    input: DeviceChoice,
    console: ConsoleOutput,
  ): Promise<ReplyListener> {
    const settings = { devices: [input.name], buffers: BUFFERS, bufferSize: BUFFER_SIZE };
    const session = await openSession(winmm, settings, [input], console);
    const listener = new ReplyListener(session, console);
    await startSession(session, (batch) => {
      for (let row = 0; row < batch.count; row++) {
        if (batch.kind[row] === EventKind.SYSEX) listener.#replies.push(batch.payload[row]!);
      }
    });
    return listener;
  }

  private constructor(session: CaptureSession, console: ConsoleOutput) {
    this.#session = session;
    this.#console = console;
  }

  /** Call it before a message is sent: what has come by now is no reply to it. */
  forget(): void {
    this.#session.poll();
    this.#replies = [];
  }

  /**
   * Waits until the instrument has answered; as long as it says "wait", anew.
   *
   * @param what - what it is to answer to, for errors
   * @param signal - ends the wait without an answer
   * @throws MidirecError NO_ANSWER, REFUSED
   */
  async next(what: string, limitMs: number, signal: AbortSignal): Promise<void> {
    let untilMs = systemClock.nowMs() + limitMs;
    while (!signal.aborted) {
      this.#session.poll();
      const reply = this.#replies.shift();
      if (reply === undefined) {
        if (systemClock.nowMs() >= untilMs) throw noAnswer(what, limitMs);
        await waitFor(systemClock, POLL_MS, signal);
        continue;
      }
      const { manufacturer, what: meaning } = describeSysex(reply);
      this.#console.tell(`reply to ${what}: ${manufacturer} ${meaning}`);
      const verdict = judgeReply(reply);
      if (verdict === 'refused') throw refused(what, `${manufacturer} ${meaning}`);
      if (verdict === 'go-on') return;
      untilMs = systemClock.nowMs() + limitMs;
    }
  }

  /** Never throws. Returns true if the input had to be abandoned. */
  async close(): Promise<boolean> {
    return reportClosing(await this.#session.close(), this.#console);
  }
}

function noAnswer(what: string, limitMs: number): MidirecError {
  return new MidirecError('NO_ANSWER', `no reply to ${what} within ${limitMs / 1000} s`, {
    hint: 'is it the right input, and does the instrument reply at all? (without --wait-reply none is needed)',
  });
}

function refused(what: string, meaning: string): MidirecError {
  return new MidirecError('REFUSED', `the instrument refused ${what}: ${meaning}`, {
    hint: "look at the instrument's display: is memory protect on, is it set to receive sysex?",
  });
}
