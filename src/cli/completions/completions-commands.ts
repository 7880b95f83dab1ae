/** What can be typed where: the commands with all options that they take, as the shells' scripts need it. */
import { type CommandEntry, flatten, type OptionEntry } from '../manual/manual-tree.js';

/** Every command, the program first; the program's options are added to each command's own. */
export function listCommands(tree: CommandEntry): CommandEntry[] {
  return flatten(tree).map((command) => ({
    ...command,
    options: [
      ...command.options,
      ...tree.options.filter(({ long }) => !command.options.some((own) => own.long === long)),
    ],
  }));
}

/** An option as it can be typed: `-o` and `--output`. */
export function flagsOf({ short, long }: OptionEntry): string[] {
  return short === undefined || short === long ? [long] : [short, long];
}

/** The last word of a command's path: `completions` of `generate completions`. */
export function lastWord({ path }: CommandEntry): string {
  return path.split(' ').at(-1)!;
}

/** Options of the program that decide which devices there are: a script hands them on to `midirec list`. */
export function deviceOptions(tree: CommandEntry): string[] {
  return tree.options
    .filter(({ value, long }) => value !== undefined && long !== '--color')
    .map(({ long }) => long);
}

/** For shells whose single quotes end at the next one, whatever stands before it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
