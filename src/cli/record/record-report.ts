/** What is said of a recording at its end: its picture, its file, and what is missing. */
import type { Loss } from '../../capture/loss-ledger.js';
import type { Bars } from '../../midi/tempo/bars.js';
import type { RecorderResult } from '../../takes/recorder.js';
import { describeLosses } from '../capturing/loss-report.js';
import type { TakeStatistics } from '../pictures/take-statistics.js';
import { describeTake, pictureLines, tempoText } from '../pictures/take-text.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath, formatBytes, formatCounted } from '../terminal/figures.js';
import { lookOf } from '../terminal/terminal-look.js';
import { isSingle, type RecordOptions } from './record-options.js';

export interface Recorded {
  /** Of all that came in, whether it became one take or several. */
  statistics: TakeStatistics;
  /** Events that the options leave out. */
  filtered: number;
  /** Of the inputs. */
  names: string[];
  losses: Loss[];
  /** Of the take, if they are known. */
  bars: Bars | undefined;
  /** What nobody has read of standard output, as lines. */
  unread: string[];
  lengthMs: number;
  result: RecorderResult;
}

/** Says what was recorded. @returns true if something is missing */
export async function reportRecorded(
  options: RecordOptions,
  console: ConsoleOutput,
  recorded: Recorded,
): Promise<boolean> {
  const { statistics, names, losses, unread, lengthMs, result } = recorded;
  for (const problem of result.problems) console.warn(problem);
  for (const remark of result.remarks) console.say(remark);
  if (isSingle(options)) await showPicture(options, console, recorded);
  const what = describeTake(lengthMs, statistics);
  if (isSingle(options) && result.last !== undefined) {
    const { path, byteLength } = result.last;
    const where = path === undefined ? '' : `${displayPath(path)}: `;
    console.say(`${where}${what}, ${formatBytes(byteLength)}`);
  } else {
    console.say(`${formatCounted(result.saved, 'take')} saved from ${what}`);
  }
  if (!statistics.messages) {
    console.say(
      recorded.filtered === 0
        ? 'nothing arrived: midirec doctor can tell why'
        : `nothing is recorded: --channel or --no-sysex left out ${formatCounted(recorded.filtered, 'message')}`,
    );
  }
  const missing = describeLosses(losses, names);
  missing.push(...unread);
  for (const line of missing) console.warn(line);
  return missing.length > 0;
}

/** Several takes have no picture together, and where nobody looks one line is enough. */
async function showPicture(
  { clock, tap, guessTempo }: RecordOptions,
  console: ConsoleOutput,
  { statistics, names, lengthMs, bars }: Recorded,
): Promise<void> {
  if (!console.isTerminal || console.quiet) return;
  statistics.end(lengthMs);
  const look = lookOf(process.stderr, console);
  for (const line of await pictureLines(statistics, lengthMs, names, look, bars)) console.say(line);
  // Where the bars have one, it is said by who found it.
  if (clock || tap !== undefined || guessTempo) return;
  const tempo = tempoText(statistics);
  if (tempo !== undefined) console.say(`  ${tempo}`);
}
