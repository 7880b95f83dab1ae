/** `midirec split` for sysex: a file of each patch, named by it, or of each message where no patches are known. */
import { makeFolder } from '../../files/disk/destination.js';
import { MidirecError, usage } from '../../midi/errors.js';
import { type Unit, unitsOf } from '../../sysex/instruments/banks/banks.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { ExitCode } from '../exit-codes.js';
import { nameBeside, numberedSuffix, writeEdited } from '../files/edited-files.js';
import { knownInstruments } from '../files/known-instruments.js';
import type { SourceFile } from '../files/source-files.js';
import { MADE_RIGHT, readDump } from '../files/sysex-source.js';
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
  const table = await knownInstruments(console);
  const { messages, isSound, wrongCount } = await readDump(given, table, console);
  const units = unitsOf(messages, table);
  if (units.length < 2) {
    throw new MidirecError('BAD_FILE', `${given.name} cannot be split: ${whyNot(units, table)}`, {
      hint: 'midirec show lists what is in it',
      ...(!isSound && { exitCode: ExitCode.INCOMPLETE }),
    });
  }
  const isRemade = units.some((unit) => unit.messages.some((one) => !messages.includes(one)));
  if (isRemade && wrongCount > 0) console.warn(MADE_RIGHT);
  if (options.output !== undefined) makeFolder(options.output);
  const files = units.map(({ name }, index) => {
    const suffix = numberedSuffix(name ?? '', index, units.length);
    return { path: nameBeside(file, suffix, options.output, '.syx'), kind: 'syx' as const };
  });
  const contents = units.map(({ messages }) => Buffer.concat(messages));
  for (const line of await writeEdited(files, contents, options.force, [file])) {
    console.say(line);
  }
  return isSound ? ExitCode.DONE : ExitCode.INCOMPLETE;
}

function whyNot([unit]: readonly Unit[], table: InstrumentTable): string {
  if (unit === undefined) return 'it has no whole message';
  if (unit.isBank) return 'no message for one of its patches is known';
  const known = unit.messages.flatMap((message) => table.recognise(message)?.patches ?? []);
  return unit.name !== undefined || known.length > 0
    ? 'it has one patch only'
    : 'it has one message, in which no patches are known';
}
