/** Whether the terminal is ours to read and to set: a process in the background that does it is stopped. */
import { readFileSync } from 'node:fs';

/** Undefined where that cannot be told. */
export function isInForeground(): boolean | undefined {
  if (process.platform === 'win32') return true;
  try {
    // proc(5): the name is in brackets; behind it state, parent, group, session, terminal, its group in the foreground.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ');
    return fields[5] === '-1' ? undefined : fields[2] === fields[5];
  } catch {
    return undefined;
  }
}
