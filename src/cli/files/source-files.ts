/** Files that a command was given. */

import { collectInput, openInputFile, wholeInput } from '../../files/disk/input-file.js';
import { isMidiJson, readMidiJson } from '../../files/smf/midi-json.js';
import type { SmfContent } from '../../files/smf/smf-content.js';
import { isSmf, openSmf, type SmfFile } from '../../files/smf/smf-reader.js';
import { withWrapperTexts } from '../../files/smf/smf-texts.js';
import { damageText } from '../../files/smf/tracks/smf-findings.js';
import { isTypedHex } from '../../files/syx/sysex-request.js';
import { type ByteSource, memorySource } from '../../midi/bytes/file-bytes.js';
import { badFile, MidirecError } from '../../midi/errors.js';
import { offsetText, parseSysexRequest } from '../../midi/hex.js';
import { ExitCode } from '../exit-codes.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath, formatCounted } from '../terminal/figures.js';

/** JSON is known by its beginning. */
const HEAD_BYTES = 128;

export interface SourceFile {
  /** As a person knows it. */
  name: string;
  /** It is closed with the process. */
  source: ByteSource;
}

/**
 * Opens a file, whatever is in it.
 *
 * @param file - a path, - for standard input, or sysex in hex itself, `F0 7E 7F 06 01 F7`
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE for an empty one, and for standard input of more than 256 MiB;
 *   USAGE for sysex that is not whole
 */
export async function readSource(file: string): Promise<SourceFile> {
  if (isTypedHex(file)) {
    const name = 'the message';
    return { name, source: memorySource(Buffer.concat(parseSysexRequest(file, name))) };
  }
  const name = file === '-' ? 'standard input' : displayPath(file);
  const source =
    file === '-'
      ? memorySource(await collectInput(process.stdin, name))
      : await openInputFile(file);
  if (source.length === 0) throw badFile(`${name} is empty`, 'was it saved or copied whole?');
  const text = textMadeOf(source.read(0, 16));
  if (text !== undefined) {
    throw badFile(
      `${name}: the > of Windows PowerShell has made ${text} of it`,
      'make the file again, with -o instead of >',
    );
  }
  return { name, source };
}

/** Which text a binary file has become, if it has: bytes above 7F are other characters then. */
function textMadeOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes);
  const isUtf16 = head[0] === 0xff && head[1] === 0xfe && head[5] === 0;
  const text = head.toString('utf16le', 2);
  if (isUtf16 && /^(MThd|RIFF|[^\t\r\n -~][\0-\x7f])/.test(text)) return 'UTF-16 text';
  return head.toString('hex').startsWith('efbfbd') ? 'UTF-8 text' : undefined;
}

/** Whether it is a Standard MIDI File, or one as JSON, or claims so by its name and is nothing else. */
export function isSmfSource({ source, name }: SourceFile): boolean {
  return isSmf(source) || isJson(source, name) || (/\.midi?$/i.test(name) && !isSysex(source));
}

function isJson(source: ByteSource, name: string): boolean {
  return isMidiJson(source.read(0, HEAD_BYTES)) || (/\.json$/i.test(name) && !isSmf(source));
}

/** Whether it begins as a sysex does, as bytes or in hex: behind realtime bytes or a byte order mark too, also in UTF-16. */
function isSysex(source: ByteSource): boolean {
  const head = Buffer.from(source.read(0, HEAD_BYTES)).toString('latin1').replaceAll('\0', '');
  return /^[\xf8-\xff]*(\xf0|(\xef\xbb\xbf)?\s*(0[xX]|\$)?[fF]0)/.test(head);
}

/** @throws MidirecError BAD_FILE if it is larger than 256 MiB */
export function bytesOf({ source, name }: SourceFile): Uint8Array {
  return wholeInput(source, name);
}

/**
 * Reads a whole Standard MIDI File, or one as JSON. What is damaged is warned of; what can be read is taken.
 *
 * @param file - a path, or - for standard input
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE
 */
export async function readSmfSource(
  file: string,
  console: ConsoleOutput,
): Promise<{ name: string; smf: Awaited<ReturnType<typeof readMusic>> }> {
  const source = await readSource(file);
  return { name: source.name, smf: await readMusic(source, console) };
}

/** The same of a file that is open. */
export async function readMusic(
  source: SourceFile,
  console: ConsoleOutput,
): Promise<Omit<SmfFile, 'tracks'> & SmfContent> {
  const smf = await readNamedSmf(source);
  warnOfDamages(smf, source.name, console);
  return withWrapperTexts(smf);
}

/** The error of a file that cannot be read, where an option names it: the command line is wrong. */
export function ofOption(option: string, error: unknown): unknown {
  if (!(error instanceof MidirecError) || error.code !== 'INPUT_UNREADABLE') return error;
  const { code, message, hint } = error;
  const exitCode = ExitCode.USAGE;
  return new MidirecError(code, `${option}: ${message}`, { hint, exitCode, cause: error });
}

/** @throws MidirecError BAD_FILE, which names the file */
export async function readNamedSmf({ name, source }: SourceFile): Promise<SmfFile> {
  try {
    return isJson(source, name) ? await readMidiJson(wholeInput(source, name)) : openSmf(source);
  } catch (error) {
    if (!(error instanceof MidirecError) || error.code !== 'BAD_FILE') throw error;
    const { code, message } = error;
    const hint = isSysex(source) ? 'it is sysex: midirec show tells what is in it' : error.hint;
    throw new MidirecError(code, `${name}: ${message}`, { hint, cause: error });
  }
}

/** Says what is damaged, and where, and what else is to be said of a file. */
export function warnOfDamages(
  smf: Pick<SmfFile, 'damages' | 'damageCount' | 'remarks'>,
  name: string,
  console: ConsoleOutput,
): void {
  const { damages, damageCount, remarks } = smf;
  for (const damage of damages) console.warn(damageText(name, damage));
  const more = damageCount - damages.length;
  if (more > 0) console.warn(`${name} is damaged at ${formatCounted(more, 'more place')}`);
  for (const { offset, message } of remarks) {
    console.say(`${name}: ${message}, at ${offsetText(offset)}`);
  }
}
