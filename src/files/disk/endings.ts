/** What names of files tell: which are folders, and endings of outputs: added where there is none, and whether programs know the one that is there. */
import { type Stats, statSync } from 'node:fs';
import { extname } from 'node:path';

export interface EndedName {
  path: string;
  /** Whether the name ends with something that other programs do not take for such a file. */
  isForeign: boolean;
}

/**
 * `take` becomes `take.mid`; a FIFO, a terminal or a folder stays what it is.
 *
 * @param endings - with their dots, in lower case: the first is added, all are known
 */
export function withEnding(path: string, endings: readonly string[]): EndedName {
  const ending = extname(path).toLowerCase();
  if (path === '' || isSpecial(path)) return { path, isForeign: false };
  // Windows has no name that ends with a dot.
  if (ending === '.') return withEnding(path.slice(0, -1), endings);
  if (ending === '' || ending.startsWith('. '))
    return { path: `${path}${endings[0]}`, isForeign: false };
  return { path, isForeign: !endings.includes(ending) };
}

/** What is at a path; undefined if nothing is, or it cannot be looked at: using it will tell why. */
export function statsAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export function isFolder(path: string): boolean {
  return path !== '-' && statsAt(path)?.isDirectory() === true;
}

function isSpecial(path: string): boolean {
  // /dev/stdout that is redirected is a regular file.
  return /^\/(dev|proc)\//.test(path) || statsAt(path)?.isFile() === false;
}
