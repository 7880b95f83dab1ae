// Makes man/midirec.1 of man/midirec.mdoc: what the program says of its commands, options and examples is
// put in the place of each comment `.\" insert WHAT of COMMAND`. Run npm run build first.
// Usage: node scripts/generate-manual.js [FILE]   (man/midirec.1 without it; - for standard output)
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXAMPLES } from '../build/dist/cli/help/examples.js';
import { describeOption, nameOf, placeholderOf } from '../build/dist/cli/help/help-style.js';
import { buildProgram } from '../build/dist/cli/program.js';
import { SEND_PRESETS } from '../build/dist/output/send-presets.js';

const INSERTION = /^\.\\" insert (\w+)(?: of (.+))?$/;
/** Characters that troff would make something else of: in prose, hyphens and quotes may stay what it makes of them. */
const IN_PROSE = /[\\^~]|[^\x20-\x7e]/gu;
const IN_CODE = /[\\'`^~-]|[^\x20-\x7e]/gu;
/** Longest line: mandoc's lint wants less than 80 bytes. */
const LINE_LENGTH = 76;

const man = fileURLToPath(new URL('../man/', import.meta.url));
const { program } = await buildProgram();
const help = program.createHelp();
const commands = new Map(
  [program, ...everyCommandOf(program)].map((command) => [pathOf(command), command]),
);

const INSERTIONS = {
  synopsis: () => everyCommandOf(program).flatMap(synopsisOf),
  description: (command) => asText(command.description()),
  options: (command) => [
    ...asList(command.registeredArguments.map((each) => [termOf(each.name()), each.description])),
    ...optionsOf(command),
  ],
  examples: (command) => [
    ...(command === program ? [] : ['.Pp', 'Examples:']),
    '.Bd -literal -offset indent',
    ...EXAMPLES[nameOf(command)].flatMap(([line, what]) => [`# ${asCode(what)}`, asCode(line)]),
    '.Ed',
  ],
  presets: () => asList(SEND_PRESETS.map(({ name, what }) => [`Ql ${asCode(name)}`, what])),
};

const source = readFileSync(`${man}midirec.mdoc`, 'utf8').trimEnd().split('\n');
const [first = `${man}midirec.1`] = process.argv.slice(2);
const page = [
  '.\\" Made of midirec.mdoc by npm run generate: change that, not this.',
  ...source.slice(source.findIndex((line) => line.startsWith('.Dd'))).flatMap(insert),
].join('\n');
if (first === '-') process.stdout.write(`${page}\n`);
else writeFileSync(first, `${page}\n`);

/** A line of the source as lines of the page. */
function insert(line, index, lines) {
  const found = INSERTION.exec(line);
  if (found === null) return [line];
  const [, what, path] = found;
  const command = commands.get(path ?? 'midirec');
  if (!(what in INSERTIONS) || command === undefined) throw new Error(`midirec.mdoc: ${line}`);
  const isBeforeProse = what === 'description' && !/^\.(\\"|S[hs])/.test(lines[index + 1]);
  return [...INSERTIONS[what](command), ...(isBeforeProse ? ['.Pp'] : [])];
}

/** Those under it, and under those, in the order of the help; hidden ones last. */
function everyCommandOf(command) {
  const under = new Set([...help.visibleCommands(command), ...command.commands]);
  return [...under].flatMap((each) => [each, ...everyCommandOf(each)]);
}

/** `record`, `generate completions`, or `midirec`; commander's own help command hangs under nothing. */
function pathOf(command) {
  return nameOf(command).replace(/^midirec /, '');
}

function synopsisOf(command) {
  if (command.commands.length > 0) return [];
  return [
    '.Nm midirec',
    `.Cm ${asArguments(pathOf(command))}`,
    ...(ownOptionsOf(command).length > 0 ? ['.Op Ar options'] : []),
    ...command.registeredArguments.map((each) => {
      const term = `${termOf(each.name())}${each.variadic ? ' ...' : ''}`;
      return each.required ? `.${term}` : `.Op ${term}`;
    }),
  ];
}

/** A list for each heading of help, with the heading if there are several. */
function optionsOf(command) {
  const options = ownOptionsOf(command);
  const headingOf = ({ helpGroupHeading = 'Options:' }) => helpGroupHeading;
  const headings = [...new Set(options.map(headingOf))];
  return headings.flatMap((heading) => [
    ...(headings.length === 1 ? [] : ['.Pp', heading]),
    ...asList(
      options
        .filter((option) => headingOf(option) === heading)
        .map((option) => [flagsOf(option), describeOption(option)]),
    ),
  ]);
}

/** That every command has --help is said once. */
function ownOptionsOf(command) {
  return help
    .visibleOptions(command)
    .filter(({ long }) => command === program || long !== '--help');
}

function flagsOf(option) {
  const { short, long, optional } = option;
  const names = [short, long].filter((flag) => flag !== undefined);
  const typed = names.map((flag) => `Fl ${asArguments(flag.slice(1))}`).join(' , ');
  const value = placeholderOf(option);
  if (value === '') return typed;
  return `${typed} ${optional ? `Oo ${termOf(value)} Oc` : termOf(value)}`;
}

/** `file` is to be replaced by something; of `0|1`, one is to be typed. */
function termOf(placeholder) {
  if (!placeholder.includes('|')) return `Ar ${asArguments(placeholder)}`;
  return placeholder
    .split('|')
    .map((word) => `Cm ${asArguments(word)}`)
    .join(' | ');
}

function asList(items) {
  const described = items.filter(([, description]) => description !== '');
  if (described.length === 0) return [];
  const lines = described.flatMap(([term, description]) => [
    `.It ${term}`,
    ...asText(`${description.charAt(0).toUpperCase()}${description.slice(1)}`),
  ]);
  return ['.Bl -tag -width Ds', ...lines, '.El'];
}

/** Prose with a full stop at its end; one line a sentence at most, so that the space after it is right. */
function asText(text) {
  const lines = [];
  let line = '';
  for (const word of (/[.!?]$/.test(text) ? text : `${text}.`).split(' ')) {
    // A hyphen of an option stays one; any other may become what a typesetter makes of it.
    const escaped = escapeCharacters(word, word.includes('--') ? IN_CODE : IN_PROSE);
    if (line !== '' && `${line} ${escaped}`.length > LINE_LENGTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? atStart(escaped) : `${line} ${escaped}`;
    if (/[.?!][)"]?$/.test(word)) {
      lines.push(line);
      line = '';
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** A line of which every character stays what a shell knows. */
function asCode(line) {
  return atStart(escapeCharacters(line, IN_CODE));
}

/** Words as arguments of a macro, none of which may look like a macro or like punctuation. */
function asArguments(text) {
  const isSpecial = /^([A-Z%][A-Za-z0-9]{1,2}|[.,:;?!()[\]|])$/;
  const words = text
    .split(' ')
    .map((word) => `${isSpecial.test(word) ? '\\&' : ''}${asCode(word)}`);
  return words.join(' ').replaceAll('"', '\\(dq');
}

/** A line that begins with a point or an apostrophe would be a request. */
function atStart(line) {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** Source: mandoc_char(7). */
function escapeCharacters(text, which) {
  const names = { '\\': '\\e', '^': '\\(ha', '~': '\\(ti', '-': '\\-', "'": '\\(aq', '`': '\\(ga' };
  return text.replace(which, (found) => {
    if (found === '…') return '...';
    return (
      names[found] ?? `\\[u${found.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`
    );
  });
}
