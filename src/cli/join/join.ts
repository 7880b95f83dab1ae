/** `midirec join`: several files made into one. */
import { joinSmfs } from '../../editing/join.js';
import { MidirecError } from '../../midi/errors.js';
import type { CommandContext } from '../command-context.js';
import { requireCommonTime, writeEdited } from '../files/edited-files.js';
import { readSmfSource } from '../files/smf-source.js';
import { parseDuration, parseOptional } from '../options/option-values.js';
import type { JoinOptions } from './join-options.js';

export async function join(options: JoinOptions, { console }: CommandContext): Promise<number> {
  const { files, output } = options;
  const pauseMs = parseOptional('--pause', options.pause, parseDuration) ?? 0;
  if (files.length < 2) {
    throw new MidirecError('USAGE', 'join needs at least two files', {
      hint: 'midirec join one.mid two.mid -o both.mid',
      exitCode: 2,
    });
  }
  const contents = [];
  for (const file of files) {
    const { smf, name } = await readSmfSource(file, console);
    requireCommonTime(smf, name);
    contents.push(smf);
  }
  const { content, isExact } = joinSmfs(contents, pauseMs);
  const [line] = writeEdited([{ path: output, content }], options.force ?? false, files);
  if (!isExact) {
    console.warn(
      `the files have resolutions that go into no common one: times are rounded to ${content.ppq} ticks a beat`,
    );
  }
  console.say(line ?? '');
  return 0;
}
