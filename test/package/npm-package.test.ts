/** The npm package: what is in it, and that it works where it is installed. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import packageJson from '../../package.json' with { type: 'json' };
import { installPackage, type Packed, packPackage, runTool } from '../support/npm-package.js';
import { playedEvents } from '../support/wine-take.js';

const NPX = ['--no', 'midirec'];

/** Every file that another one names: imports, re-exports, threads. */
const NAMED = /(?:from|import|import\(|new URL\()\s*['"](\.{1,2}\/[^'"]+)['"]/g;

describe('the npm package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-npm-'));
  const project = join(folder, 'project');
  const installed = join(project, 'node_modules/midirec');
  let packed: Packed;
  before(() => {
    packed = packPackage(folder);
    installPackage(packed.tarball, project);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Files that can be reached from `roots`. */
  function reachable(roots: string[], sibling: (path: string) => string): Set<string> {
    const found = new Set<string>();
    const open = [...roots];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (found.has(path)) continue;
      found.add(path);
      const text = readFileSync(join(installed, path), 'utf8');
      for (const [, target] of text.matchAll(NAMED)) {
        if (target!.endsWith('.json')) continue;
        open.push(sibling(join(dirname(path), target!).replaceAll('\\', '/')));
      }
    }
    return found;
  }

  test('holds the program, the library, its types and the manual, and nothing else', () => {
    const code = reachable(['bin/midirec.js', 'dist/index.js'], (path) => path);
    const types = reachable(['dist/index.d.ts'], (path) => path.replace(/\.js$/, '.d.ts'));
    const rest = packed.files.filter((path) => !code.has(path) && !types.has(path));
    // Of the parts that have types at all, all have: a part of them would be harder to say.
    const spare = rest.filter((path) => /^dist\/(?!cli|takes|playback).*\.d\.ts$/.test(path));
    assert.deepEqual(
      rest.filter((path) => !spare.includes(path)),
      [
        'LICENSE',
        'README.md',
        'bin/package.json',
        'dist/table.json',
        'man/midirec.1',
        'package.json',
      ],
    );
    for (const path of [...code, ...types]) assert.ok(packed.files.includes(path), path);
  });

  test('publint finds nothing to say', async () => {
    const bytes = readFileSync(packed.tarball);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion' });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg, { color: false })),
      [],
    );
  });

  test('what it depends on is what its code imports', () => {
    const used = new Set<string>();
    for (const path of packed.files.filter((name) => name.endsWith('.js'))) {
      const text = readFileSync(join(installed, path), 'utf8');
      for (const [, name] of text.matchAll(/(?:from|import\()\s*"((?:@\w+\/)?[a-z][\w-]*)"/g)) {
        used.add(name!);
      }
    }
    assert.deepEqual([...used].sort(), Object.keys(packageJson.dependencies).sort());
  });

  test('npx midirec list works where it was installed without scripts', () => {
    const { status, stdout, stderr } = runTool('npx', [...NPX, 'list'], project);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Demo keyboard/);
  });

  test('npx midirec records the demo keyboard', () => {
    const args = ['record', '-d', 'demo', '--duration', '1s', '-o', 'take.mid'];
    const { status, stderr } = runTool('npx', [...NPX, ...args], project);
    assert.equal(status, 0, stderr);
    const events = playedEvents(readFileSync(join(project, 'take.mid'))).flat();
    assert.ok(events.length > 5, `${events.length} events`);
  });

  test('koffi loads there: its binary came without a script', () => {
    const script = "import('koffi').then(({ default: koffi }) => console.log(koffi.version))";
    const { status, stderr } = runTool(process.execPath, ['--eval', script], installed);
    assert.equal(status, 0, stderr);
  });

  test('installed for all, it has the command and the manual page', {
    skip: process.platform === 'win32' ? 'there are no manual pages' : false,
  }, () => {
    const prefix = join(folder, 'prefix');
    const args = ['install', '--global', '--prefix', prefix, '--ignore-scripts', packed.tarball];
    const { status, stderr } = runTool('npm', [...args, '--no-audit', '--prefer-offline'], folder);
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(join(prefix, 'share/man/man1/midirec.1')));
    const version = runTool(join(prefix, 'bin/midirec'), ['--version'], folder);
    assert.equal(version.stdout, `${packageJson.version}\n`, version.stderr);
  });

  test('installed for all from a folder, as README.md says, it stays when the folder goes', () => {
    const clone = join(folder, 'clone');
    const prefix = join(folder, 'prefix-of-clone');
    mkdirSync(clone);
    const unpacked = runTool(
      'tar',
      ['-xzf', packed.tarball, '-C', clone, '--strip-components=1'],
      folder,
    );
    assert.equal(unpacked.status, 0, unpacked.stderr);
    const args = [
      'install',
      '--global',
      '--install-links',
      '--prefix',
      prefix,
      '--ignore-scripts',
      '.',
    ];
    const { status, stderr } = runTool('npm', [...args, '--no-audit', '--prefer-offline'], clone);
    assert.equal(status, 0, stderr);
    rmSync(clone, { recursive: true });
    const program = join(prefix, process.platform === 'win32' ? 'midirec.cmd' : 'bin/midirec');
    const version = runTool(program, ['--version'], folder);
    assert.equal(version.stdout, `${packageJson.version}\n`, version.stderr);
  });

  test('every platform package of every dependency is in the lockfile, so that npm ci works everywhere', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const absent = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !(`node_modules/${name}` in packages))
        .map((name) => `${path} lacks ${name}`),
    );
    assert.deepEqual(absent, []);
  });

  test('the programs are made with the koffi that the package has', () => {
    const runtime = JSON.parse(readFileSync('packaging/runtime/package.json', 'utf8'));
    assert.equal(runtime.dependencies['@koromix/koffi-win32-x64'], packageJson.dependencies.koffi);
    assert.deepEqual(readdirSync('packaging/runtime').sort(), [
      'package-lock.json',
      'package.json',
    ]);
  });
});
