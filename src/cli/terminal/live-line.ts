/** The one line that lives at the bottom of the terminal while a capture runs. */
import { stripVTControlCharacters } from 'node:util';
import { isInForeground } from '../process/foreground.js';
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

/** A line that is being shown. */
export interface LiveLine {
  stop(): void;
}

/**
 * Shows `describe()` until `stop`. Does nothing unless standard error is a terminal that can
 * rewrite a line, and midirec may talk and move.
 *
 * @param describe - the line's text, without a line break. It is told for how many columns; what is longer is
 *   cut, and must have no colours then.
 * @param stillMs - how soon a text is shown behind a silence
 */
export async function startLiveLine(
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
    spinner: { interval: BLINK_MS, frames: [lit!, dark!] },
  } as Parameters<typeof ora>[0]);
  let timer: NodeJS.Timeout | undefined;
  let giveEchoBack = () => {};
  let shownBefore = '';
  const show = () => {
    // Two columns for the spinner, one that stays free so that no terminal wraps.
    const columns = (process.stderr.columns || 80) - 3;
    const text = asPrinted(describe(columns));
    const isTooLong = stripVTControlCharacters(text).length > columns;
    const cut = isTooLong ? fitColumns(text, columns) : text;
    // The cursor waits where the line begins: wherever a terminal breaks the line later, all of it is below.
    spinner.text = `${ERASE_BELOW}${NO_WRAP}${cut}${WRAP}\r`;
    const shown = text.replace(CLOCK, '');
    const isMoving = shown !== shownBefore;
    shownBefore = shown;
    // Else ora shows it with the next blink.
    if (isMoving) spinner.render();
    timer = setTimeout(show, isMoving ? FRAME_MS : stillMs);
  };
  const pause = () => {
    clearTimeout(timer);
    spinner.stop();
    giveEchoBack();
  };
  const resume = () => {
    clearTimeout(timer);
    giveEchoBack();
    // In the background it would stand in what somebody types.
    if (isInForeground() === false) {
      spinner.stop();
      return;
    }
    giveEchoBack = silenceEcho();
    show();
    spinner.start();
  };
  resume();
  console.beforeWrite = () => spinner.clear();
  // Ctrl-Z: the shell gets a clean line and a cursor.
  const stopWatching = watchSuspension({ beforeSuspend: pause, afterResume: resume });
  return {
    stop() {
      stopWatching();
      pause();
      console.beforeWrite = undefined;
    },
  };
}
