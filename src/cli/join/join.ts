/** `midirec join`: several files made into one. */
import { joinSmfs } from '../../editing/join.js';
import type { CommandContext } from '../command.js';
import { ExitCode, usage } from '../exit-codes.js';
import { requireCommonTime, writeEdited } from '../files/edited-files.js';
import { readSmfSource } from '../files/source-files.js';
import { formatCounted } from '../terminal/figures.js';
import type { JoinOptions } from './join-options.js';

export async function join(
  files: string[],
  options: JoinOptions,
  { console }: CommandContext,
): Promise<number> {
  if (files.length < 2) {
    throw usage('join needs at least two files', 'midirec join one.mid two.mid -o both.mid');
  }
  const contents = [];
  let isDamaged = false;
  for (const file of files) {
    const { smf, name } = await readSmfSource(file, console);
    requireCommonTime(smf, name);
    isDamaged ||= smf.damages.length > 0;
    contents.push(smf);
  }
  const { content, isExact, leftOut } = joinSmfs(contents, options.pause ?? 0);
  const [line] = await writeEdited(
    [{ path: options.output, content }],
    options.force ?? false,
    files,
  );
  if (!isExact) {
    console.warn(
      `the files have resolutions that go into no common one: times are rounded to ${content.ppq} ticks a beat`,
    );
  }
  if (leftOut > 0) {
    const what = formatCounted(
      leftOut,
      'sequence number or SMPTE offset',
      'sequence numbers and SMPTE offsets',
    );
    console.say(`left out: ${what}, which can stand at the beginning only`);
  }
  console.say(line ?? '');
  return isDamaged ? ExitCode.INCOMPLETE : ExitCode.DONE;
}
