/** `midirec trim`: a copy of a file with less in it. */
import { cutSmf } from '../../editing/cut.js';
import { trimSilence } from '../../editing/trim.js';
import { endTickOf, type SmfContent } from '../../files/smf/smf-content.js';
import { tempoMapOf } from '../../files/smf/smf-tempo.js';
import { MidirecError, usage } from '../../midi/errors.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { nameBeside, requireCommonTime, writeOne } from '../files/edited-files.js';
import { readSmfSource } from '../files/source-files.js';
import { requireOption } from '../options/shared-options.js';
import { formatTime } from '../terminal/figures.js';
import type { TrimOptions } from './trim-options.js';

const DEFAULT_KEEP_MS = 500;

export async function trim(
  file: string,
  options: TrimOptions,
  { console }: CommandContext,
): Promise<number> {
  const { silence, keep = DEFAULT_KEEP_MS, gaps: gapsMs, from, to } = options;
  requireOption(options, 'keep', 'silence', 'it says how much of the silence is left');
  if ((silence ?? gapsMs ?? from ?? to) === undefined) {
    throw usage('trim is not told what to leave out', 'give --silence, --gaps, --from or --to');
  }
  const { smf, name } = await readSmfSource(file, console);
  requireCommonTime(smf, name);
  if (endTickOf(smf) === 0) {
    throw new MidirecError('BAD_FILE', `${name} has no length: there is nothing to leave out`, {
      hint: 'midirec show tells what there is',
    });
  }
  const part = cutRange(smf, from ?? 0, to);
  const content = trimSilence(part, { endsMs: silence ? keep : undefined, gapsMs });
  const path = options.output ?? nameBeside(file, '-trimmed');
  const line = await writeOne({ path, kind: 'mid' }, content, options.force, [file]);
  console.say(`${line}, ${lengthOf(content)} of ${lengthOf(smf)}`);
  return smf.damages.length === 0 ? ExitCode.DONE : ExitCode.INCOMPLETE;
}

function cutRange(content: SmfContent, fromMs: number, toMs: number | undefined): SmfContent {
  const map = tempoMapOf(content, content.tracks);
  const endTick = endTickOf(content);
  const fromTick = fromMs === 0 ? 0 : map.tickAt(fromMs);
  const toTick = toMs === undefined ? endTick : Math.min(endTick, map.tickAt(toMs));
  if (fromTick > 0 && fromTick >= endTick) {
    throw usage(`--from: the file is over after ${lengthOf(content)}`, 'give an earlier position');
  }
  if (toTick <= fromTick) throw usage('--to must be later than --from', 'give a later position');
  if (fromTick === 0 && toTick === endTick) return content;
  const cut = { fromTick, toTick: toTick === endTick ? Number.POSITIVE_INFINITY : toTick };
  const [part = content] = cutSmf(content, [{ ...cut, endTick: toTick }]);
  return part;
}

function lengthOf(content: SmfContent): string {
  return formatTime(tempoMapOf(content, content.tracks).timeMsAt(endTickOf(content)));
}
