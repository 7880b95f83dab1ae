// Holds the rules of the house over src/: who may import whom (types included), where a package may be
// used, that text leaves midirec in one room, that no files import each other in a circle (of types
// neither), that no folder has more than 16 files lying flat in it, and that no file of code is longer than
// 300 lines.
// Usage: node scripts/check-imports.js [FOLDER]   (src without it; exit 1 if a rule is broken)
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Below the command line, from the bottom up. */
const BELOW_CLI = [
  'midi',
  'midi/tempo',
  'sysex',
  'sysex/instruments',
  'winmm',
  'winmm/calls',
  'winmm/native',
  'embedded',
  'embedded/drivers',
  'embedded/drivers/sequencer',
  'embedded/drivers/raw',
  'capture',
  'output',
  'files/disk',
  'files/smf',
  'files/syx',
  'files/growing',
  'takes',
  'editing',
  'playback',
  'cable',
  'exchange',
];

const FILES = BELOW_CLI.filter((room) => room.startsWith('files/'));

/** What the commands share. */
const SHARED_CLI = [
  'cli',
  'cli/options',
  'cli/terminal',
  'cli/process',
  'cli/files',
  'cli/pictures',
  'cli/capturing',
];

/** One folder a command: none imports another's, and nothing imports them but cli/program.ts. */
const COMMANDS = [
  'backup',
  'convert',
  'diff',
  'doctor',
  'generate',
  'instruments',
  'join',
  'list',
  'monitor',
  'play',
  'record',
  'restore',
  'show',
  'split',
  'sysex-dump',
  'sysex-send',
  'trim',
];

/** The rooms of the house: which others each may import besides itself. */
const ROOMS = {
  midi: { imports: [], builtins: false },
  'midi/tempo': { imports: ['midi'], builtins: false },
  sysex: { imports: ['midi'], builtins: false },
  'sysex/instruments': { imports: ['midi', 'sysex'], builtins: true },
  winmm: { imports: ['midi'], builtins: false },
  'winmm/calls': { imports: ['midi', 'winmm'], builtins: false },
  'winmm/native': { imports: ['midi', 'winmm'], builtins: true },
  embedded: { imports: ['midi', 'winmm'], builtins: false },
  'embedded/drivers': { imports: ['midi', 'sysex', 'winmm', 'embedded'], builtins: true },
  'embedded/drivers/raw': {
    imports: ['midi', 'winmm', 'winmm/native', 'embedded', 'embedded/drivers'],
    builtins: true,
  },
  'embedded/drivers/sequencer': {
    imports: [
      ...['midi', 'winmm', 'winmm/native', 'embedded'],
      ...['embedded/drivers', 'embedded/drivers/raw'],
    ],
    builtins: true,
  },
  capture: { imports: ['midi', 'winmm', 'winmm/calls'], builtins: false },
  output: { imports: ['midi', 'sysex', 'winmm', 'winmm/calls'], builtins: false },
  'files/disk': { imports: ['midi'], builtins: true },
  'files/smf': { imports: ['midi', 'midi/tempo'], builtins: false },
  'files/syx': { imports: ['midi', 'sysex', 'files/disk', 'files/smf'], builtins: true },
  'files/growing': { imports: ['midi', 'midi/tempo', 'files/disk', 'files/smf'], builtins: true },
  takes: { imports: ['midi', 'midi/tempo', ...FILES], builtins: true },
  editing: { imports: ['midi', 'midi/tempo', 'files/smf'], builtins: false },
  playback: { imports: ['midi', 'midi/tempo', 'files/smf', 'output'], builtins: false },
  cable: { imports: ['midi', 'output'], builtins: false },
  exchange: { imports: ['midi', 'sysex', 'sysex/instruments'], builtins: false },
  'cli/options': { imports: [...BELOW_CLI, 'cli'], builtins: true },
  'cli/process': { imports: [...BELOW_CLI, 'cli'], builtins: true },
  'cli/terminal': { imports: [...BELOW_CLI, 'cli', 'cli/process'], builtins: true },
  'cli/files': { imports: [...BELOW_CLI, 'cli', 'cli/terminal'], builtins: true },
  'cli/pictures': { imports: [...BELOW_CLI, 'cli', 'cli/terminal'], builtins: true },
  'cli/capturing': { imports: [...BELOW_CLI, ...SHARED_CLI], builtins: true },
  'cli/help': { imports: [...BELOW_CLI, ...SHARED_CLI], builtins: true },
  'cli/completions': { imports: [...BELOW_CLI, ...SHARED_CLI, 'cli/help'], builtins: true },
  cli: { imports: [...BELOW_CLI, ...SHARED_CLI, 'cli/help', 'cli/completions'], builtins: true },
  ...Object.fromEntries(
    COMMANDS.map((name) => [
      `cli/${name}`,
      { imports: [...BELOW_CLI, ...SHARED_CLI], builtins: true },
    ]),
  ),
  'cli/generate': { imports: [...BELOW_CLI, ...SHARED_CLI, 'cli/completions'], builtins: true },
  // What programs that import midirec see: the parts below the command line.
  index: { imports: BELOW_CLI, builtins: false },
};

