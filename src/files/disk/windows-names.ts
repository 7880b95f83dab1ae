/** Names that Node.js can give a file on Windows, but that no other program there can open: which they are, and what would do. */
import { unwritable } from './io-errors.js';

/** Devices of DOS, whatever extension follows (Microsoft, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9¹²³])(?= *(\.|$))/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what names must not have
const FORBIDDEN = /[<>:"|?*\u0000-\u001f]/gu;
const END = /[. ]+$/;

/** One name, of a file or a folder, that every program on Windows can open; the same if it is one already. */
export function fitForWindows(name: string): string {
  if (name === '.' || name === '..') return name;
  return name.replace(FORBIDDEN, '-').replace(END, '').replace(DEVICE, '$1_') || '_';
}

/**
 * On Windows, refuses a path with names in it that other programs could not open. Paths that begin
 * with \\?\ or \\.\ are taken as they are.
 *
 * @throws MidirecError OUTPUT_UNWRITABLE, whose hint is a name that would do
 */
export function requireOpenable(path: string, platform = process.platform): void {
  if (platform !== 'win32' || /^[\\/]{2}[?.][\\/]/.test(path)) return;
  const drive = /^[a-z]:/i.exec(path)?.[0] ?? '';
  const name = path
    .slice(drive.length)
    .split(/[\\/]/)
    .find((part) => part !== '' && fitForWindows(part) !== part);
  if (name === undefined) return;
  throw unwritable(path, whyNot(name), { hint: `'${fitForWindows(name)}' would do` });
}

function whyNot(name: string): string {
  const [character] = name.match(FORBIDDEN) ?? [];
  if (character === ':') return `on Windows, what follows ':' would be a hidden part of the file`;
  if (character !== undefined) return `on Windows no name can have ${JSON.stringify(character)}`;
  if (DEVICE.test(name)) return `on Windows '${name}' is a device`;
  return `on Windows no name can end with a dot or a blank`;
}
