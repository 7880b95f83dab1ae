/** `--json`: events to standard output as they come, one JSON object a line. */
import { encodeBegin, encodeEnd, encodeMessages } from '../formats/ndjson.js';
import type { EventBatch } from '../midi/event-batch.js';
import { readVersion } from './version.js';

export class JsonLines {
  #readerGone = false;

  /** @param onReaderGone - called once if nobody reads standard output any more */
  constructor(onReaderGone: () => void) {
    process.stdout.on('error', () => {
      if (this.#readerGone) return;
      this.#readerGone = true;
      onReaderGone();
    });
  }

  begin(fields: Record<string, unknown>): void {
    this.#write(encodeBegin({ version: readVersion(), ...fields }));
  }

  write(batch: EventBatch): void {
    if (batch.count > 0) this.#write(encodeMessages(batch));
  }

  /** Resolves when everything has been taken, or nobody takes it any more. */
  async end(fields: Record<string, unknown>): Promise<void> {
    this.#write(encodeEnd(fields));
    if (!this.#readerGone)
      await new Promise<void>((done) => process.stdout.write('', () => done()));
  }

  #write(text: string): void {
    if (!this.#readerGone) process.stdout.write(text);
  }
}
