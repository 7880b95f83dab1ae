// Holds the rules of the house over src/: who may import whom, where a package may be used, and
// that no files load each other in a circle (types, which are gone when the program runs, may).
// Usage: node scripts/check-imports.js [FOLDER]   (src without it; exit 1 if a rule is broken)
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The parts of the house: what each may import besides itself, and of what only the types. */
const PARTS = {
  midi: { imports: [], types: [], builtins: false },
  winmm: { imports: ['midi'], types: [], builtins: true },
  driver: { imports: ['midi', 'winmm'], types: [], builtins: true },
  capture: { imports: ['midi', 'winmm'], types: [], builtins: true },
  output: { imports: ['midi', 'winmm', 'capture'], types: [], builtins: true },
  formats: { imports: ['midi'], types: ['winmm', 'capture'], builtins: true },
  takes: { imports: ['midi', 'formats'], types: [], builtins: true },
  editing: { imports: ['midi', 'formats'], types: [], builtins: false },
  playback: {
    imports: ['midi', 'formats'],
    types: ['winmm', 'output', 'capture'],
    builtins: false,
  },
  cli: {
    imports: [
      'midi',
      'winmm',
      'driver',
      'capture',
      'output',
      'formats',
      'takes',
      'playback',
      'editing',
    ],
    types: [],
    builtins: true,
  },
  // What programs that import midirec see: the parts below the command line.
  'index.ts': {
    imports: ['midi', 'winmm', 'driver', 'capture', 'output', 'formats'],
    types: [],
    builtins: false,
  },
};

/** Where a package may be imported; `lazily`: its types anywhere there, its values with import() only. */
const PACKAGES = {
  koffi: { home: 'winmm/native/koffi-bindings.ts', lazily: true },
  commander: { home: 'cli/', lazily: false },
  chalk: { home: 'cli/', lazily: false },
  ora: { home: 'cli/', lazily: false },
};

const COMMENT_OR_STRING =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;
const FROM = /^(?:import|export)\s+(type\s+)?([\w$*{},\s]*?)\s*\bfrom\s*['"]([^'"]+)['"]/gm;
const BARE = /^import\s*['"]([^'"]+)['"]/gm;
const CALL = /\b(?:import|require)\s*\(\s*(?:(['"`])([^'"`]+)\1)?/g;

const root = process.argv[2] ?? fileURLToPath(new URL('../src', import.meta.url));
const shown = process.argv[2] ?? 'src';
const complaints = [];
const graph = new Map();

for (const file of sourceFiles()) {
  const edges = [];
  graph.set(file, edges);
  for (const found of findImports(readFileSync(join(root, file), 'utf8'))) {
    const { specifier, line } = found;
    if (specifier === undefined) {
      complain(file, line, 'import() takes a plain string, so that it can be checked');
    } else if (specifier.startsWith('.')) {
      const target = resolveImport(file, specifier);
      if (!found.isType) edges.push({ target, line });
      checkPart(file, target, found);
    } else {
      checkPackage(file, found);
    }
  }
}
findCycles();

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

function partOf(file) {
  return file.split('/', 1)[0];
}

function checkPart(file, target, { line, isType }) {
  const from = partOf(file);
  const to = partOf(target);
  const rule = PARTS[from];
  if (rule === undefined) complain(file, line, `${from} is no part of the house`);
  else if (to === from || rule.imports.includes(to)) return;
  else if (PARTS[to] === undefined) complain(file, line, `${target} is no part of the house`);
  else if (!rule.types.includes(to)) complain(file, line, `${from} must not import ${to}`);
  else if (!isType) complain(file, line, `${from} may import only types of ${to}`);
}

function checkPackage(file, { specifier, line, isType, isCall }) {
  const name = specifier.match(/^(@[^/]+\/)?[^/]+/)[0];
  const rule = PACKAGES[name];
  if (specifier.startsWith('node:')) {
    if (PARTS[partOf(file)]?.builtins === false) {
      complain(file, line, `${partOf(file)} must not import ${specifier}: it imports nothing`);
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