/** Loads a command when it is needed. */
const PROGRAM = 'cli/program.ts';

const MOST_FILES = 16;
const MOST_LINES = 300;

/** Where a package may be imported; `lazily`: its types anywhere there, its values with import() only. */
const PACKAGES = {
  koffi: { home: 'winmm/native/koffi-bindings.ts', lazily: true },
  'midi-file': { home: 'files/smf/midi-data.ts', lazily: true },
  commander: { home: 'cli/', lazily: false },
  chalk: { home: 'cli/', lazily: false },
  ora: { home: 'cli/', lazily: false },
  'string-width': { home: 'cli/terminal/columns.ts', lazily: true },
  ajv: { home: 'sysex/instruments/check.ts', lazily: true },
};

const COMMENT_OR_STRING =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;
const FROM = /^(?:import|export)\s+(type\s+)?([\w$*{},\s]*?)\s*\bfrom\s*['"]([^'"]+)['"]/gm;
const BARE = /^import\s*['"]([^'"]+)['"]/gm;
const CALL = /\b(?:import|require)\s*\(\s*(?:(['"`])([^'"`]+)\1)?/g;

/** Where text is made harmless before it is printed. */
const PRINTING_ROOM = 'cli/terminal/';
const PRINTING = /\bprocess\.(?:stdout|stderr)\.write\b/;

const root = process.argv[2] ?? fileURLToPath(new URL('../src', import.meta.url));
const shown = process.argv[2] ?? 'src';
const complaints = [];
const graph = new Map();

const files = sourceFiles();
for (const file of files) {
  const edges = [];
  graph.set(file, edges);
  const text = readFileSync(join(root, file), 'utf8');
  checkPrinting(file, text);
  for (const found of findImports(text)) {
    const { specifier, line } = found;
    if (specifier === undefined) {
      complain(file, line, 'import() takes a plain string, so that it can be checked');
    } else if (specifier.startsWith('.')) {
      const target = resolveImport(file, specifier);
      edges.push({ target, line });
      checkRoom(file, target, found);
    } else {
      checkPackage(file, found);
    }
  }
}
findCycles();
checkSizes(files);

complaints.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
for (const { file, line, text } of complaints) {
  process.stderr.write(`${shown}/${file}:${line}: ${text}\n`);
}
process.exit(complaints.length === 0 ? 0 : 1);

function sourceFiles() {
  return readdirSync(root, { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** Every import of a source text; the specifier is undefined where it is no plain string. */
function findImports(text) {
  const source = text.replace(COMMENT_OR_STRING, (match) =>
    match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match,
  );
  const lineAt = (index) => source.slice(0, index).split('\n').length;
  const imports = [];
  for (const { 0: all, 1: type, 2: names, 3: specifier, index } of source.matchAll(FROM)) {
    const isType = type !== undefined || /^\{(\s*type\s+[^,{}]+,?)+\s*\}$/.test(names);
    imports.push({ specifier, line: lineAt(index + all.length), isType, isCall: false });
  }
  for (const { 1: specifier, index } of source.matchAll(BARE)) {
    imports.push({ specifier, line: lineAt(index), isType: false, isCall: false });
  }
  for (const { 2: specifier, index } of source.matchAll(CALL)) {
    imports.push({ specifier, line: lineAt(index), isType: false, isCall: true });
  }
  return imports;
}

/** The imported file as a path below the folder, or one that begins with ../ and leaves it. */
function resolveImport(file, specifier) {
  const path = new URL(specifier, `file:///src/${file}`).pathname;
  return path.startsWith('/src/') ? path.slice(5).replace(/\.js$/, '.ts') : `..${path}`;
}

/** The room that a file stands in: a folder without rules of its own belongs to the one around it. */
function roomOf(file) {
  if (!file.includes('/')) return 'index';
  let folder = posix.dirname(file);
  while (folder !== '.' && !Object.hasOwn(ROOMS, folder)) folder = posix.dirname(folder);
  return folder === '.' ? undefined : folder;
}

function checkRoom(file, target, { line, isCall }) {
  const from = roomOf(file);
  const to = roomOf(target);
  if (from === undefined) complain(file, line, `${posix.dirname(file)} is no room of the house`);
  else if (to === undefined) complain(file, line, `${target} is in no room of the house`);
  else if (to === from || ROOMS[from].imports.includes(to)) return;
  else if (file === PROGRAM && isCall) return;
  else complain(file, line, `${from} must not import ${to}`);
}

function checkPrinting(file, text) {
  if (file.startsWith(PRINTING_ROOM)) return;
  text.split('\n').forEach((line, index) => {
    if (!PRINTING.test(line)) return;
    complain(file, index + 1, `only ${PRINTING_ROOM} prints, where text is made harmless`);
  });
}

/** Lines of files, and files of folders. */
function checkSizes(files) {
  const folders = new Map();
  for (const file of files) {
    const folder = posix.dirname(file);
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
    if (lines > MOST_LINES) {
      complain(file, MOST_LINES, `${lines} lines: a file has at most ${MOST_LINES}`);
    }
  }
  for (const [folder, count] of folders) {
    if (count > MOST_FILES)
      complain(folder, 1, `${count} files: a folder has at most ${MOST_FILES}`);
  }
}

function checkPackage(file, { specifier, line, isType, isCall }) {
  const name = specifier.match(/^(@[^/]+\/)?[^/]+/)[0];
  const rule = PACKAGES[name];
  if (specifier.startsWith('node:')) {
    if (ROOMS[roomOf(file)]?.builtins === false) {
      complain(file, line, `${roomOf(file)} must not import ${specifier}: it touches no system`);
    }
  } else if (rule === undefined) {
    complain(file, line, `${name} is not one of the packages that src uses`);
  } else if (!file.startsWith(rule.home)) {
    complain(file, line, `${name} may be imported only in ${shown}/${rule.home}`);
  } else if (rule.lazily && !isType && !isCall) {
    complain(file, line, `${name} must be loaded with import(), when it is needed`);
  }
}

/** Follows the imports from every file; an import of a file that is still being followed closes a circle. */
function findCycles() {
  const path = [];
  const done = new Set();
  const follow = (file) => {
    path.push(file);
    for (const { target, line } of graph.get(file) ?? []) {
      const start = path.indexOf(target);
      if (start >= 0) {
        complain(file, line, `imports in a circle: ${[...path.slice(start), target].join(' > ')}`);
      } else if (!done.has(target)) {
        follow(target);
      }
    }
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) if (!done.has(file)) follow(file);
}

function complain(file, line, text) {
  complaints.push({ file, line, text });
}
