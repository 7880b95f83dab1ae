/**
 * Text as mdoc, the language of manual pages.
 *
 * Text is written with `…` around what is typed or named; the macro follows from what stands there.
 * Source: mdoc(7).
 */

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Lines as they are. */
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  /** Terms with what they mean; terms are written as text is. */
  | {
      readonly kind: 'list';
      readonly items: readonly (readonly [term: string, meaning: string])[];
    };

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const code = (...lines: string[]): Block => ({ kind: 'code', lines });
export const list = (...items: [term: string, meaning: string][]): Block => ({
  kind: 'list',
  items,
});

/** Longest line of the source: mandoc's lint wants less than 80 bytes. */
const LINE_LENGTH = 76;

export function renderBlock(block: Block): string[] {
  if (block.kind === 'paragraph') return ['.Pp', ...renderText(block.text)];
  if (block.kind === 'code') {
    return [
      '.Bd -literal -offset indent',
      ...block.lines.map((line) => escapeStart(escapeCode(line))),
      '.Ed',
    ];
  }
  return [
    '.Bl -tag -width Ds',
    ...block.items.flatMap(([term, meaning]) => [
      `.It ${renderTerm(term)}`,
      ...renderText(meaning),
    ]),
    '.El',
  ];
}

/** Blocks in order; a paragraph at the very beginning needs no space above. */
export function renderBlocks(blocks: readonly Block[]): string[] {
  const lines = blocks.flatMap(renderBlock);
  return lines[0] === '.Pp' ? lines.slice(1) : lines;
}

/** A text: one line a sentence at most, so that the space after it is right. */
export function renderText(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  const flush = () => {
    if (line !== '') lines.push(line);
    line = '';
  };
  for (const part of text.split(/([^\s`]*`[^`]*`[^\s`]*)/)) {
    if (part.includes('`')) {
      flush();
      lines.push(renderMarked(part));
      continue;
    }
    for (const word of part.split(/\s+/).filter((each) => each !== '')) {
      const escaped = escapeProse(word);
      if (line.length + 1 + escaped.length > LINE_LENGTH) flush();
      line = line === '' ? escapeStart(escaped) : `${line} ${escaped}`;
      if (/[.?!][)"]?$/.test(word)) flush();
    }
  }
  flush();
  return lines;
}

/** `(`--force`),` as a macro line: the punctuation around it as arguments of its own. */
function renderMarked(part: string): string {
  const [before = '', marked = '', after = ''] = part.split('`');
  if (!/^[([]?$/.test(before) || !/^[.,:;?!)\]]*$/.test(after)) {
    throw new Error(`manual: what stands around the mark is not punctuation: ${part}`);
  }
  return ['.', ...renderCall(marked, before), ...[...after].map((mark) => ` ${mark}`)].join('');
}

function renderTerm(term: string): string {
  return term
    .split(/(`[^`]*`)/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('`') ? renderCall(part.slice(1, -1)).join('') : `No ${escapeArguments(part)}`,
    )
    .join(' ');
}

/** The macro for something marked, and its arguments. */
function renderCall(marked: string, before = ''): string[] {
  const opening = before === '' ? '' : ` ${before}`;
  const flag = /^-(-?[a-z][a-z-]*)( (.+))?$/i.exec(marked);
  if (flag !== null) {
    const value = flag[3] === undefined ? '' : ` Ar ${escapeArguments(flag[3])}`;
    return [`Fl${opening} ${escapeCode(flag[1]!)}`, value];
  }
  if (/^[A-Z][A-Z]+(_[A-Z]+)*$/.test(marked)) return [`Ev${opening} ${marked}`];
  const page = /^([a-z-]+)\((\d)\)$/.exec(marked);
  if (page !== null) return [`Xr${opening} ${page[1]} ${page[2]}`];
  if (/^\S+\.(mid|syx)$/.test(marked)) return [`Pa${opening} ${escapeArguments(marked)}`];
  return [`Ql${opening} ${escapeArguments(marked)}`];
}

/** Words as arguments of a macro, none of which may look like a macro or like punctuation. */
export function escapeArguments(text: string): string {
  return text
    .split(' ')
    .map((word) => {
      const escaped = escapeCode(word).replaceAll('"', '\\(dq');
      const isSpecial = /^([A-Z%][A-Za-z0-9]{1,2}|[.,:;?!()[\]|])$/.test(word);
      return isSpecial ? `\\&${escaped}` : escaped;
    })
    .join(' ');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '^': '\\(ha',
  '~': '\\(ti',
  '…': '...',
};
const CODE_ESCAPES: Readonly<Record<string, string>> = {
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
};

/** Prose, in which hyphens and apostrophes may become what a typesetter makes of them. */
export function escapeProse(text: string): string {
  return text.replace(/[\\^~]|[^\x20-\x7e]/gu, escapeCharacter);
}

/** Code, of which every character stays what a shell knows. */
export function escapeCode(text: string): string {
  return text.replace(/[\\'`^~-]|[^\x20-\x7e]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return ESCAPES[character] ?? CODE_ESCAPES[character] ?? `\\[u${code}]`;
}

/** A line that begins with a point or an apostrophe would be a request. */
function escapeStart(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
