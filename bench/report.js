// What a benchmark prints: Markdown, a section for each row of figures, and the goals at the end.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Who stands beside midirec in the comparison. */
const COMPARED = ['midirec', 'julusian', 'jazz', 'stamp'];

export class Report {
  #lines = [];
  #goals = [];
  #comparison = [];
  #row = '';

  print(text) {
    this.#lines.push(text);
    process.stdout.write(`${text}\n`);
  }

  /** Begins a section; goals that follow belong to it. */
  section(title, method) {
    this.#row = title;
    this.print(`\n### ${title}\n\n${method}\n`);
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
    this.print('\n### Goals\n');
    this.table(['what', 'goal', 'measured', ''], this.#goals);
  }

  /** Puts everything that was printed between the marks of a Markdown file. */
  writeInto(path) {
    writeBetweenMarks(path, 'figures', this.#lines.join('\n').trim());
  }

  /** Puts the comparison between the marks of a Markdown file. @param titles - of the subjects */
  writeComparisonInto(path, titles) {
    const heads = ['', ...COMPARED.map((subject) => titles[subject])];
    writeBetweenMarks(path, 'comparison', renderTable(heads, this.#comparison));
  }
}

function writeBetweenMarks(path, name, content) {
  const begin = `<!-- ${name}: written by npm run bench -- --write -->`;
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(begin);
  const until = text.indexOf(`<!-- end of the ${name} -->`);
  if (from < 0 || until < from) throw new Error(`${path} has no marks for the ${name}`);
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
