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
  /** Columns for the whole: as wide as the rows need them that fit, for `lines` of the others. Default: no limit. */
  room?: number;
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
  readonly #room: number;
  readonly #widthOf: WidthOf;

  /** Columns as wide as `rows` need them; other rows may have wider cells, and more of them. */
  static async measure(rows: readonly Row[], layout: Layout = {}): Promise<Columns> {
    const isPlain = rows.every((row) => row.every((cell) => PLAIN.test(textOf(cell))));
    const widthOf = isPlain ? lengthOf : (await import('string-width')).default;
    const all = new Columns(rows, layout, widthOf);
    const { room = Number.POSITIVE_INFINITY } = layout;
    if (all.width <= room) return all;
    const narrowFirst = rows
      .map((row) => ({ row, own: new Columns([row], layout, widthOf).width }))
      .sort((one, other) => one.own - other.own)
      .map(({ row }) => row);
    // With each row the columns are as wide as before, or wider.
    let [fitting, tooMany] = [0, rows.length];
    while (tooMany - fitting > 1) {
      const middle = (fitting + tooMany) >> 1;
      const some = new Columns(narrowFirst.slice(0, middle), layout, widthOf);
      if (some.width <= room) fitting = middle;
      else tooMany = middle;
    }
    return new Columns(narrowFirst.slice(0, fitting), layout, widthOf);
  }

  private constructor(rows: readonly Row[], layout: Layout, widthOf: WidthOf) {
    const { columns = [], gap = 2, room = Number.POSITIVE_INFINITY } = layout;
    this.#room = room;
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
    return this.#layOut(row, Number.POSITIVE_INFINITY);
  }

  /** As `line`; but a cell that does not fit into the room goes on on the next line, further in. None is cut or broken. */
  lines(row: Row): string[] {
    return this.#layOut(row, this.#room).split('\n');
  }

  #layOut(row: Row, room: number): string {
    let laid = '';
    /** Of the last line, without the spaces that come next. */
    let width = 0;
    let spaces = 0;
    row.forEach((cell, at) => {
      const text = this.#cut(at, textOf(cell));
      const own = this.#widthOf(text);
      const column = laid.includes('\n') ? 0 : (this.#widths[at] ?? 0);
      if (column === 0 && text === '') return;
      const padding = Math.max(0, column - own);
      if (text === '') {
        spaces += this.#gap + padding;
        return;
      }
      const isRight = this.#columns[at]?.right === true;
      const before = ' '.repeat(spaces + (isRight ? padding : 0));
      const wider = width + before.length + own;
      const isNext = width > 0 && wider > room;
      width = isNext ? FOLDED.length + own : wider;
      laid += isNext ? `\n${FOLDED}` : before;
      laid += typeof cell === 'string' ? text : cell.paint(text);
      spaces = this.#gap + (isRight ? 0 : padding);
    });
    return laid;
  }

  #cut(at: number, text: string): string {
    return cut(text, this.#columns[at]?.most ?? Number.POSITIVE_INFINITY, this.#widthOf);
  }
}

export async function layOut(rows: readonly Row[], layout: Layout = {}): Promise<string[]> {
  const columns = await Columns.measure(rows, layout);
  return rows.map((row) => columns.line(row));
}

/** Columns as far as rows fit into `room`; other rows go on on lines of their own, further in. */
export async function layOutOrFold(
  rows: readonly Row[],
  room: number,
  layout: Layout = {},
): Promise<string[]> {
  const columns = await Columns.measure(rows, { ...layout, room });
  return rows.flatMap((row) => columns.lines(row));
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
