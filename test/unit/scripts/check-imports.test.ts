/** scripts/check-imports.js finds what the rules of the house forbid, and nothing else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

/** What the script says of a folder with these files: `file:line: text`, the folder's name left away. */
function complaintsAbout(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-imports-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-imports.js', folder], {
      encoding: 'utf8',
    });
    const lines = stderr.split('\n').filter((line) => line !== '');
    assert.equal(status, lines.length === 0 ? 0 : 1, stderr);
    return lines.map((line) => line.replaceAll(`${folder}/`, ''));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a tree that keeps the rules is passed', () => {
  assert.deepEqual(
    complaintsAbout({
      'midi/clock.ts': 'export const now = 1;\n',
      'winmm/winmm.ts': "import { now } from '../midi/clock.js';\nexport type WinMm = number;\n",
      'winmm/native/koffi-bindings.ts':
        "import type { KoffiFunc } from 'koffi';\nconst { default: koffi } = await import('koffi');\n",
      'embedded/drivers/fifo.ts':
        "import { readFileSync } from 'node:fs';\nimport { WinMm } from '../../winmm/winmm.js';\n",
      'capture/input.ts':
        "import { WinMm } from '../winmm/winmm.js';\nexport type Loss = number;\n",
      'files/smf/smf.ts': "import { now } from '../../midi/clock.js';\n",
      'cli/main.ts':
        "import { Command } from 'commander';\nimport chalk from 'chalk';\n" +
        "import '../files/smf/smf.js';\nconst ora = await import('ora');\n",
    }),
    [],
  );
});

test('imports against the order of the rooms', () => {
  assert.deepEqual(
    complaintsAbout({
      'midi/a.ts': "export {};\n\nimport { b } from '../winmm/b.js';\n",
      'midi/files.ts': "import { readFileSync } from 'node:fs';\n",
      'winmm/b.ts': "export { d } from '../embedded/d.js';\n",
      'embedded/d.ts': "import {\n  type C,\n  c,\n} from '../capture/timing/c.js';\n",
      'capture/timing/c.ts': "const { main } = await import('../../cli/other.js');\n",
      'files/smf/f.ts':
        "import { type B, b } from '../../winmm/b.js';\nimport type { D } from '../../embedded/d.js';\n",
      'cli/main.ts':
        "import { e } from '../elsewhere/e.js';\nimport { version } from '../../package.js';\n",
      'elsewhere/e.ts': "import { a } from '../midi/a.js';\n",
    }),
    [
      'capture/timing/c.ts:1: capture must not import cli',
      'cli/main.ts:1: elsewhere/e.ts is in no room of the house',
      'cli/main.ts:2: ../package.js is in no room of the house',
      'elsewhere/e.ts:1: elsewhere is no room of the house',
      'embedded/d.ts:4: embedded must not import capture',
      'files/smf/f.ts:1: files/smf must not import winmm',
      'files/smf/f.ts:2: files/smf must not import embedded',
      'midi/a.ts:3: midi must not import winmm',
      'midi/files.ts:1: midi must not import node:fs: it touches no system',
      'winmm/b.ts:1: winmm must not import embedded',
    ],
  );
});

test("a command's folder is imported by nobody, and loaded by the program alone", () => {
  assert.deepEqual(
    complaintsAbout({
      'cli/list/list.ts': 'export const list = 1;\n',
      'cli/show/show.ts': "import type { list } from '../list/list.js';\n",
      'cli/program.ts': "const { list } = await import('./list/list.js');\n",
      'cli/command.ts': "import { list } from './list/list.js';\n",
      'cli/terminal/columns.ts': "import { show } from '../show/show.js';\n",
    }),
    [
      'cli/command.ts:1: cli must not import cli/list',
      'cli/show/show.ts:1: cli/show must not import cli/list',
      'cli/terminal/columns.ts:1: cli/terminal must not import cli/show',
    ],
  );
});

test('folders with too many files, and files with too many lines', () => {
  const many = Array.from({ length: 17 }, (_, index) => [`midi/${index}.ts`, 'export {};\n']);
  assert.deepEqual(
    complaintsAbout({
      ...Object.fromEntries(many),
      'sysex/long.ts': 'export {};\n'.repeat(1000),
    }).map((line) => line.replace(/\d+$/, 'N')),
    [
      'midi:1: 17 files: a folder has at most N',
      'sysex/long.ts:300: 1000 lines: a file has at most N',
    ],
  );
});

test('packages outside their place', () => {
  assert.deepEqual(
    complaintsAbout({
      'winmm/native/koffi-bindings.ts': "import koffi from 'koffi';\n",
      'winmm/native/memory.ts': "const koffi = await import('koffi');\n",
      'capture/session.ts':
        "import type { Command } from 'commander';\nimport lodash from 'lodash/fp';\n",
      'cli/main.ts':
        "import { parseMidi } from 'midi-file';\nconst name = 'x';\nawait import(name);\n",
    }),
    [
      'capture/session.ts:1: commander may be imported only in cli/',
      'capture/session.ts:2: lodash is not one of the packages that src uses',
      'cli/main.ts:1: midi-file may be imported only in files/smf/midi-data.ts',
      'cli/main.ts:3: import() takes a plain string, so that it can be checked',
      'winmm/native/koffi-bindings.ts:1: koffi must be loaded with import(), when it is needed',
      'winmm/native/memory.ts:1: koffi may be imported only in winmm/native/koffi-bindings.ts',
    ],
  );
});

test('text that is printed outside the room where it is made harmless', () => {
  assert.deepEqual(
    complaintsAbout({
      'cli/terminal/standard-streams.ts': "process.stdout.write('x');\n",
      'cli/list/list.ts': "const name = 'x';\nprocess.stdout.write(name);\n",
      'winmm/winmm.ts': "process.stderr.write('x');\n",
    }),
    [
      'cli/list/list.ts:2: only cli/terminal/ prints, where text is made harmless',
      'winmm/winmm.ts:1: only cli/terminal/ prints, where text is made harmless',
    ],
  );
});

test('circles are named from end to end, those that only types close as well', () => {
  assert.deepEqual(
    complaintsAbout({
      'midi/a.ts': "import { b } from './b.js';\n",
      'midi/b.ts': "import type { A } from './a.js';\nimport { c } from './c.js';\n",
      'midi/c.ts': "// the way back\nexport { a } from './a.js';\n",
      'cli/x.ts': "import { y } from './y.js';\n",
      'cli/y.ts': "import type { X } from './x.js';\n",
    }),
    [
      'cli/y.ts:1: imports in a circle: cli/x.ts > cli/y.ts > cli/x.ts',
      'midi/b.ts:1: imports in a circle: midi/a.ts > midi/b.ts > midi/a.ts',
      'midi/c.ts:2: imports in a circle: midi/a.ts > midi/b.ts > midi/c.ts > midi/a.ts',
    ],
  );
});

test('comments and strings are not imports', () => {
  assert.deepEqual(
    complaintsAbout({
      'midi/a.ts':
        "/*\nimport koffi from 'koffi';\n*/\n// await import('koffi')\n" +
        "const url = 'https://example.org'; // import('koffi')\nexport const text = \"it's\";\n",
    }),
    [],
  );
});

test('the source itself keeps the rules', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/check-imports.js'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});
