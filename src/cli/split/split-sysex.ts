/** `midirec split` for sysex: a file of each patch, named by it, or of each message where no patches are known. */
import { makeFolder } from '../../files/disk/destination.js';
import { MidirecError } from '../../midi/errors.js';
import { unitsOf } from '../../sysex/instruments/banks/banks.js';
import { ExitCode, usage } from '../exit-codes.js';
import { nameBeside, numberedSuffix, writeEdited } from '../files/edited-files.js';
import { knownInstruments } from '../files/known-instruments.js';
import type { SourceFile } from '../files/source-files.js';
import { messagesOf, sysexOf } from '../files/sysex-source.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import type { SplitOptions } from './split-options.js';

/** @throws MidirecError BAD_FILE where there is nothing to split, USAGE for options of music */
export async function splitSysex(
  file: string,
  given: SourceFile,
  options: SplitOptions,
  console: ConsoleOutput,
): Promise<number> {
  for (const name of ['by', 'silence', 'charset'] as const) {
    if (options[name] === undefined) continue;
    throw usage(`${given.name} is sysex: --${name} is for music`, `omit --${name}`);
  }
  const source = await sysexOf(given, true, console);
  const units = unitsOf(messagesOf(source), await knownInstruments(console));
  if (units.length < 2) {
    const what =
      units[0]?.isBank === true
        ? 'no message for one of its patches is known'
        : 'it has one patch only';
    throw new MidirecError('BAD_FILE', `${given.name} cannot be split: ${what}`, {
      hint: 'midirec show lists what is in it',
    });
  }
  if (options.output !== undefined) makeFolder(options.output);
  const files = units.map(({ name }, index) => {
    const suffix = numberedSuffix(name ?? '', index, units.length);
    return { path: nameBeside(file, suffix, options.output, '.syx') };
  });
  const contents = units.map(({ messages }) => Buffer.concat(messages));
  for (const line of await writeEdited(files, contents, options.force ?? false, [file])) {
    console.say(line);
  }
  return source.problemCount === 0 ? ExitCode.DONE : ExitCode.INCOMPLETE;
}
