/** Draws a piano roll with the characters of a terminal. */
import type { ChalkInstance } from 'chalk';
import { beginsOctave, noteName } from '../../midi/note-names.js';
import type { Bars } from '../../midi/tempo/bars.js';
import type { TerminalLook } from '../terminal/terminal-look.js';
import { KEYS, type PianoRoll } from './piano-roll.js';
import { timeScale } from './time-scale.js';

/** In Unicode, half blocks, two keys a line; else plain ASCII, in which notes are made of the sign of their voice. */
export type RollStyle = Omit<TerminalLook, 'pictures'>;

/** By number of a voice; red is left to what is wrong. */
const COLORS = [
  ...(['cyan', 'magenta', 'yellow', 'green', 'blue', 'white'] as const),
  ...(['cyanBright', 'magentaBright', 'yellowBright', 'greenBright', 'blueBright'] as const),
];
type Color = (typeof COLORS)[number];
/** Of numbers and letters there are 35. */
const SIGNS = 36;

const MOST_LINES = 14;
/** A picture of fewer keys than an octave shows no shape. */
const FEWEST_KEYS = 12;
const FEWEST_COLUMNS = 20;
/** Bars that are closer together are no help. */
const COLUMNS_PER_BAR = 4;
/** Names of keys, and the line between them and the notes. */
const MARGIN = 5;

/** How a voice is coloured everywhere: by its number, which is that of its channel unless another has it. */
export function voiceColor(chalk: ChalkInstance, number: number): ChalkInstance {
  return chalk[colorOf(number)];
}

/** The number of a voice in one character of ASCII: 1 to 9, then A to Z. */
export function voiceSign(number: number): string {
  return number < SIGNS ? number.toString(SIGNS).toUpperCase() : '+';
}

function colorOf(number: number): Color {
  return COLORS[(number - 1) % COLORS.length]!;
}

/**
 * The lines of the picture, none of them wider than `columns`; none at all without a note, or where
 * there is no room.
 *
 * @param numbers - of the voices, see numberVoices
 * @param lengthMs - the picture goes from 0 to here
 * @param bars - shown as lines behind the notes
 */
export function drawPianoRoll(
  roll: PianoRoll,
  numbers: ReadonlyMap<number, number>,
  lengthMs: number,
  style: RollStyle,
  bars?: Bars,
): string[] {
  const columns = style.columns - MARGIN;
  if (roll.isEmpty || columns < FEWEST_COLUMNS || !(lengthMs > 0)) return [];
  const { lowest, keysPerPixel, pixels } = fitKeys(
    roll,
    style.unicode ? 2 * MOST_LINES : MOST_LINES,
  );
  // Rows of pixels from the lowest key up, each pixel the number of the voice that sounds, or 0.
  const picture = Array.from({ length: pixels }, (_, pixel) => {
    const first = lowest + pixel * keysPerPixel;
    const keys = Array.from({ length: keysPerPixel }, (_, key) => first + key);
    return mergeKeys(roll, keys, columns, lengthMs).map((voice) => numbers.get(voice) ?? 0);
  });
  const lineColumns = barColumns(bars, columns, lengthMs);
  const keysPerLine = style.unicode ? 2 * keysPerPixel : keysPerPixel;
  const lines: string[] = [];
  for (let pixel = pixels - 1; pixel >= 0; pixel -= style.unicode ? 2 : 1) {
    const bottom = style.unicode ? pixel - 1 : pixel;
    const label = octaveIn(lowest + bottom * keysPerPixel, keysPerLine).padStart(MARGIN - 1);
    const notes = style.unicode
      ? drawHalfBlocks(picture[pixel]!, picture[bottom]!, lineColumns, style.chalk)
      : drawAscii(picture[pixel]!, lineColumns, style.chalk);
    lines.push(`${style.chalk.dim(label + (style.unicode ? '│' : '|'))}${notes}`.trimEnd());
  }
  return [...lines, ...drawScale(columns, lengthMs, style)];
}

/** How many keys one row of pixels stands for, so that all rows have their place. */
function fitKeys(
  roll: PianoRoll,
  mostPixels: number,
): { lowest: number; keysPerPixel: number; pixels: number } {
  const span = Math.max(FEWEST_KEYS, roll.highestKey - roll.lowestKey + 1);
  const keysPerPixel = Math.ceil(span / mostPixels);
  // An even number: two of them make a line.
  const pixels = 2 * Math.ceil(span / keysPerPixel / 2);
  const spare = pixels * keysPerPixel - (roll.highestKey - roll.lowestKey + 1);
  const lowest = roll.lowestKey - Math.floor(spare / 2);
  return {
    lowest: Math.max(0, Math.min(lowest, KEYS - pixels * keysPerPixel)),
    keysPerPixel,
    pixels,
  };
}

