/** Where a file is to go: what stands at the path that was given, and whether a file may be put there. */
import { accessSync, constants, mkdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { alreadyExists, describeIoError, isTaken, unwritable } from './io-errors.js';
import { requireOpenable } from './windows-names.js';

/** What stands at a path that somebody gave for a file. */
export interface Destination {
  /**
   * `file`: a regular file, or a free name. `special`: a FIFO, a terminal, /dev/null: something
   * that takes a finished file byte by byte, but cannot hold a growing one.
   */
  readonly kind: 'file' | 'special';
  /** Absolute; symbolic links are resolved, so that they stay what they are. */
  readonly path: string;
  /** Permission bits of the file that is replaced; undefined if there is none. */
  readonly mode: number | undefined;
  /** Which file that is. */
  readonly replaced?: FileIdentity;
}

/** What tells a file from another that has its name later: numbers of files that are gone are used again. */
type FileIdentity = Pick<Stats, 'dev' | 'ino' | 'birthtimeMs'>;

/**
 * Looks at the path of an output.
 *
 * @throws MidirecError OUTPUT_EXISTS if there is a file and `overwrite` is false;
 *   OUTPUT_UNWRITABLE if there can be none. Nothing on the disk is changed.
 */
export function inspectDestination(path: string, overwrite: boolean): Destination {
  if (path === '' || /[/\\]$/.test(path)) throw unwritable(path, 'it names no file');
  requireOpenable(path);
  const target = followLinks(path);
  let stats: Stats | undefined;
  try {
    stats = statSync(target.path, { throwIfNoEntry: false });
  } catch (error) {
    throw unwritable(path, describeIoError(error), { cause: error });
  }
  if (stats === undefined) return { kind: 'file', path: target.path, mode: undefined };
  if (stats.isDirectory()) throw unwritable(path, 'it is a folder');
  if (!stats.isFile() || target.isDescriptor) {
    assertWritable(path);
    return { kind: 'special', path, mode: undefined };
  }
  if (!overwrite) throw alreadyExists(path);
  assertWritable(path);
  return { kind: 'file', path: target.path, mode: stats.mode & 0o777, replaced: stats };
}

/**
 * Makes a folder that is not there yet, with those that it is in.
 *
 * @param name - what is to be written there, for the error
 * @throws MidirecError OUTPUT_UNWRITABLE
 */
export function makeFolder(folder: string, name = folder): void {
  requireOpenable(name);
  try {
    makeLevels(folder);
  } catch (error) {
    const why = isTaken(error)
      ? 'a file is where a folder would have to be'
      : describeIoError(error);
    throw unwritable(name, why, { cause: error });
  }
}

/** One by one: Node.js' own `recursive` tries for ever where a folder says that it is not there, as those of /proc do. */
function makeLevels(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) makeLevels(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else has made it meanwhile.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Whether the file that is to be replaced still stands at its path: what has come there since may not be. */
export function isStillReplaceable({ path, replaced }: Destination): boolean {
  if (replaced === undefined) return false;
  try {
    const { dev, ino, birthtimeMs } = statSync(path);
    return dev === replaced.dev && ino === replaced.ino && birthtimeMs === replaced.birthtimeMs;
  } catch {
    return false;
  }
}

/** `take.mid` and 2 make `take-2.mid`. */
export function numberedPath(path: string, number: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${number}${extension}`;
}

/** A name beside `path` that nothing else has, for a file that will be renamed or removed. */
export function temporaryName(path: string): string {
  // The longest name on most file systems is 255 bytes; 50 characters are at most 200.
  const name = [...basename(path)].slice(0, 50).join('');
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(6)));
  return join(dirname(path), `${name}.midirec-tmp-${random.toString('hex')}`);
}

/**
 * Follows symbolic links to the name at their end, whether or not there is a file.
 * `isDescriptor` tells that the way went through an open descriptor of the process (/dev/stdout,
 * redirected): that file must be written to as it is, not replaced.
 */
function followLinks(path: string): { path: string; isDescriptor: boolean } {
  let at = resolve(path);
  let isDescriptor = false;
  for (let links = 0; links < 40; links++) {
    isDescriptor ||= /^\/(dev|proc\/[^/]+)\/fd\//.test(at);
    let link: string;
    try {
      link = readlinkSync(at);
    } catch {
      return { path: at, isDescriptor };
    }
    // Pipes and sockets show as links to names that are none, such as pipe:[1234].
    if (isDescriptor && !link.startsWith('/')) return { path: at, isDescriptor };
    at = resolve(dirname(at), link);
  }
  throw unwritable(path, 'its symbolic links go in circles');
}

function assertWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw unwritable(path, describeIoError(error), { cause: error });
  }
}
