/** Files that an editing command writes: beside the original, which is never written to. */
import { realpathSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { type Destination, inspectDestination } from '../../files/disk/destination.js';
import { asOutputError } from '../../files/disk/io-errors.js';
import { writePieces } from '../../files/disk/naming.js';
import { nodeDisk } from '../../files/disk/node-disk.js';
import { writeMidiJson } from '../../files/smf/midi-json.js';
import type { SmfContent } from '../../files/smf/smf-content.js';
import { smfPieces } from '../../files/smf/smf-writer.js';
import type { FilePiece } from '../../midi/bytes/file-bytes.js';
import { MidirecError, usage } from '../../midi/errors.js';
import { displayPath, formatBytes } from '../terminal/figures.js';
import { printWhole, refuseTerminal } from '../terminal/standard-streams.js';

/** Of a label, in a file name. */
const LONGEST_LABEL = 40;

/** So many files are synced together: more are no faster, and each is a remainder if midirec is killed meanwhile. */
const MOST_AT_ONCE = 8;

export interface EditedFile {
  path: string;
  kind: FileKind;
}

export type FileKind = 'mid' | 'json' | 'syx' | 'hex';

/** What a name promises by its ending. */
const KINDS: Readonly<Record<string, FileKind>> = {
  '.mid': 'mid',
  '.midi': 'mid',
  '.json': 'json',
  '.syx': 'syx',
  '.hex': 'hex',
};

/** What files with such an ending are; undefined if that says nothing. */
export function kindByName(path: string): FileKind | undefined {
  return KINDS[extname(path).toLowerCase()];
}

/** A file of another kind is bytes already. */
export type EditedContent = SmfContent | Uint8Array;

/**
 * Writes all of them, a .mid as JSON where it is text, or none if one of the names is taken before. The path -
 * is standard output.
 *
 * @param contents - as many; each is asked for when the one before is made
 * @param sources - the originals' paths
 * @returns what was written, each as a line
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, USAGE for an original, for a terminal and for a name
 *   that promises something else
 */
export async function writeEdited(
  files: readonly EditedFile[],
  contents: Iterable<EditedContent>,
  overwrite: boolean,
  sources: readonly string[],
): Promise<string[]> {
  const outputs = files.map(({ path, kind }) => {
    if (path === '-') {
      if (!isText(kind)) refuseTerminal();
      return undefined;
    }
    requireFitting(path, kind);
    refuseOriginals(path, sources);
    return inspectDestination(path, overwrite);
  });
  const lines: Promise<string>[] = [];
  try {
    for (const content of contents) {
      const { path, kind } = files[lines.length]!;
      const output = outputs[lines.length];
      const isJson = kind === 'json' || kindByName(path) === 'json';
      const given =
        isJson && !(content instanceof Uint8Array) ? await writeMidiJson(content) : content;
      if (output === undefined) {
        lines.push(Promise.resolve(lineOf('standard output', await printPieces(given))));
      } else {
        const line = writeToDisk(given, output, path).then((size) =>
          lineOf(displayPath(path), size),
        );
        // What it throws is thrown when all have been waited for.
        line.catch(() => {});
        lines.push(line);
      }
      // Many small files are on the disk much sooner if it is told of several at once.
      if (lines.length % MOST_AT_ONCE === 0) await Promise.all(lines.slice(-MOST_AT_ONCE));
    }
    return await Promise.all(lines);
  } finally {
    await Promise.allSettled(lines);
    const folders = outputs.flatMap((output) =>
      output?.kind === 'file' ? dirname(output.path) : [],
    );
    for (const folder of new Set(folders)) nodeDisk.syncFolder(folder);
  }
}

function lineOf(name: string, byteLength: number): string {
  return `${name}: ${formatBytes(byteLength)}`;
}

/** The same with one file. */
export async function writeOne(
  file: EditedFile,
  content: EditedContent,
  overwrite: boolean,
  sources: readonly string[],
): Promise<string> {
  const [line = ''] = await writeEdited([file], [content], overwrite, sources);
  return line;
}

/**
 * For what is to be written where a file is that it is made of, whatever --force says.
 *
 * @param option - which names `path`
 * @throws MidirecError USAGE
 */
export function refuseOriginals(path: string, sources: readonly string[], option = '-o'): void {
  const real = realPathOf(path);
  if (!sources.some((source) => source !== '-' && realPathOf(source) === real)) return;
  throw usage(
    `${displayPath(path)} is the original: it is never written to`,
    `choose another name with ${option}`,
  );
}

/** A terminal takes it. */
function isText(kind: FileKind): boolean {
  return kind === 'json' || kind === 'hex';
}

/** @throws MidirecError USAGE */
function requireFitting(path: string, kind: FileKind): void {
  const promised = kindByName(path) ?? kind;
  // What a .mid would hold can be had as .json by the name alone.
  if (promised === kind || (promised === 'json' && kind === 'mid')) return;
  throw usage(
    `${displayPath(path)} would not be a .${promised}, but a .${kind}`,
    `let its name end with .${kind}, or see midirec convert`,
  );
}

/** @returns how many bytes */
async function writeToDisk(
  content: EditedContent,
  output: Destination,
  path: string,
): Promise<number> {
  try {
    return await writePieces(nodeDisk, output, piecesOf(content, output.kind === 'file'));
  } catch (error) {
    if (error instanceof MidirecError) throw error;
    throw asOutputError(error, displayPath(path));
  }
}

/** @returns how many bytes */
async function printPieces(content: EditedContent): Promise<number> {
  let length = 0;
  for (const { bytes } of piecesOf(content, false)) {
    length += bytes.length;
    // The bytes of a piece are not good for longer than it.
    await printWhole(bytes.slice());
  }
  return length;
}

function piecesOf(content: EditedContent, isSeekable: boolean): Iterable<FilePiece> {
  if (content instanceof Uint8Array) return [{ position: 0, bytes: content }];
  return smfPieces(content, isSeekable);
}

/**
 * Beside the original, its name with something added: `song.mid`, `-1` makes `song-1.mid`; so do `song.rmi` and
 * `song.MID`, for `*.mid` is to find it.
 */
export function nameBeside(
  source: string,
  suffix: string,
  folder?: string,
  usual: '.mid' | '.syx' = '.mid',
): string {
  const path = source === '-' ? 'stdin' : source;
  const given = extname(path);
  const stem = basename(path, given);
  const extension = given.toLowerCase();
  const isKept =
    extension !== '' && (usual === '.syx' ? extension === '.syx' : extension !== '.rmi');
  return join(folder ?? dirname(path), `${stem}${suffix}${isKept ? extension : usual}`);
}

/** `-07`, `-07-chorus`: numbers are as long as the longest, so that names sort. */
export function numberedSuffix(label: string, index: number, count: number): string {
  const number = String(index + 1).padStart(String(count).length, '0');
  const words = [...label.replace(/[^\p{L}\p{N}]+/gu, '-')]
    .slice(0, LONGEST_LABEL)
    .join('')
    .replace(/^-|-$/g, '');
  return words === '' ? `-${number}` : `-${number}-${words}`;
}

/** @throws MidirecError USAGE for the patterns of format 2, which have no time in common */
export function requireCommonTime(smf: SmfContent, name: string): void {
  if (smf.format !== 2) return;
  throw usage(
    `${name} has format 2: its patterns have no time in common`,
    'midirec split --by track makes a file of each',
  );
}

/** As the system writes it: names that differ in upper and lower case may be those of one file. */
function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
