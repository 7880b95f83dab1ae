/** The one line that lives at the bottom of the terminal while a capture runs. */
import type { Ora } from 'ora';
import type { ConsoleOutput } from './console-output.js';

/** At most ten frames a second: enough for the eye, nothing for the processor. */
const FRAME_MS = 100;

export class LiveLine {
  readonly #spinner: Ora;
  readonly #console: ConsoleOutput;
  readonly #timer: NodeJS.Timeout;

  /**
   * Shows `describe()` until `stop`. Does nothing unless standard error is a terminal and midirec
   * may talk.
   *
   * @param describe - the line's text for a number of columns, without a line break
   */
  static async start(
    console: ConsoleOutput,
    describe: (columns: number) => string,
  ): Promise<LiveLine | undefined> {
    if (!console.isTerminal || console.quiet || process.env.TERM === 'dumb') return undefined;
    // Some terminals say that they have 0 columns; ora would then count lines for ever.
    if (!process.stderr.columns) return undefined;
    const { default: ora } = await import('ora');
    const spinner = ora({
      stream: process.stderr,
      // Reading standard input is not ora's business, and Ctrl-C has to stay a signal.
      discardStdin: false,
      color: console.chalk.level === 0 ? false : 'red',
      spinner: { interval: FRAME_MS, frames: ['●', '●', '●', '●', '●', '○', '○', '○'] },
    } as Parameters<typeof ora>[0]);
    return new LiveLine(spinner, console, describe);
  }

  private constructor(spinner: Ora, console: ConsoleOutput, describe: (columns: number) => string) {
    this.#spinner = spinner;
    this.#console = console;
    const show = () => {
      // Two columns for the spinner, one that stays free so that no terminal wraps.
      spinner.text = describe((process.stderr.columns || 80) - 3);
    };
    show();
    spinner.start();
    this.#timer = setInterval(show, FRAME_MS);
    console.beforeWrite = () => spinner.clear();
  }

  /** Removes the line and gives the cursor back. */
  stop(): void {
    clearInterval(this.#timer);
    this.#spinner.stop();
    this.#console.beforeWrite = undefined;
  }
}
