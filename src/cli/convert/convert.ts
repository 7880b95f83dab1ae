/** `midirec convert`: a file made into one of another kind, or one with other bars. */

import { layBars } from '../../editing/bars.js';
import { asFormat0, asFormat1 } from '../../editing/formats.js';
import type { SmfContent } from '../../files/smf/smf-content.js';
import { readTimeline } from '../../files/smf/smf-timeline.js';
import { smfOfSysex } from '../../files/syx/sysex-smf.js';
import { badFile, usage } from '../../midi/errors.js';
import { formatHex } from '../../midi/hex.js';
import { FOUR_FOUR } from '../../midi/tempo/bars.js';
import { GuessedTempo, TappedTempo } from '../../takes/tempo-source.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import {
  type EditedContent,
  type FileKind,
  kindByName,
  requireCommonTime,
  writeOne,
} from '../files/edited-files.js';
import { knownInstruments } from '../files/known-instruments.js';
import { isSmfSource, readMusic, readSource, type SourceFile } from '../files/source-files.js';
import { readDump } from '../files/sysex-source.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatCounted } from '../terminal/figures.js';
import type { ConvertOptions } from './convert-options.js';

/** Bytes on a line of hex text. */
const HEX_LINE = 16;

export async function convert(
  file: string,
  options: ConvertOptions,
  { console }: CommandContext,
): Promise<number> {
  const target = targetOf(options);
  const path = options.output ?? '-';
  const source = await readSource(file);
  const { content, isSound } =
    target === 'mid' || target === 'json'
      ? await asSmf(source, options, console)
      : await asSysex(source, target, console);
  console.say(await writeOne({ path, kind: target }, content, options.force, [file]));
  return isSound ? ExitCode.DONE : ExitCode.INCOMPLETE;
}

/** @throws MidirecError USAGE */
function targetOf({ output, to, ...options }: ConvertOptions): FileKind {
  const target = to ?? kindByName(output ?? '');
  if (target === undefined) {
    throw usage(
      output === undefined
        ? 'convert is not told what to make of the file'
        : 'the name of the output does not tell what to make of the file',
      'let -o end with .mid, .json, .syx or .hex, or give --to',
    );
  }
  const { bpm, guessTempo, tap, timeSignature } = options;
  if (timeSignature !== undefined && (bpm ?? guessTempo ?? tap) === undefined) {
    throw usage('--time-signature needs --bpm, --guess-tempo or --tap', 'for example --bpm 120');
  }
  const given = Object.keys(options).find((name) => name !== 'force');
  if (given !== undefined && (target === 'syx' || target === 'hex')) {
    throw usage(`a .${target} has no tracks, bars or tempo`, 'let -o end with .mid');
  }
  return target;
}

interface Converted {
  content: EditedContent;
  isSound: boolean;
}

async function asSysex(
  source: SourceFile,
  target: FileKind,
  console: ConsoleOutput,
): Promise<Converted> {
  const { messages, isSound, otherCount } = await readDump(
    source,
    await knownInstruments(console),
    console,
  );
  if (otherCount > 0) {
    console.say(`left out: ${formatCounted(otherCount, 'message')} other than sysex`);
  }
  const content =
    target === 'syx'
      ? Buffer.concat(messages)
      : Buffer.from(messages.map((bytes) => hexLines(bytes)).join('\n'));
  return { content, isSound };
}

function hexLines(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += HEX_LINE) {
    text += `${formatHex(bytes.subarray(at, at + HEX_LINE))}\n`;
  }
  return text;
}

async function asSmf(
  source: SourceFile,
  options: ConvertOptions,
  console: ConsoleOutput,
): Promise<Converted> {
  const { name } = source;
  let content: SmfContent;
  let isSound: boolean;
  if (isSmfSource(source)) {
    const smf = await readMusic(source, console);
    content = smf;
    isSound = smf.damages.length === 0;
  } else {
    const dump = await readDump(source, await knownInstruments(console), console);
    content = smfOfSysex(dump.messages.map((bytes) => ({ bytes })));
    isSound = dump.isSound;
  }
  const { format, bpm, guessTempo, tap } = options;
  const hasBars = (bpm ?? guessTempo ?? tap) !== undefined;
  if (format !== undefined || hasBars) requireCommonTime(content, name);
  if (hasBars) content = withBars(content, name, options, console);
  if (format === 0) content = asFormat0(content);
  if (format === 1) content = asFormat1(content);
  return { content, isSound };
}

/** @throws MidirecError BAD_FILE if there are no beats */
function withBars(
  content: SmfContent,
  name: string,
  { bpm, tap, timeSignature }: ConvertOptions,
  console: ConsoleOutput,
): SmfContent {
  const { batches, endMs, timeSignature: own = FOUR_FOUR } = readTimeline(content);
  const { numerator, denominator } = timeSignature ?? own;
  const tempo = tap === undefined ? new GuessedTempo(bpm) : new TappedTempo(tap);
  for (const batch of batches) tempo.add(batch);
  const points = tempo.pointsBetween(0, endMs);
  if (points.length === 0) {
    const problem = tap === undefined ? 'no beat can be made out' : 'fewer than two taps';
    throw badFile(`${name}: ${problem}`, 'give the tempo with --bpm');
  }
  const said = tempo.describe();
  if (said !== undefined) console.say(said);
  return layBars(content, points, (numerator * 4) / denominator, timeSignature);
}
