/** `--wait-reply`: what the instrument says to each message. */
import type { DeviceChoice } from '../../capture/session.js';
import { replyOf } from '../../exchange/deliver.js';
import { BUSY_MS } from '../../exchange/handshake.js';
import { MidirecError } from '../../midi/errors.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { Backend } from '../backend.js';
import { openSession, reportClosing, startSession } from '../capturing/capture-setup.js';
import { SessionEar } from '../capturing/instrument-line.js';
import { meaningOf } from '../capturing/message-text.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTimes } from '../terminal/figures.js';

/** Replies are short, and each is waited for. */
const BUFFERS = { buffers: 32, bufferSize: 4096 };

/** The replies to what is sent, one message after the other. */
export class Replies {
  readonly #ear: Pick<SessionEar, 'hear' | 'isStopped' | 'forget'>;
  readonly #limitMs: number;
  readonly #table: InstrumentTable;
  readonly #console: Pick<ConsoleOutput, 'tell'>;
  /** How often each reply has come, by what it is. */
  readonly #counts = new Map<string, number>();

  /** @param limitMs - how long a reply may take to begin */
  constructor(
    ear: Pick<SessionEar, 'hear' | 'isStopped' | 'forget'>,
    limitMs: number,
    table: InstrumentTable,
    console: Pick<ConsoleOutput, 'tell'>,
  ) {
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
   * Waits until the instrument has answered, or someone asks to stop; as long as it says "wait", but for a minute at most.
   *
   * @param what - what it is to answer to, for errors
   * @param isLast - it is not sent again, whatever the reply
   * @returns true if it wants the message once more
   * @throws MidirecError NO_ANSWER, REFUSED
   */
  async wantsAgain(what: string, isLast: boolean): Promise<boolean> {
    let said: string | undefined;
    const reply = await replyOf(this.#ear, this.#limitMs, ({ bytes, complete }) => {
      said = complete ? meaningOf(describeByTable(bytes, this.#table)) : 'a damaged reply';
      this.#console.tell(`reply to ${what}: ${said}`);
      this.#counts.set(said, (this.#counts.get(said) ?? 0) + 1);
    });
    if (this.#ear.isStopped) return false;
    if (reply === undefined) throw noAnswer(what, said === undefined ? this.#limitMs : BUSY_MS);
    if (reply.verdict === 'again' && !isLast) return true;
    if (reply.verdict === 'go-on') return false;
    throw refused(what, said!);
  }

  /** `Korg sysex (12 times)`, a text for each kind of reply. */
  describe(): string[] {
    return [...this.#counts].map(([said, count]) =>
      count === 1 ? said : `${said} (${formatTimes(count)})`,
    );
  }
}

/**
 * @returns the replies, and what closes their input and never throws
 * @throws what opening and starting an input throws
 */
export async function openReplies(
  backend: Backend,
  input: DeviceChoice,
  limitMs: number,
  table: InstrumentTable,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<{ replies: Replies; close(): Promise<void> }> {
  const session = await openSession(backend, BUFFERS, [input], console);
  const ear = new SessionEar(session, stop);
  await startSession(session, (batch) => ear.take(batch));
  return {
    replies: new Replies(ear, limitMs, table, console),
    async close() {
      reportClosing(await session.close(), console);
    },
  };
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
