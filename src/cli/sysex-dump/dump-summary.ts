/** What a dump held, message by message as long as that can be read, then by kind. */
import { describeSysex } from '../../sysex/sysex-identification.js';
import { sysexLine } from '../capturing/message-text.js';
import { formatBytes, formatCounted } from '../terminal/figures.js';
import type { DumpedMessage } from './dump-sink.js';

/** More kinds than this are not listed. */
const MOST_LINES = 20;

export class DumpSummary {
  messages = 0;
  bytes = 0;
  incomplete = 0;
  wrongChecksums = 0;
  readonly #kinds = new Map<string, number>();

  add({ bytes, complete }: DumpedMessage): void {
    this.messages++;
    this.bytes += bytes.length;
    if (!complete) this.incomplete++;
    const description = describeSysex(bytes);
    if (description.checksum === 'wrong') this.wrongChecksums++;
    const line = sysexLine(description);
    const known = this.#kinds.get(line);
    if (known !== undefined || this.#kinds.size < 10 * MOST_LINES) {
      this.#kinds.set(line, (known ?? 0) + 1);
    }
  }

  /** One line for each kind of message, in the order of their first one. */
  lines(): string[] {
    const lines = [...this.#kinds].map(([line, count]) =>
      count === 1 ? line : `${count} × ${line}`,
    );
    if (lines.length <= MOST_LINES) return lines;
    const more = lines.length - MOST_LINES;
    return [...lines.slice(0, MOST_LINES), `… and ${formatCounted(more, 'other kind')}`];
  }

  total(): string {
    return `${formatCounted(this.messages, 'message')}, ${formatBytes(this.bytes)}`;
  }
}
