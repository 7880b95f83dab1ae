/** Lines that are too long for a terminal, broken between words; a terminal would break them anywhere. */
import { stripVTControlCharacters } from 'node:util';

/** Before what goes on on the next line, further in than the line itself. */
const INDENT = 2;
/** Spaces, and a number or time of a table: they end below each other, and what goes on begins behind them. */
const MARGIN = /^ *(?:(?:[\d.,:]+(?: s)?|#)(?= {2}))?/;
const PLAIN = /^[\x20-\x7e]*$/;
/** Characters of two columns, near enough: what is wrong here only makes a line longer or shorter than it could be. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/gu;

/**
 * A line as lines of at most `columns`, but for words that are longer by themselves, such as paths.
 *
 * @param line - as it will be printed, colours included
 */
export function wrapWords(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const [margin] = MARGIN.exec(stripVTControlCharacters(line))!;
  const indent = ' '.repeat(Math.min(margin.length + INDENT, columns >> 1));
  const lines: string[] = [];
  let open = '';
  let width = 0;
  for (const [, spaces = '', word = ''] of line.matchAll(/( *)([^ ]*)/g)) {
    if (word === '') continue;
    const wider = width + spaces.length + widthOf(word);
    if (wider > columns && open.trim() !== '') {
      lines.push(open);
      open = indent + word;
      width = widthOf(open);
    } else {
      open += spaces + word;
      width = wider;
    }
  }
  return [...lines, open];
}

function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  const shown = stripVTControlCharacters(text);
  const count = (pattern: RegExp) => shown.match(pattern)?.length ?? 0;
  return [...shown].length + count(WIDE) - count(WITHOUT_WIDTH);
}
