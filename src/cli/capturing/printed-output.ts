/** Messages to standard output as they come, as far as its reader keeps up; with `--json` one object a line. */
import type { DeviceChoice } from '../../capture/session.js';
import { type Clock, RunningClock, systemClock } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { sleep } from '../../midi/waiting.js';
import type { BackendChoice } from '../backend.js';
import { ExitCode } from '../exit-codes.js';
import { giveUpOutput } from '../process/process-end.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { Speaker } from '../terminal/console-output.js';
import { formatCounted } from '../terminal/figures.js';
import { isReaderGone, printRaw, unreadBytes } from '../terminal/standard-streams.js';
import { readVersion } from '../version.js';
import { encodeLine, encodeMessages } from './ndjson.js';

/** What may wait for a reader that is slow: a recording must not fill the memory because nobody reads. */
const MOST_UNREAD_BYTES = 0x400_0000;
/** How long the end waits for a reader that reads nothing at all, while this process runs: Ctrl-Z stops both. */
const READER_PATIENCE_MS = 10_000;
const LOOK_MS = 50;

export class PrintedOutput {
  /** Messages that were not printed, since the reader did not keep up. */
  unread = 0;
  /** Standard output takes nothing any more. */
  #isOver = false;
  readonly #stdout: NodeJS.WriteStream;
  readonly #clock: Clock;

  /**
   * @param isAll - whether nothing is left to do when standard output takes no more. If not, the
   *   command stops only when its reader has gone; about a full disk standard-streams.ts says what
   *   there is to say, and all else goes on.
   */
  constructor(
    stop: Pick<StopRequests, 'request'>,
    isAll: boolean,
    stdout: NodeJS.WriteStream = process.stdout,
    clock = systemClock,
  ) {
    this.#stdout = stdout;
    this.#clock = clock;
    stdout.on('error', (error) => {
      this.#isOver = true;
      if (isAll || isReaderGone(error)) stop.request('reader-gone');
    });
  }

  /**
   * @param text - made harmless already
   * @param messages - how many are in it
   */
  print(text: string | Uint8Array, messages: number): void {
    if (this.#stdout.writableLength > MOST_UNREAD_BYTES) this.unread += messages;
    else this.write(text);
  }

  /** What has to be written whether it is read or not. */
  write(text: string | Uint8Array): void {
    if (this.#isOver || text.length === 0) return;
    // A text that waits as a string keeps all the pieces it was put together from: six times its bytes.
    printRaw(typeof text === 'string' ? Buffer.from(text) : text, this.#stdout);
  }

  /** What to say about messages that were not printed; nothing if all were. */
  describeUnread(): string[] {
    if (this.unread === 0) return [];
    const count = formatCounted(this.unread, 'message');
    return [`${count} not printed: standard output was not read fast enough`];
  }

  /**
   * Waits until all is read.
   *
   * @returns false if the reader is there, but has stopped reading: then nothing more is written
   */
  async drain(): Promise<boolean> {
    const running = new RunningClock(this.#clock);
    let left = unreadBytes(this.#stdout);
    let sinceMs = running.nowMs();
    while (this.#stdout.writableLength > 0 && !this.#isOver) {
      await sleep(this.#clock, LOOK_MS);
      const nowMs = running.nowMs();
      const leftNow = unreadBytes(this.#stdout);
      if (leftNow !== left) sinceMs = nowMs;
      else if (nowMs - sinceMs > READER_PATIENCE_MS) {
        giveUpOutput();
        return false;
      }
      left = leftNow;
    }
    return true;
  }
}

/** `--json` */
export class JsonLines {
  readonly #output: PrintedOutput;

  constructor(output: PrintedOutput) {
    this.#output = output;
  }

  /** @param fields - what else there is to know at the beginning */
  begin(backend: BackendChoice, inputs: readonly DeviceChoice[], fields: object = {}): void {
    const devices = inputs.map(({ deviceId, name }) => ({ id: deviceId, name }));
    this.#output.write(
      encodeLine('begin', { version: readVersion(), backend: backend.name, ...fields, devices }),
    );
  }

  write(batch: EventBatch): void {
    this.#output.print(encodeMessages(batch), batch.count);
  }

  /** Writes the last line. @returns the exit code, which is another one if nobody reads the end */
  async end(fields: { exitCode: number }, console: Speaker): Promise<number> {
    const { unread } = this.#output;
    this.#output.write(encodeLine('end', { ...fields, ...(unread > 0 && { notPrinted: unread }) }));
    if (await this.#output.drain()) return fields.exitCode;
    console.warn('standard output is no longer read: the end of --json is missing');
    return fields.exitCode || ExitCode.INCOMPLETE;
  }
}
