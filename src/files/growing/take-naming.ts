/** How a finished take gets its name: in the place of its own file, and of no other that has come there. */

import { type Destination, isStillReplaceable, numberedPath } from '../disk/destination.js';
import type { Disk } from '../disk/disk.js';
import type { TakePart } from './take-places.js';

/** How many names beside the take's own are tried. */
const MOST_NUMBERED = 1000;

/**
 * How a file gets the take's name: in the place of the file that grew, or of the one that is to be
 * replaced, but of no other that has come there since.
 *
 * @param grown - the file that grew, still open
 * @param target - the take's name
 * @returns renames a file; fails with EEXIST if there is another at `target`
 */
export function placingAt(
  disk: Disk,
  output: Destination | undefined,
  { journal, path }: TakePart,
  target: string,
): (from: string) => void {
  const mayReplace =
    path === target
      ? journal.file.isAt(target)
      : output !== undefined && isStillReplaceable(output);
  return (from) => {
    if (mayReplace) disk.rename(from, target);
    else disk.renameUnlessTaken(from, target);
  };
}

/**
 * Gives a file the first of take-2.mid, take-3.mid … that is free.
 *
 * @returns its name; the one that it had, if none can be had
 */
export function placeBeside(disk: Disk, from: string, target: string): string {
  for (let number = 2; number <= MOST_NUMBERED; number++) {
    const path = numberedPath(target, number);
    try {
      disk.renameUnlessTaken(from, path);
      return path;
    } catch (error) {
      if (!isTaken(error)) return from;
    }
  }
  return from;
}

/** Whether a renaming failed because there is another file of that name. */
export function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}
