/** The commands of README.md: what stands in its code blocks, and the calls of midirec in a command line. */

export interface ReadmeBlock {
  /** The heading above it; empty before the first. */
  section: string;
  /** Command lines. */
  commands: string[];
  /** What a session (`$ command`) prints after its only command; undefined for a list of commands. */
  output: string[] | undefined;
}

export function readBlocks(markdown: string): ReadmeBlock[] {
  const blocks: ReadmeBlock[] = [];
  let section = '';
  let open: string[] | undefined;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) {
      if (open !== undefined) blocks.push(asBlock(section, open));
      open = open === undefined ? [] : undefined;
    } else if (open !== undefined) open.push(line);
    else if (line.startsWith('## ')) section = line.slice(3);
  }
  return blocks;
}

function asBlock(section: string, lines: string[]): ReadmeBlock {
  const [first = '', ...rest] = lines;
  if (first.startsWith('$ ')) return { section, commands: [first.slice(2)], output: rest };
  return { section, commands: lines.filter((line) => line.trim() !== ''), output: undefined };
}

/** A command line without its comment. */
export function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '').trim();
}

const QUOTED = /"[^"]*"|'[^']*'/g;

/**
 * The arguments of every call of midirec in a command line, as text: pipes, lists and redirections
 * end one. Quoted text is left alone.
 */
export function midirecCalls(line: string): string[] {
  const quotes: string[] = [];
  const masked = withoutComment(
    line.replace(QUOTED, (text) => `\uE000${quotes.push(text) - 1}\uE001`),
  );
  return masked
    .split(/\|\|?|&&|;/)
    .map((part) => part.trim().replace(/^npx /, ''))
    .filter((part) => /^midirec(\s|$)/.test(part))
    .map((part) =>
      part
        .slice('midirec'.length)
        .replace(/\s+\d?>.*$/, '')
        .replace(/\uE000(\d+)\uE001/g, (_, index) => quotes[Number(index)]!)
        .trim(),
    );
}
