/** The one line that lives at the bottom of the terminal while a capture runs. */
import { stripVTControlCharacters } from 'node:util';
import type { Ora } from 'ora';
import { watchSuspension } from '../process/suspension.js';
import { fitColumns } from './columns.js';
import type { ConsoleOutput } from './console-output.js';
import { asPrinted } from './printed-text.js';
import { silenceEcho } from './terminal-echo.js';
import { showsUnicode } from './terminal-look.js';

/** At most ten texts a second while something moves: enough for the eye, nothing for the processor. */
export const FRAME_MS = 100;
/** How long the lamp is lit, and dark, as that of a tape machine. */
const BLINK_MS = 500;
/** The time at the beginning of a text, which alone is no movement. */
const CLOCK = /^[\d:.]+/;
/** Erases what is right of here and below: after a terminal was made narrower, what it had broken of the line before. */
const ERASE_BELOW = '\u001b[J';
/** Around the text: a terminal that has become too narrow for it cuts it. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

export class LiveLine {
  readonly #spinner: Ora;
  readonly #console: ConsoleOutput;
  readonly #describe: (columns: number) => string;
  #timer: NodeJS.Timeout | undefined;
  #giveEchoBack = () => {};
  readonly #stillMs: number;
  readonly #stopWatching: () => void;
  #shown = '';

  /**
   * Shows `describe()` until `stop`. Does nothing unless standard error is a terminal that can
   * rewrite a line, and midirec may talk and move.
   *
   * @param describe - the line's text, without a line break. It is told for how many columns; what is longer is
   *   cut, and must have no colours then.
   * @param stillMs - how soon a text is shown behind a silence
   */
  static async start(
    console: ConsoleOutput,
    describe: (columns: number) => string,
    stillMs = BLINK_MS,
  ): Promise<LiveLine | undefined> {
    if (!console.isTerminal || console.quiet || console.plain || process.env.TERM === 'dumb') {
      return undefined;
    }
    // Some terminals say that they have 0 columns; ora would then count lines for ever.
    if (!process.stderr.columns) return undefined;
    const { default: ora } = await import('ora');
    const [lit, dark] = showsUnicode(process.env, process.platform) ? ['●', '○'] : ['*', ' '];
    const spinner = ora({
      stream: process.stderr,
      // ora would animate nothing, and say the text once, wherever a variable CI is set.
      isEnabled: true,
      // Reading standard input is not ora's business, and Ctrl-C has to stay a signal.
      discardStdin: false,
      color: console.chalk.level === 0 ? false : 'red',
      spinner: {
        interval: BLINK_MS,
        frames: [lit!, dark!],
      },
    } as Parameters<typeof ora>[0]);
    return new LiveLine(spinner, console, describe, stillMs);
  }

  private constructor(
    spinner: Ora,
    console: ConsoleOutput,
    describe: (columns: number) => string,
    stillMs: number,
  ) {
    this.#stillMs = stillMs;
    this.#spinner = spinner;
    this.#console = console;
    this.#describe = describe;
    this.#resume();
    console.beforeWrite = () => spinner.clear();
    // Ctrl-Z: the shell gets a clean line and a cursor.
    this.#stopWatching = watchSuspension({
      beforeSuspend: () => this.#pause(),
      afterResume: () => this.#resume(),
    });
  }

  stop(): void {
    this.#stopWatching();
    this.#pause();
    this.#console.beforeWrite = undefined;
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#spinner.stop();
    this.#giveEchoBack();
  }

  #resume(): void {
    clearTimeout(this.#timer);
    this.#giveEchoBack = silenceEcho();
    this.#show();
    this.#spinner.start();
  }

  #show(): void {
    // Two columns for the spinner, one that stays free so that no terminal wraps.
    const columns = (process.stderr.columns || 80) - 3;
    const text = asPrinted(this.#describe(columns));
    const isTooLong = stripVTControlCharacters(text).length > columns;
    const cut = isTooLong ? fitColumns(text, columns) : text;
    // The cursor waits where the line begins: wherever a terminal breaks the line later, all of it is below.
    this.#spinner.text = `${ERASE_BELOW}${NO_WRAP}${cut}${WRAP}\r`;
    const shown = text.replace(CLOCK, '');
    const isMoving = shown !== this.#shown;
    this.#shown = shown;
    // Else ora shows it with the next blink.
    if (isMoving) this.#spinner.render();
    this.#timer = setTimeout(() => this.#show(), isMoving ? FRAME_MS : this.#stillMs);
  }
}
