/** Files that an editing command writes: beside the original, which is never written to. */
import { realpathSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { inspectDestination } from '../../files/disk/destination.js';
import { asOutputError } from '../../files/disk/io-errors.js';
import { writeWhole } from '../../files/disk/naming.js';
import { nodeDisk } from '../../files/disk/node-disk.js';
import { writeMidiJson } from '../../files/smf/midi-json.js';
import type { SmfContent } from '../../files/smf/smf-content.js';
import { writeSmf } from '../../files/smf/smf-writer.js';
import { usage } from '../exit-codes.js';
import { displayPath, formatBytes } from '../terminal/figures.js';
import { printRaw, refuseTerminal } from '../terminal/standard-streams.js';

/** Of a label, in a file name. */
const LONGEST_LABEL = 40;

export interface EditedFile {
  path: string;
  /** Or bytes that are text, or those of a .syx. */
  content: SmfContent | Uint8Array;
  /** Whether standard output may be a terminal. */
  isText?: boolean;
}

/**
 * Writes all of them, as JSON where the name ends so, or none if one of the names is taken before. The path - is standard output.
 *
 * @param sources - the originals' paths
 * @returns what was written, each as a line
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, USAGE for an original and for a terminal
 */
export async function writeEdited(
  files: readonly EditedFile[],
  overwrite: boolean,
  sources: readonly string[],
): Promise<string[]> {
  const originals = new Set(
    sources.filter((path) => path !== '-').map((path) => realpathSync(path)),
  );
  const outputs = files.map(({ path, isText }) => {
    if (path === '-') {
      if (!isText) refuseTerminal();
      return undefined;
    }
    const output = inspectDestination(path, overwrite || originals.has(realPathOf(path)));
    if (!originals.has(output.path)) return output;
    throw usage(
      `${displayPath(path)} is the original: it is never written to`,
      'choose another name with -o',
    );
  });
  const lines: string[] = [];
  for (const [index, { path, content }] of files.entries()) {
    const bytes = await bytesOf(content, path);
    const output = outputs[index];
    if (output === undefined) {
      printRaw(bytes);
      lines.push(formatBytes(bytes.length));
      continue;
    }
    try {
      writeWhole(nodeDisk, output, bytes);
    } catch (error) {
      throw asOutputError(error, displayPath(path));
    }
    lines.push(`${displayPath(path)}: ${formatBytes(bytes.length)}`);
  }
  return lines;
}

async function bytesOf(content: EditedFile['content'], path: string): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  return extname(path).toLowerCase() === '.json' ? writeMidiJson(content) : writeSmf(content);
}

/** Beside the original, its name with something added: `song.mid`, `-1` makes `song-1.mid`; so does `song.rmi`. */
export function nameBeside(
  source: string,
  suffix: string,
  folder?: string,
  usual: '.mid' | '.syx' = '.mid',
): string {
  const path = source === '-' ? 'stdin' : source;
  const extension = extname(path);
  const stem = basename(path, extension);
  const isKept =
    extension !== '' && (usual === '.syx' ? /^\.syx$/i : /^(?!\.rmi$)/i).test(extension);
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

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
