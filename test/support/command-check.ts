/** Looks at a command line of midirec without running it. */
import { buildProgram } from '../../src/cli/program.js';

/** The words of a simple command as a shell would make them: quotes are honoured, nothing else is. */
export function splitWords(line: string): string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

/**
 * Lets commander parse arguments of midirec, and runs nothing.
 *
 * @returns the path of the command, for instance `record` or `generate completions`
 * @throws CommanderError for an option, a command or a number of arguments that there is not
 */
export async function parseCommandLine(args: readonly string[]): Promise<string> {
  const { program } = await buildProgram();
  program.configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} });
  let path = '';
  const disarm = (command: typeof program, prefix: string): void => {
    for (const sub of command.commands) {
      const name = `${prefix}${sub.name()}`;
      sub.copyInheritedSettings(program);
      sub.exitOverride();
      if (sub.commands.length > 0) disarm(sub, `${name} `);
      else {
        sub.action(() => {
          path = name;
        });
      }
    }
  };
  disarm(program, '');
  await program.parseAsync([...args], { from: 'user' });
  return path;
}
