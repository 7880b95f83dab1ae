/** `midirec show`: what is in a file, or in a folder of them. */

import { isFolder } from '../../files/disk/endings.js';
import { mendSysex } from '../../files/syx/mended-sysex.js';
import { parseSyx } from '../../files/syx/syx-reader.js';
import { usage } from '../../midi/errors.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { knownInstruments } from '../files/known-instruments.js';
import { bytesOf, isSmfSource, readNamedSmf, readSource } from '../files/source-files.js';
import { hintAt, looksLike, refuseOtherFile, sayRealtime } from '../files/sysex-source.js';
import { requireOption } from '../options/shared-options.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import type { ShowOptions } from './show-options.js';

export async function show(
  file: string,
  options: ShowOptions,
  context: CommandContext,
): Promise<number> {
  if (options.json && options.svg === '-') {
    throw usage(
      '--json and --svg - cannot be combined: both write to standard output',
      'give a file with --svg',
    );
  }
  requireOption(options, 'force', 'svg', 'it is for the SVG file');
  if (isFolder(file)) {
    refuseOfSmf(options, 'a folder');
    const { showFolder } = await import('./show-folder.js');
    const isSound = await showFolder(file, options.json ?? false, context);
    return isSound ? ExitCode.DONE : ExitCode.INCOMPLETE;
  }
  const source = await readSource(file);
  const { name } = source;
  if (isSmfSource(source)) {
    const { showSmf } = await import('./show-smf.js');
    const smf = { ...(await readNamedSmf(source)), charset: options.charset };
    const isSound = await showSmf(smf, name, options, context);
    return isSound ? ExitCode.DONE : ExitCode.INCOMPLETE;
  }
  const messages = parseSyx(bytesOf(source), name);
  const mended = mendSysex(messages);
  if (mended?.what !== undefined) throw looksLike(name, mended);
  refuseOtherFile(messages, name);
  refuseOfSmf(options, name);
  const { damagesOf, describeSyx, syxLines } = await import('./show-syx.js');
  const table = await knownInstruments(context.console);
  if (options.json) {
    await printJson(describeSyx(messages, name, table));
  } else {
    await printLines(syxLines(messages, name, table, context.console));
  }
  const damages = damagesOf(messages, table);
  for (const damage of damages) context.console.warn(damage);
  if (mended !== undefined) {
    context.console.say(`with ${mended.added} the last message would be whole: ${hintAt(mended)}`);
  }
  sayRealtime(messages, name, context.console);
  return damages.length === 0 ? ExitCode.DONE : ExitCode.INCOMPLETE;
}

/** @throws MidirecError USAGE for options that only a Standard MIDI File has a use for */
function refuseOfSmf(options: ShowOptions, name: string): void {
  for (const option of ['svg', 'charset'] as const) {
    if (options[option] === undefined) continue;
    throw usage(`--${option} is for a .mid, which ${name} is not`, `omit --${option}`);
  }
}
