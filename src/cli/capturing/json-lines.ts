/** `--json`: events to standard output as they come, one JSON object a line. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventBatch } from '../../midi/event-batch.js';
import { giveUpOutput } from '../process/process-end.js';
import { formatCounted } from '../terminal/figures.js';
import { isReaderGone } from '../terminal/standard-streams.js';
import { readVersion } from '../version.js';
import { encodeBegin, encodeEnd, encodeMessages } from './ndjson.js';

/** What may wait for a reader that is slow: a recording must not fill the memory because nobody reads. */
const MOST_UNREAD_BYTES = 0x100_0000;
/** How long the end waits for a reader that reads nothing at all. */
const READER_PATIENCE_MS = 10_000;
const LOOK_MS = 50;

export class JsonLines {
  /** Messages that were not written, since the reader did not keep up. */
  unread = 0;
  /** Standard output takes nothing any more. */
  #isOver = false;

  /**
   * @param onReaderGone - called once if nobody reads standard output any more. If it fails otherwise
   *   (a full disk), nothing more is written to it, which standard-streams.ts says, and all else goes on.
   */
  constructor(onReaderGone: () => void) {
    process.stdout.on('error', (error) => {
      if (this.#isOver) return;
      this.#isOver = true;
      if (isReaderGone(error)) onReaderGone();
    });
  }

  begin(fields: Record<string, unknown>): void {
    this.#write(encodeBegin({ version: readVersion(), ...fields }));
  }

  write(batch: EventBatch): void {
    if (batch.count === 0) return;
    if (process.stdout.writableLength > MOST_UNREAD_BYTES) this.unread += batch.count;
    else this.#write(encodeMessages(batch));
  }

  /** What to say about messages that were not written; undefined if all were. */
  describeUnread(): string | undefined {
    if (this.unread === 0) return undefined;
    const count = formatCounted(this.unread, 'message');
    return `${count} not printed: standard output was not read fast enough`;
  }

  /**
   * Writes the last line, and waits until it is read.
   *
   * @returns false if the reader is there, but has stopped reading: then nothing more is written
   */
  async end(fields: Record<string, unknown>): Promise<boolean> {
    this.#write(encodeEnd({ ...fields, ...(this.unread > 0 && { notPrinted: this.unread }) }));
    let left = process.stdout.writableLength;
    let sinceMs = performance.now();
    while (left > 0 && !this.#isOver) {
      await pause(LOOK_MS);
      const { writableLength } = process.stdout;
      if (writableLength !== left) sinceMs = performance.now();
      else if (performance.now() - sinceMs > READER_PATIENCE_MS) {
        giveUpOutput();
        return false;
      }
      left = writableLength;
    }
    return true;
  }

  #write(text: string): void {
    if (!this.#isOver) process.stdout.write(text);
  }
}
