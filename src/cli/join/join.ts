/** `midirec join`: several files of music made into one; for sysex see join-sysex.ts. */

import { joinSmfs } from '../../editing/join.js';
import { putTogether } from '../../editing/together.js';
import { usage } from '../../midi/errors.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { requireCommonTime, writeOne } from '../files/edited-files.js';
import { isSmfSource, readMusic, readSource } from '../files/source-files.js';
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
  const sources = [];
  for (const file of files) sources.push(await readSource(file));
  const music = sources.find((source) => isSmfSource(source));
  const other = sources.find((source) => !isSmfSource(source));
  if (music !== undefined && other !== undefined) {
    throw usage(
      `${music.name} is music, and ${other.name} is not`,
      'midirec convert makes a .syx of the sysex in a .mid, and a .mid of a .syx',
    );
  }
  if (music === undefined) {
    const { joinSysex } = await import('./join-sysex.js');
    return joinSysex(files, sources, options, console);
  }
  const contents = [];
  let isDamaged = false;
  for (const source of sources) {
    const smf = await readMusic(source, console);
    requireCommonTime(smf, source.name);
    isDamaged ||= smf.damages.length > 0;
    contents.push(smf);
  }
  const { content, isExact, leftOut, hasSameBars } = options.together
    ? putTogether(contents)
    : { ...joinSmfs(contents, options.pause ?? 0), hasSameBars: [] };
  const output = { path: options.output, kind: 'mid' } as const;
  const line = await writeOne(output, content, options.force, files);
  if (!isExact) {
    console.warn(
      `the files have resolutions that go into no common one: times are rounded to ${content.ppq} ticks a beat`,
    );
  }
  for (const [index, isSame] of hasSameBars.entries()) {
    if (isSame) continue;
    const { name } = sources[index]!;
    console.say(
      `${name} has another tempo or other bars: its times stay, the bars are those of ${sources[0]!.name}`,
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
  console.say(line);
  return isDamaged ? ExitCode.INCOMPLETE : ExitCode.DONE;
}
