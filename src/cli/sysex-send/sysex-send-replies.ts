/** `--wait-reply`: what the instrument says to each message. */
import type { DeviceChoice } from '../../capture/session.js';
import { judgeReply } from '../../exchange/handshake.js';
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
export interface Replies {
  /** Call it before a message is sent: what has come by now is no reply to it. */
  forget(): void;
  /**
   * Waits until the instrument has answered, or someone asks to stop; as long as it says "wait", anew.
   *
   * @param what - what it is to answer to, for errors
   * @param isLast - it is not sent again, whatever the reply
   * @returns true if it wants the message once more
   * @throws MidirecError NO_ANSWER, REFUSED
   */
  wantsAgain(what: string, isLast: boolean): Promise<boolean>;
  /** `Korg sysex (12 times)`, a text for each kind of reply. */
  describe(): string[];
  /** Never throws. */
  close(): Promise<void>;
}

/**
 * @param limitMs - how long a reply may take to begin
 * @throws what opening and starting an input throws
 */
export async function openReplies(
  backend: Backend,
  input: DeviceChoice,
  limitMs: number,
  table: InstrumentTable,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<Replies> {
  const session = await openSession(backend, BUFFERS, [input], console);
  const ear = new SessionEar(session, stop);
  await startSession(session, (batch) => ear.take(batch));
  /** How often each reply has come, by what it is. */
  const counts = new Map<string, number>();
  return {
    forget: () => ear.forget(),
    async wantsAgain(what, isLast) {
      for (;;) {
        const heard = await ear.hear(limitMs);
        if (ear.isStopped) return false;
        if (heard === undefined) throw noAnswer(what, limitMs);
        const { bytes: reply, complete } = heard;
        if (!complete) continue;
        const said = meaningOf(describeByTable(reply, table));
        console.tell(`reply to ${what}: ${said}`);
        counts.set(said, (counts.get(said) ?? 0) + 1);
        const verdict = judgeReply(reply);
        if (verdict === 'again' && !isLast) return true;
        if (verdict === 'go-on') return false;
        if (verdict !== 'wait') throw refused(what, said);
      }
    },
    describe: () =>
      [...counts].map(([said, count]) => (count === 1 ? said : `${said} (${formatTimes(count)})`)),
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
