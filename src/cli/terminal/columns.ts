/** Text in columns: cells below each other, as wide as a terminal shows them. */

import { printable } from '../../midi/printable.js';

/** Text as it is, or in colour. */
export type Cell = string | { text: string; paint: (text: string) => string };

export interface Column {
  /** Its cells end at the same place, as figures do; otherwise they begin there. */
  right?: boolean;
  /** Its width where the cells to come are not known yet. */
  least?: number;
  /** Wider cells are cut. */
  most?: number;
}

export interface Layout {
  /** From the left; further ones are as wide as their cells, which begin at the same place. */
  columns?: readonly Column[];
  /** Spaces between two columns. Default 2. */
  gap?: number;
}

/** Before what goes on on the next line. */
const FOLDED = '    ';

type Row = readonly Cell[];
type WidthOf = (text: string) => number;

/** Characters that take one column each: string-width takes longer to load than `midirec list` to run. */
const PLAIN = /^[\x20-\x7e\u00c0-\u024f…]*$/;

/** The columns of a table whose rows are made one by one. */
export class Columns {
  /** Of the whole. */
  readonly width: number;
  readonly #columns: readonly Column[];
  readonly #widths: readonly number[];
  readonly #gap: number;
  readonly #widthOf: WidthOf;

  /** Columns as wide as `rows` need them; other rows may have wider cells, and more of them. */
  static async measure(rows: readonly Row[], layout: Layout = {}): Promise<Columns> {
    const isPlain = rows.every((row) => row.every((cell) => PLAIN.test(textOf(cell))));
    const widthOf = isPlain ? lengthOf : (await import('string-width')).default;
    return new Columns(rows, layout, widthOf);
  }

  private constructor(rows: readonly Row[], layout: Layout, widthOf: WidthOf) {
    const { columns = [], gap = 2 } = layout;
    this.#columns = columns;
    this.#gap = gap;
    this.#widthOf = widthOf;
    const widths = columns.map(({ least = 0 }) => least);
    for (const row of rows) {
      row.forEach((cell, at) => {
        widths[at] = Math.max(widths[at] ?? 0, widthOf(this.#cut(at, textOf(cell))));
      });
    }
    const shown = widths.filter((own) => own > 0);
    this.width = shown.reduce((sum, own) => sum + own, gap * Math.max(0, shown.length - 1));
    this.#widths = widths;
  }

  /** One row, without spaces after its last cell. A column in which nothing stands takes no room. */
  line(row: Row): string {
    let line = '';
    let spaces = 0;
    row.forEach((cell, at) => {
      const width = this.#widths[at] ?? 0;
      const text = this.#cut(at, textOf(cell));
      if (width === 0 && text === '') return;
      const padding = Math.max(0, width - this.#widthOf(text));
      const isRight = this.#columns[at]?.right === true;
      if (text !== '') {
        const painted = typeof cell === 'string' ? text : cell.paint(text);
        line += ' '.repeat(spaces + (isRight ? padding : 0)) + painted;
        spaces = 0;
      }
      spaces += this.#gap + (isRight && text !== '' ? 0 : padding);
    });
    return line;
  }

  /** One row where the whole fits into `room`; else the row without columns, in lines that go on further in. */
  lines(row: Row, room: number): string[] {
    return this.width <= room ? [this.line(row)] : this.#folded(row, room);
  }

  /** The row without columns, in lines of at most `room`: what does not fit is on the next line, but no cell is cut or broken. */
  #folded(row: Row, room: number): string[] {
    let text = '';
    let width = 0;
    for (const cell of row) {
      const own = textOf(cell);
      if (own === '') continue;
      const wider = width + (width > 0 ? this.#gap : 0) + this.#widthOf(own);
      const isNext = width > 0 && wider > room;
      if (isNext) text += `\n${FOLDED}`;
      else if (width > 0) text += ' '.repeat(this.#gap);
      width = isNext ? FOLDED.length + this.#widthOf(own) : wider;
      text += typeof cell === 'string' ? cell : cell.paint(own);
    }
    return text.split('\n');
  }

  #cut(at: number, text: string): string {
    return cut(text, this.#columns[at]?.most ?? Number.POSITIVE_INFINITY, this.#widthOf);
  }
}

export async function layOut(rows: readonly Row[], layout: Layout = {}): Promise<string[]> {
  const columns = await Columns.measure(rows, layout);
  return rows.map((row) => columns.line(row));
}

/** Columns where they fit into `room`; otherwise rows that go on on lines of their own, further in. */
export async function layOutOrFold(
  rows: readonly Row[],
  room: number,
  layout: Layout = {},
): Promise<string[]> {
  const columns = await Columns.measure(rows, layout);
  return rows.flatMap((row) => columns.lines(row, room));
}

/** Cuts text whose characters take one column each, as midirec's own words do. */
export function fitColumns(text: string, columns: number): string {
  return cut(text, columns, lengthOf);
}

function cut(text: string, columns: number, widthOf: WidthOf): string {
  if (columns === Number.POSITIVE_INFINITY || widthOf(text) <= columns) return text;
  if (columns < 2) return '';
  let start = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(start + segment) > columns - 1) break;
    start += segment;
  }
  return `${start}…`;
}

/** As it will be printed, for its width. */
function textOf(cell: Cell): string {
  return printable(typeof cell === 'string' ? cell : cell.text);
}

function lengthOf(text: string): number {
  return text.length;
}