function mergeKeys(roll: PianoRoll, keys: number[], columns: number, lengthMs: number): number[] {
  const merged = new Array<number>(columns).fill(0);
  for (const key of keys) {
    if (key < roll.lowestKey || key > roll.highestKey) continue;
    roll.columnsOf(key, columns, lengthMs).forEach(({ voice, isOnset }, column) => {
      if (voice > 0 && (isOnset || merged[column] === 0)) merged[column] = voice;
    });
  }
  return merged;
}

/** `C4` if that is one of `count` keys from `first` on. */
function octaveIn(first: number, count: number): string {
  for (let key = first; key < first + count && key < KEYS; key++) {
    if (beginsOctave(key)) return noteName(key);
  }
  return '';
}

/** The columns in which bars begin, as far as there is room for them. */
function barColumns(
  bars: Bars | undefined,
  columns: number,
  lengthMs: number,
): ReadonlySet<number> {
  const found = new Set<number>();
  const most = Math.floor(columns / COLUMNS_PER_BAR);
  for (const { timeMs } of bars?.lines(lengthMs, most) ?? []) {
    // The first one is the margin.
    if (timeMs > 0) found.add(Math.floor((timeMs / lengthMs) * columns));
  }
  return found;
}

function drawHalfBlocks(
  upper: number[],
  lower: number[],
  lineColumns: ReadonlySet<number>,
  chalk: ChalkInstance,
): string {
  return paint(
    upper.map((top, column) => {
      const bottom = lower[column]!;
      if (top === 0 && bottom === 0) return ground(lineColumns.has(column), '┊');
      if (bottom === 0) return { text: '▀', style: colorOf(top) };
      if (top === 0) return { text: '▄', style: colorOf(bottom) };
      if (colorOf(top) === colorOf(bottom)) return { text: '█', style: colorOf(top) };
      return { text: chalk.level === 0 ? '█' : '▀', style: colorOf(top), ground: colorOf(bottom) };
    }),
    chalk,
  );
}

function drawAscii(row: number[], lineColumns: ReadonlySet<number>, chalk: ChalkInstance): string {
  return paint(
    row.map((number, column) =>
      number === 0
        ? ground(lineColumns.has(column), ':')
        : { text: voiceSign(number), style: colorOf(number) },
    ),
    chalk,
  );
}

/** A cell without a note. */
function ground(isLine: boolean, line: string): Cell {
  return isLine ? { text: line, style: 'dim' } : { text: ' ', style: '' };
}

interface Cell {
  text: string;
  style: Color | 'dim' | '';
  ground?: Color;
}

/** Cells that look alike are coloured together. */
function paint(cells: Cell[], chalk: ChalkInstance): string {
  let painted = '';
  let at = 0;
  while (at < cells.length) {
    const { style, ground } = cells[at]!;
    let text = '';
    while (at < cells.length && cells[at]!.style === style && cells[at]!.ground === ground) {
      text += cells[at++]!.text;
    }
    if (style === '') painted += text;
    else if (ground === undefined) painted += chalk[style](text);
    else
      painted += chalk[style][`bg${ground[0]!.toUpperCase()}${ground.slice(1)}` as 'bgCyan'](text);
  }
  return painted;
}

function drawScale(columns: number, lengthMs: number, { unicode, chalk }: RollStyle): string[] {
  const [corner, line, mark] = unicode ? ['└', '─', '┬'] : ['+', '-', '+'];
  const rule = new Array<string>(columns).fill(line!);
  const labels = new Array<string>(columns).fill(' ');
  for (const { timeMs, label } of timeScale(lengthMs, columns)) {
    const column = Math.min(columns - 1, Math.round((timeMs / lengthMs) * columns));
    if (column + label.length > columns) continue;
    rule[column] = mark!;
    labels.splice(column, label.length, ...label);
  }
  const indent = ' '.repeat(MARGIN - 1);
  return [
    chalk.dim(`${indent}${corner}${rule.join('')}`),
    chalk.dim(`${indent} ${labels.join('')}`.trimEnd()),
  ];
}
