// What a benchmark prints: Markdown, a section for each row of figures, and the goals at the end.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Who stands beside midirec in the comparison. */
const COMPARED = ['midirec', 'julusian', 'jazz', 'stamp'];

const GOALS = 'Goals';
const GOAL_HEADS = ['what', 'goal', 'measured', ''];

export class Report {
  /** What was printed, by the title of its section. */
  #sections = new Map();
  #goals = [];
  #comparison = [];
  #row = '';
  #origin;

  /** @param origin - the machine and the command, in words: each section tells its own */
  constructor(origin) {
    this.#origin = origin;
  }

  print(text) {
    this.#sections.get(this.#row)?.push(text);
    process.stdout.write(`${text}\n`);
  }

  /** Begins a section; goals that follow belong to it. */
  section(title, method) {
    this.#row = title;
    this.#sections.set(title, []);
    this.print(`\n### ${title}\n\n${method}\n\n${this.#origin}\n`);
  }

  /** A table; numbers stand right. */
  table(heads, rows) {
    this.print(renderTable(heads, rows));
  }

  note(text) {
    this.print(`\n${text}`);
  }

  /**
   * @param goal - in words
   * @param figure - what was measured, in words
   */
  goal(goal, figure, isMet) {
    this.#goals.push([this.#row, goal, figure, isMet ? 'met' : '**missed**']);
    this.print(`\nGoal: ${goal}. Measured: ${figure}: ${isMet ? 'met' : '**missed**'}.`);
  }

  /**
   * A line of the comparison.
   *
   * @param what - in words
   * @param figures - by subject, in words; what a subject cannot do is left out
   */
  compare(what, figures) {
    this.#comparison.push([what, ...COMPARED.map((subject) => figures[subject] ?? '-')]);
  }

  summarize() {
    if (this.#goals.length === 0) return;
    // Of no section.
    this.#row = '';
    this.print(`\n### ${GOALS}\n`);
    this.table(GOAL_HEADS, this.#goals);
  }

  /** Puts the sections between the marks of a Markdown file, in the places of those of before. Others stay. */
  writeInto(path) {
    rewriteBetweenMarks(path, 'figures', (before) => {
      const sections = new Map(before.split(/^### /m).slice(1).map(readSection));
      const goals = rowsOf(sections.get(GOALS) ?? '').filter(([row]) => !this.#sections.has(row));
      for (const [title, texts] of this.#sections) sections.set(title, texts.join('\n').trim());
      sections.delete(GOALS);
      const titles = [...sections.keys()];
      const inOrder = [...goals, ...this.#goals].sort(
        ([one], [other]) => titles.indexOf(one) - titles.indexOf(other),
      );
      return [...sections.values(), `### ${GOALS}\n\n${renderTable(GOAL_HEADS, inOrder)}`].join(
        '\n\n',
      );
    });
  }

  /** Puts the rows of the comparison between the marks of a Markdown file. Others stay. @param titles - of the subjects */
  writeComparisonInto(path, titles) {
    const heads = ['', ...COMPARED.map((subject) => titles[subject])];
    rewriteBetweenMarks(path, 'comparison', (before) => {
      const rows = new Map([...rowsOf(before), ...this.#comparison].map((row) => [row[0], row]));
      return renderTable(heads, [...rows.values()]);
    });
  }
}

/** @returns the title of a section, and all of it */
function readSection(text) {
  return [text.slice(0, text.indexOf('\n')), `### ${text.trim()}`];
}

/** The rows of a table, without its heads. */
function rowsOf(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** @param rewrite - makes what stands there of what stood there */
function rewriteBetweenMarks(path, name, rewrite) {
  const begin = `<!-- ${name}: written by npm run bench -- --write -->`;
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(begin);
  const until = text.indexOf(`<!-- end of the ${name} -->`);
  if (from < 0 || until < from) throw new Error(`${path} has no marks for the ${name}`);
  const content = rewrite(text.slice(from + begin.length, until)).trim();
  writeFileSync(path, `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(until)}`);
}

function renderTable(heads, rows) {
  const isNumber = heads.map((_, column) => column > 0);
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...rows.map((row) => String(row[column]).length)),
  );
  const asLine = (cells) => {
    const padded = cells.map((cell, column) =>
      isNumber[column]
        ? String(cell).padStart(widths[column])
        : String(cell).padEnd(widths[column]),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    isNumber[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [asLine(heads), asLine(rule), ...rows.map(asLine)].join('\n');
}

/** The kind of machine, in words that name no particular one. */
export function describeMachine() {
  const processors = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const model = (processors[0]?.model ?? process.arch).replace(/\s+/g, ' ').trim();
  return `${processors.length} × ${model}, ${gigabytes} GiB, ${process.platform} ${process.arch}, Node.js ${process.version}`;
}
