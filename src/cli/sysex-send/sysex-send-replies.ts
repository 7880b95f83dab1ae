/** `--wait-reply`: what the instrument says to each message. */
import type { CaptureSession, DeviceChoice } from '../../capture/session.js';
import { judgeReply } from '../../exchange/handshake.js';
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { EventKind } from '../../midi/event-batch.js';
import { sleep } from '../../midi/sleep.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import type { Backend } from '../backend.js';
import { openSession, reportClosing, startSession } from '../capturing/capture-setup.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTimes } from '../terminal/figures.js';

/** Replies are short, and each is waited for. */
const BUFFERS = 32;
const BUFFER_SIZE = 4096;
const POLL_MS = 2;

export class ReplyListener {
  readonly #session: CaptureSession;
  readonly #limitMs: number;
  readonly #console: ConsoleOutput;
  #replies: Uint8Array[] = [];
  /** How often each reply has come, by what it is. */
  readonly #counts = new Map<string, number>();

  /**
   * @param limitMs - how long a reply may take
   * @throws what opening and starting an input throws
   */
  static async open(
    backend: Backend,
    input: DeviceChoice,
    limitMs: number,
    console: ConsoleOutput,
  ): Promise<ReplyListener> {
    const settings = { device: [input.name], buffers: BUFFERS, bufferSize: BUFFER_SIZE };
    const session = await openSession(backend, settings, [input], console);
    const listener = new ReplyListener(session, limitMs, console);
    await startSession(session, (batch) => {
      for (let row = 0; row < batch.count; row++) {
        if (batch.kind[row] === EventKind.SYSEX && batch.packed[row] === 0)
          listener.#replies.push(batch.payload[row]!);
      }
    });
    return listener;
  }

  private constructor(session: CaptureSession, limitMs: number, console: ConsoleOutput) {
    this.#session = session;
    this.#limitMs = limitMs;
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
   * @param isLast - it is not sent again, whatever the reply
   * @param signal - ends the wait without an answer
   * @returns true if it wants the message once more
   * @throws MidirecError NO_ANSWER, REFUSED
   */
  async wantsAgain(what: string, isLast: boolean, signal: AbortSignal): Promise<boolean> {
    const limitMs = this.#limitMs;
    let untilMs = systemClock.nowMs() + limitMs;
    while (!signal.aborted) {
      this.#session.poll();
      const reply = this.#replies.shift();
      if (reply === undefined) {
        if (systemClock.nowMs() >= untilMs) throw noAnswer(what, limitMs);
        await sleep(systemClock, POLL_MS, signal);
        continue;
      }
      const { manufacturer, what: meaning } = describeSysex(reply);
      const said = `${manufacturer} ${meaning}`.trim();
      this.#console.tell(`reply to ${what}: ${said}`);
      this.#counts.set(said, (this.#counts.get(said) ?? 0) + 1);
      const verdict = judgeReply(reply);
      if (verdict === 'again' && !isLast) return true;
      if (verdict === 'go-on') return false;
      if (verdict !== 'wait') throw refused(what, said);
      untilMs = systemClock.nowMs() + limitMs;
    }
    return false;
  }

  /** `Korg sysex (12 times)`, a text for each kind of reply. */
  describe(): string[] {
    return [...this.#counts].map(([said, count]) =>
      count === 1 ? said : `${said} (${formatTimes(count)})`,
    );
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
