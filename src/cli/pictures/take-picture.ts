/** The picture of a take that a person sees when it is done. */
import type { EventBatch } from '../../midi/event-batch.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { lookOf } from '../terminal/terminal-look.js';
import { portraitLines, tempoText } from './portrait-text.js';
import { TakePortrait } from './take-portrait.js';

export class TakePicture {
  readonly #console: ConsoleOutput;
  readonly #portrait = new TakePortrait();

  /** Nothing is gathered where nobody looks: without a terminal one line is said, and no picture. */
  static for(console: ConsoleOutput): TakePicture | undefined {
    return console.isTerminal && !console.quiet ? new TakePicture(console) : undefined;
  }

  private constructor(console: ConsoleOutput) {
    this.#console = console;
  }

  add(batch: EventBatch): void {
    this.#portrait.add(batch);
  }

  /**
   * Shows the piano roll, the channels, and the tempo if one can be told.
   *
   * @param lengthMs - of the take
   * @param deviceNames - of the inputs, by number
   */
  async show(lengthMs: number, deviceNames: readonly string[]): Promise<void> {
    this.#portrait.end(lengthMs);
    const look = lookOf(process.stderr, this.#console);
    for (const line of await portraitLines(this.#portrait, lengthMs, deviceNames, look)) {
      this.#console.say(line);
    }
    const tempo = tempoText(this.#portrait);
    if (tempo !== undefined) this.#console.say(`  ${tempo}`);
  }
}
