/** What text may look like where it is going: how wide, in which colours, with which characters. */
import type { ChalkInstance } from 'chalk';
import type { ConsoleOutput } from './console-output.js';

export interface TerminalLook {
  columns: number;
  unicode: boolean;
  chalk: ChalkInstance;
  /** Pictures may be drawn; not for a screen reader. */
  pictures: boolean;
}

/** A page, where there is no terminal to ask. */
export const PAGE_COLUMNS = 80;
/** The narrowest that anything is laid out for. */
const FEWEST_COLUMNS = 20;

/** The look of what `console` lets out through `stream`. */
export function lookOf(
  stream: { isTTY?: boolean; columns?: number },
  console: ConsoleOutput,
): TerminalLook {
  return {
    columns: columnsOf(stream, process.env),
    unicode: showsUnicode(process.env, process.platform),
    chalk: console.chalkFor(stream),
    pictures: !console.plain,
  };
}

/** Columns of a terminal, else what COLUMNS says, else those of a page. */
export function columnsOf(
  stream: { isTTY?: boolean; columns?: number },
  env: NodeJS.ProcessEnv,
): number {
  const asked = stream.isTTY ? stream.columns : Number(env.COLUMNS);
  return asked !== undefined && asked > 0
    ? Math.max(FEWEST_COLUMNS, Math.floor(asked))
    : PAGE_COLUMNS;
}

/** Columns of a terminal; elsewhere no line is broken. */
export function roomOf(stream: { isTTY?: boolean; columns?: number }): number {
  return stream.isTTY ? columnsOf(stream, {}) : Number.POSITIVE_INFINITY;
}

/**
 * Whether block characters arrive as such. Windows' console takes text as UTF-16, whatever the
 * locale; elsewhere the locale has to be one of UTF-8.
 */
export function showsUnicode(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (env.TERM === 'dumb') return false;
  if (platform === 'win32') return true;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  // macOS sets no locale for programs that were not started from a terminal, but is UTF-8 all the same.
  return /utf-?8/i.test(locale) || (locale === '' && platform === 'darwin');
}
