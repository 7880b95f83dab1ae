/** `midirec complete -- WORDS…`: what a shell may offer for the last of the words, which is under the cursor. */
import type { Argument, CommandUnknownOpts, Option } from 'commander';
import { describeOption, placeholderOf } from '../help/help-style.js';
import { buildProgram } from '../program.js';
import { canBeValue, commandsOf, optionsOf, readLine, readOption } from './command-line.js';
import type { Offer, Offers } from './values.js';

/** The devices that there are, with the values of `--backend` and `--port` that were given. */
export type ListDevices = (
  kind: 'input' | 'output',
  backend: string | undefined,
  ports: string[],
  raw: boolean,
) => Promise<Offer[]>;

/**
 * The answer for a shell. Its first line says what the shell has to look for itself: `files`, behind it the
 * endings of their names, if only some will do; `folders`; or nothing. Then a line for each word to offer:
 * the word, a tab, what it is.
 *
 * @param args - `--`, then the words of the command line without `midirec`. The last is the one under the cursor, and
 *   may be empty. They may have the quotes and backslashes that were typed.
 * @returns lines; only the empty first one if anything fails, since there is nobody to tell
 */
export async function complete(
  args: readonly string[],
  listDevices: ListDevices = async (...given) =>
    (await import('./device-offers.js')).listDevices(...given),
): Promise<string> {
  try {
    const words = (args[0] === '--' ? args.slice(1) : args).map(unquote);
    const offers = await offersFor(words.slice(0, -1), words.at(-1) ?? '', listDevices);
    if (offers === 'folders') return 'folders\n';
    if ('files' in offers) {
      const endings = offers.files.flatMap((ending) => [ending, ending.toUpperCase()]);
      return `${['files', ...endings].join(' ')}\n`;
    }
    return `\n${offers.map(({ word, what }) => `${word}\t${what}\n`).join('')}`;
  } catch {
    return '\n';
  }
}

async function offersFor(
  words: readonly string[],
  typed: string,
  listDevices: ListDevices,
): Promise<Offers> {
  const first = words.find((word) => !word.startsWith('-'));
  let { program } = await buildProgram(first);
  let line = readLine(program, words);
  if (first !== undefined && line.command === program) {
    // It was not the command after all, but the value of an option: any command may follow.
    ({ program } = await buildProgram());
    line = readLine(program, words);
  }
  const { command, option, argument, takesCommand, takesOptions } = line;
  const options = optionsOf(command, program);
  const given = (name: string) =>
    line.given.filter(([{ long }]) => long === name).map(([, value]) => value);
  const values = async (definition: Option | Argument, value: string) => {
    const kind = placeholderOf(definition);
    if (kind === 'input' || kind === 'output') {
      const isRaw = given('--raw').length > 0;
      const backend = given('--backend').at(-1);
      return matching(await listDevices(kind, backend, given('--port'), isRaw), value);
    }
    if (kind === 'command') return matching(offerCommands(program), value);
    const { instrumentOffers, isOfInstrument } = await import('./instrument-offers.js');
    const own = 'long' in definition ? definition.long : undefined;
    const long = kind === 'instrument' ? '--instrument' : own;
    if (isOfInstrument(long)) {
      const instrument = given('--instrument').at(-1);
      const named = { instrument, dump: given('--what').at(-1), file: line.operands[0] };
      return matching(await instrumentOffers(long, named), value);
    }
    const { valuesOf } = await import('./values.js');
    return matching(await valuesOf(definition, value), value);
  };

  if (option !== undefined && canBeValue(typed, option)) {
    return values(option, typed === '=' ? '' : typed);
  }
  if (takesOptions && typed.startsWith('-')) {
    const { found, value } = readOption(typed, options);
    if (found === undefined || value === undefined) {
      return matching(options.map(offerOption(typed)), typed);
    }
    const offers = await values(found, value);
    if (!Array.isArray(offers)) return offers;
    return offers.map(({ word, what }) => ({ word: `${found.long}=${word}`, what }));
  }
  if (takesCommand) return matching(offerCommands(command), typed);
  if (argument !== undefined) return values(argument, typed);
  return takesOptions && typed === '' ? options.map(offerOption(typed)) : [];
}

function offerCommands(above: CommandUnknownOpts): Offer[] {
  return commandsOf(above).map((each) => ({ word: each.name(), what: each.description() }));
}

/** The long name, unless the short one has been typed. */
function offerOption(typed: string): (option: Option) => Offer {
  return (option) => ({
    word: option.short === typed ? typed : (option.long ?? option.flags),
    what: describeOption(option),
  });
}

/** What begins with what has been typed, in upper or lower case; else the only one that has it in it. */
function matching(offers: Offers, typed: string): Offers {
  if (!Array.isArray(offers)) return offers;
  const start = typed.toLowerCase();
  const found = offers.filter(({ word }) => word.toLowerCase().startsWith(start));
  const parts = offers.filter(({ word }) => word.toLowerCase().includes(start));
  return found.length === 0 && parts.length === 1 ? parts : found;
}

/** A word without the quote that it begins with, or the backslashes in it; those of Windows' paths stay. */
function unquote(word: string): string {
  return word.replace(/^(["'])(.*?)\1?$/s, '$2').replace(/\\(\W)/g, '$1');
}
