/** `midirec split`: a file of music made into several; for sysex see split-sysex.ts. */

import {
  type Parts,
  splitAtMarkers,
  splitAtSilence,
  splitByChannel,
  splitByTrack,
} from '../../editing/split.js';
import type { SplitKind } from '../../editing/split-kinds.js';
import { makeFolder } from '../../files/disk/destination.js';
import type { SmfContent } from '../../files/smf/smf-content.js';
import { badFile, type MidirecError, usage } from '../../midi/errors.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import {
  nameBeside,
  numberedSuffix,
  requireCommonTime,
  writeEdited,
} from '../files/edited-files.js';
import { isSmfSource, readMusic, readSource } from '../files/source-files.js';
import type { SplitOptions } from './split-options.js';

const DEFAULT_SILENCE_MS = 2000;

export async function split(
  file: string,
  options: SplitOptions,
  { console }: CommandContext,
): Promise<number> {
  const { by = 'silence' } = options;
  const source = await readSource(file);
  if (!isSmfSource(source)) {
    const { splitSysex } = await import('./split-sysex.js');
    return splitSysex(file, source, options, console);
  }
  checkKind(by, options);
  const { name } = source;
  const smf = await readMusic(source, console);
  const content = { ...smf, charset: options.charset };
  if (by !== 'track') requireCommonTime(smf, name);
  const parts = makeParts(content, by, options.silence);
  const { labels, contents } = parts;
  if (labels.length < 2) throw nothingToSplit(by, name);
  if (options.output !== undefined) makeFolder(options.output);
  const files = labels.map((label, index) => ({
    path: nameBeside(
      file,
      by === 'channel' ? `-${label}` : numberedSuffix(label, index, labels.length),
      options.output,
    ),
    kind: 'mid' as const,
  }));
  for (const line of await writeEdited(files, contents, options.force, [file])) {
    console.say(line);
  }
  return smf.damages.length === 0 ? ExitCode.DONE : ExitCode.INCOMPLETE;
}

/** @throws MidirecError USAGE for an option that another --by goes with */
function checkKind(by: SplitKind, { silence, charset }: SplitOptions): void {
  if (silence !== undefined && by !== 'silence') {
    throw usage(`--silence and --by ${by} cannot be combined`, 'choose one of them');
  }
  if (charset !== undefined && by !== 'marker' && by !== 'track') {
    throw usage(
      '--charset needs --by marker or --by track',
      'nothing else has names from the file',
    );
  }
}

function makeParts(smf: SmfContent, by: SplitKind, silenceMs = DEFAULT_SILENCE_MS): Parts {
  if (by === 'silence') return splitAtSilence(smf, silenceMs);
  if (by === 'marker') return splitAtMarkers(smf);
  return by === 'channel' ? splitByChannel(smf) : splitByTrack(smf);
}

const WHY_NOT: Readonly<Record<SplitKind, readonly [why: string, hint: string]>> = {
  silence: ['has no such silence in it', 'give a shorter --silence, or another --by'],
  marker: ['has no marker to be split at', 'midirec show lists markers; or give another --by'],
  channel: ['has no more than one channel in it', 'give another --by'],
  track: ['has no more than one track with music in it', 'try --by channel'],
};

function nothingToSplit(by: SplitKind, name: string): MidirecError {
  const [why, hint] = WHY_NOT[by];
  return badFile(`${name} ${why}`, hint);
}
