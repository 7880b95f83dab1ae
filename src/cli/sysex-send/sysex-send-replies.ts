/** `--wait-reply`: what the instrument says to each message. */
import type { CaptureSession, DeviceChoice } from '../../capture/session.js';
import { judgeReply } from '../../exchange/handshake.js';
import { MidirecError } from '../../midi/errors.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { Backend } from '../backend.js';
import { openSession, reportClosing, startSession } from '../capturing/capture-setup.js';
import { SessionEar } from '../capturing/instrument-line.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTimes } from '../terminal/figures.js';

/** Replies are short, and each is waited for. */
const BUFFERS = { buffers: 32, bufferSize: 4096 };

export class ReplyListener {
  readonly #session: CaptureSession;
  readonly #ear: SessionEar;
  readonly #limitMs: number;
  readonly #table: InstrumentTable;
  readonly #console: ConsoleOutput;
  /** How often each reply has come, by what it is. */
  readonly #counts = new Map<string, number>();

  /**
   * @param limitMs - how long a reply may take to begin
   * @throws what opening and starting an input throws
   */
  static async open(
    backend: Backend,
    input: DeviceChoice,
    limitMs: number,
    table: InstrumentTable,
    stop: StopRequests,
    console: ConsoleOutput,
  ): Promise<ReplyListener> {
    const session = await openSession(backend, BUFFERS, [input], console);
    const ear = new SessionEar(session, stop);
    await startSession(session, (batch) => ear.take(batch));
    return new ReplyListener(session, ear, limitMs, table, console);
  }

  private constructor(
    session: CaptureSession,
    ear: SessionEar,
    limitMs: number,
    table: InstrumentTable,
    console: ConsoleOutput,
  ) {
    this.#session = session;
    this.#ear = ear;
    this.#limitMs = limitMs;
    this.#table = table;
    this.#console = console;
  }

  /** Call it before a message is sent: what has come by now is no reply to it. */
  forget(): void {
    this.#ear.forget();
  }

  /**
   * Waits until the instrument has answered, or someone asks to stop; as long as it says "wait", anew.
   *
   * @param what - what it is to answer to, for errors
   * @param isLast - it is not sent again, whatever the reply
   * @returns true if it wants the message once more
   * @throws MidirecError NO_ANSWER, REFUSED
   */
  async wantsAgain(what: string, isLast: boolean): Promise<boolean> {
    for (;;) {
      const heard = await this.#ear.hear(this.#limitMs);
      if (this.#ear.isStopped) return false;
      if (heard === undefined) throw noAnswer(what, this.#limitMs);
      const { bytes: reply, complete } = heard;
      if (!complete) continue;
      const { manufacturer, what: meaning } = describeByTable(reply, this.#table);
      const said = `${manufacturer} ${meaning}`.trim();
      this.#console.tell(`reply to ${what}: ${said}`);
      this.#counts.set(said, (this.#counts.get(said) ?? 0) + 1);
      const verdict = judgeReply(reply);
      if (verdict === 'again' && !isLast) return true;
      if (verdict === 'go-on') return false;
      if (verdict !== 'wait') throw refused(what, said);
    }
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
