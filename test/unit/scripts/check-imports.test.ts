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
      'driver/embedded.ts':
        "import { readFileSync } from 'node:fs';\nimport { WinMm } from '../winmm/winmm.js';\n",
      'capture/input.ts':
        "import { WinMm } from '../winmm/winmm.js';\nexport type Loss = number;\n",
      'formats/smf.ts':
        "import type { WinMm } from '../winmm/winmm.js';\n" +
        "import {\n  type Loss,\n  type Other,\n} from '../capture/input.js';\n",
      'cli/main.ts':
        "import { Command } from 'commander';\nimport chalk from 'chalk';\n" +
        "import '../formats/smf.js';\nconst ora = await import('ora');\n",
    }),
    [],
  );
});

test('imports against the order of the parts', () => {
  assert.deepEqual(
    complaintsAbout({
      'midi/a.ts': "export {};\n\nimport { b } from '../winmm/b.js';\n",
      'midi/files.ts': "import { readFileSync } from 'node:fs';\n",
      'winmm/b.ts': "export { d } from '../driver/d.js';\n",
      'driver/d.ts': "import {\n  type C,\n  c,\n} from '../capture/c.js';\n",
      'capture/c.ts': "const { main } = await import('../cli/other.js');\n",
      'formats/f.ts':
        "import { type B, b } from '../winmm/b.js';\nimport type { D } from '../driver/d.js';\n",
      'cli/main.ts':
        "import { e } from '../elsewhere/e.js';\nimport { version } from '../../package.js';\n",
      'elsewhere/e.ts': "import { a } from '../midi/a.js';\n",
    }),
    [
      'capture/c.ts:1: capture must not import cli',
      'cli/main.ts:1: elsewhere/e.ts is no part of the house',
      'cli/main.ts:2: ../package.js is no part of the house',
      'driver/d.ts:4: driver must not import capture',
      'elsewhere/e.ts:1: elsewhere is no part of the house',
      'formats/f.ts:1: formats may import only types of winmm',
      'formats/f.ts:2: formats must not import driver',
      'midi/a.ts:3: midi must not import winmm',
      'midi/files.ts:1: midi must not import node:fs: it imports nothing',
      'winmm/b.ts:1: winmm must not import driver',
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
      'cli/main.ts:1: midi-file is not one of the packages that src uses',
      'cli/main.ts:3: import() takes a plain string, so that it can be checked',
      'winmm/native/koffi-bindings.ts:1: koffi must be loaded with import(), when it is needed',
      'winmm/native/memory.ts:1: koffi may be imported only in winmm/native/koffi-bindings.ts',
    ],
  );
});

test('circles: one of values is named from end to end, one that types close is none', () => {
  assert.deepEqual(
    complaintsAbout({
      'midi/a.ts': "import { b } from './b.js';\n",
      'midi/b.ts': "import type { A } from './a.js';\nimport { c } from './c.js';\n",
      'midi/c.ts': "// the way back\nexport { a } from './a.js';\n",
      'cli/x.ts': "import { y } from './y.js';\n",
      'cli/y.ts': "import type { X } from './x.js';\n",
    }),
    ['midi/c.ts:2: imports in a circle: midi/a.ts > midi/b.ts > midi/c.ts > midi/a.ts'],
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
