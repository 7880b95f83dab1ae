/** `midirec show` for a .syx file: its messages, one a line. */
import type { SyxMessages } from '../../files/syx/syx-messages.js';
import { problemText } from '../../files/syx/syx-reader.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { meaningOf, rightChecksum } from '../capturing/message-text.js';
import { Columns } from '../terminal/columns.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatBytes, formatCount, formatCounted } from '../terminal/figures.js';
import { columnsOf } from '../terminal/terminal-look.js';
import { countWrong, patchesIn, patchLines, unknownIn, unknownLine } from './show-patches.js';

/** The document of `--json`. */
export function describeSyx(messages: SyxMessages, name: string, table: InstrumentTable): object {
  return {
    file: name,
    kind: 'syx',
    messages: Array.from(messages, ({ offset, bytes }) => ({
      offset,
      ...describeByTable(bytes, table),
    })),
    patches: patchesIn(messages, table),
    unknown: unknownIn(messages, table) ?? null,
    sysexBytes: messages.sysexBytes,
    realtimeBytes: messages.realtimeBytes,
    problems: messages.problems.map((problem) => ({
      ...problem,
      message: problemText(problem, messages),
    })),
    problemCount: messages.problemCount,
  };
}

/** A headline, then number, place, length, checksum and meaning of each message. */
export async function* syxLines(
  messages: SyxMessages,
  name: string,
  table: InstrumentTable,
  console: ConsoleOutput,
): AsyncGenerator<string> {
  const chalk = console.chalkFor(process.stdout);
  const size = formatBytes(messages.sysexBytes);
  yield `${chalk.bold(name)}: ${formatCounted(messages.count, 'message')}, ${size}`;
  if (messages.count === 0) return;
  let longest = 0;
  let last = 0;
  for (const { offset, bytes } of messages) {
    longest = Math.max(longest, bytes.length);
    last = offset;
  }
  const heads = ['#', 'offset', 'length', 'checksum', 'message'];
  const offsetDigits = Math.max(6, last.toString(16).length);
  const widest = [formatCount(messages.count), '0'.repeat(offsetDigits), formatCount(longest)];
  const columns = await Columns.measure([heads, widest], {
    columns: [{ right: true, least: 2 }, { right: true }, { right: true }],
  });
  yield chalk.dim(columns.line(heads));
  let number = 0;
  for (const { offset, bytes } of messages) {
    const description = describeByTable(bytes, table);
    const { checksum } = description;
    yield columns.line([
      formatCount(++number),
      offset.toString(16).padStart(offsetDigits, '0'),
      formatCount(bytes.length),
      checksum === 'wrong'
        ? { text: checksum, paint: chalk.red.bold }
        : checksum.replace('unknown', '-'),
      `${meaningOf(description)}${checksum === 'wrong' ? rightChecksum(description) : ''}`,
    ]);
  }
  for (const patches of patchesIn(messages, table)) {
    yield '';
    yield* patchLines(patches, columnsOf(process.stdout, process.env), chalk);
  }
  const unknown = unknownIn(messages, table);
  if (unknown !== undefined && unknown.count > 1) yield* ['', unknownLine(unknown)];
}

/** What is wrong with the file, each as a warning; none if it is sound. */
export function damagesOf(messages: SyxMessages, table: InstrumentTable): string[] {
  const damages = messages.problems.map((problem) => problemText(problem, messages));
  const more = messages.problemCount - messages.problems.length;
  if (more > 0) damages.push(`… and ${formatCounted(more, 'more such place')}`);
  const wrong = countWrong(messages, table);
  if (wrong > 0) damages.push(`${formatCounted(wrong, 'message')} with a wrong checksum`);
  return damages;
}
