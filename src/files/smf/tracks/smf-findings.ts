/** What is found to be wrong with a Standard MIDI File while it is read. */
import { MidirecError } from '../../../midi/errors.js';
import { offsetText } from '../../../midi/hex.js';

/** Something that is not as the specification has it. */
export interface SmfDamage {
  /** Where, in bytes from the start of the file. */
  readonly offset: number;
  /** What, as a phrase that can follow a colon. */
  readonly message: string;
}

/** What a file may hold that is whole itself: its recorder got no more of it. */
export const UNFINISHED_SYSEX = 'a sysex without its end (F7)';

/** `take.mid is damaged at offset 22 (hex 16): …` */
export function damageText(name: string, { offset, message }: SmfDamage): string {
  const where = `at ${offsetText(offset)}`;
  return message === UNFINISHED_SYSEX
    ? `${name} holds ${message} ${where}`
    : `${name} is damaged ${where}: ${message}`;
}

/** A file worse than this is not described any further. */
export const MAX_DAMAGES = 100;
/** Lyrics have some thousands. */
const MOST_METAS = 4_000_000;

/** What is found in one file. */
export class SmfFindings {
  readonly damages: SmfDamage[] = [];
  /** Of all damages. */
  damageCount = 0;
  /** What harms nothing, each kind once. */
  readonly remarks: SmfDamage[] = [];
  #metaCount = 0;

  report(offset: number, message: string): void {
    this.damageCount++;
    if (this.damages.length < MAX_DAMAGES) this.damages.push({ offset, message });
  }

  /** @throws MidirecError BAD_FILE if there are too many of them: they are kept */
  countMeta(): void {
    if (++this.#metaCount <= MOST_METAS) return;
    throw new MidirecError('BAD_FILE', 'it has more than four million meta events', {
      hint: 'nothing that is played has as many: is it a MIDI file?',
    });
  }

  remark(offset: number, message: string): void {
    if (this.remarks.some((remark) => remark.message === message)) return;
    this.remarks.push({ offset, message });
  }
}

/** `1 byte`, `7 bytes`. */
export function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
