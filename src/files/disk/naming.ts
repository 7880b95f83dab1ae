/** How a whole file gets its name: in one step, and never in the place of a file that nobody said to replace. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FilePiece } from '../../midi/bytes/file-bytes.js';
import {
  type Destination,
  inspectDestination,
  isStillReplaceable,
  numberedPath,
  temporaryName,
} from './destination.js';
import type { Disk, DiskFile } from './disk.js';
import { isTaken } from './io-errors.js';
import { nodeDisk } from './node-disk.js';

/** How many names beside the one that was asked for are tried. */
const MOST_NUMBERED = 1000;

/**
 * Gives a file the name of its destination: in the place of the file that was to be replaced, but
 * of no other that has come there since.
 *
 * @param from - in the same folder
 * @param isOurs - whether the file that has that name now is the caller's own
 * @throws EEXIST if another file has that name; what the disk throws
 */
export function moveInto(disk: Disk, from: string, destination: Destination, isOurs = false): void {
  giveName(disk, from, destination, isOurs);
  disk.syncFolder(dirname(destination.path));
}

/** The same; the name is safe when its folder is synced. */
function giveName(disk: Disk, from: string, destination: Destination, isOurs = false): void {
  if (isOurs || isStillReplaceable(destination)) disk.rename(from, destination.path);
  else disk.renameUnlessTaken(from, destination.path);
}

/**
 * Gives a file the first of NAME-2, NAME-3 … that is free.
 *
 * @param path - NAME, in the folder of the file
 * @returns its name now; the one that it had, if none can be had
 */
export function moveBeside(disk: Disk, from: string, path: string): string {
  for (let number = 2; number <= MOST_NUMBERED; number++) {
    const numbered = numberedPath(path, number);
    try {
      disk.renameUnlessTaken(from, numbered);
      disk.syncFolder(dirname(path));
      return numbered;
    } catch (error) {
      if (!isTaken(error)) return from;
    }
  }
  return from;
}

/** Writes a file that is in memory, as `writePieces` does, and is done when it returns. */
export function writeWhole(disk: Disk, destination: Destination, bytes: Uint8Array): void {
  for (const { file } of writing(disk, destination, [{ position: 0, bytes }])) file?.syncNow();
  if (destination.kind === 'file') disk.syncFolder(dirname(destination.path));
}

/** The same, on the real disk. @throws what `inspectDestination` throws, too */
export function saveFile(path: string, bytes: Uint8Array, overwrite: boolean): void {
  writeWhole(nodeDisk, inspectDestination(path, overwrite), bytes);
}

/**
 * Writes a file piece by piece: nobody ever sees a part of it under its name.
 *
 * @param pieces - in the order in which they are written, before this returns; what is not a regular file takes them
 *   one after the other, whatever their positions
 * @returns how many bytes it has, when it is on the disk under its name; the name is safe when its folder is synced
 * @throws EEXIST if another file has come to be at the destination since it was inspected; what the
 *   disk and `pieces` throw; nothing is left then
 */
export async function writePieces(
  disk: Disk,
  destination: Destination,
  pieces: Iterable<FilePiece>,
): Promise<number> {
  let byteLength = 0;
  for (const { file, length } of writing(disk, destination, pieces)) {
    byteLength = length;
    await file?.sync();
  }
  return byteLength;
}

/** Yields once, when all is written and has to be synced before it gets its name. */
function* writing(
  disk: Disk,
  destination: Destination,
  pieces: Iterable<FilePiece>,
): Generator<{ length: number; file?: DiskFile }> {
  const { kind, path, mode } = destination;
  let length = 0;
  if (kind === 'special') {
    // Redirected standard output may have something in it.
    const fd = openSync(path, 'a');
    try {
      for (const { bytes } of pieces) {
        writeFileSync(fd, bytes);
        length += bytes.length;
      }
    } finally {
      closeSync(fd);
    }
    yield { length };
    return;
  }
  const temporary = temporaryName(path);
  const file = disk.create(temporary, new Uint8Array(0), mode);
  let isPlaced = false;
  try {
    try {
      for (const { position, bytes } of pieces) {
        file.writeNow(position, bytes);
        length = Math.max(length, position + bytes.length);
      }
      yield { length, file };
    } finally {
      file.close();
    }
    giveName(disk, temporary, destination);
    isPlaced = true;
  } finally {
    if (!isPlaced) disk.remove(temporary);
  }
}
