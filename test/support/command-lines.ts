/** Command lines as a shell would cut them, for examples that are to be tried. */

/** The commands of midirec in a shell line, each as its words after `midirec`: pipes, substitutions and quotes are understood. */
export function midirecCalls(line: string): string[][] {
  return line
    .split(/\||;|&&|<\(|\$\(|\)/)
    .map((command) => splitWords(command.trim()))
    .filter(([program]) => program === 'midirec')
    .map(([, ...words]) => words.filter((word, at) => !isRedirection(words, at) && word !== ''));
}

function isRedirection(words: readonly string[], at: number): boolean {
  return words[at] === '>' || words[at - 1] === '>';
}

function splitWords(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}
