/** The file of --commands: what is added to it is obeyed, whatever is done to it. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandFile } from '../../../../src/cli/process/command-file.js';
import { makeFifo } from '../../../support/fifo-player.js';

class Bed {
  readonly path: string;
  readonly heard: string[] = [];
  readonly commands: CommandFile;

  constructor(t: TestContext, path?: string) {
    const folder = mkdtempSync(join(tmpdir(), 'midirec-commands-'));
    this.path = path ?? join(folder, 'commands');
    if (path === undefined) writeFileSync(this.path, 'save old\n');
    this.commands = new CommandFile(this.path, {
      save: (name) => this.heard.push(`save ${name ?? ''}`.trim()),
      stop: () => this.heard.push('stop'),
      unknown: (line) => this.heard.push(`? ${line}`),
      failed: (reason) => this.heard.push(`! ${reason}`),
    });
    t.after(() => {
      this.commands.close();
      rmSync(folder, { recursive: true });
    });
  }

  say(text: string | Uint8Array): string[] {
    appendFileSync(this.path, text);
    return this.look();
  }

  look(): string[] {
    this.heard.length = 0;
    this.commands.look();
    return this.heard;
  }
}

test('whole lines that are added are obeyed, and those that were there are not', (t) => {
  const bed = new Bed(t);
  assert.deepEqual(bed.look(), []);
  assert.deepEqual(bed.say('sav'), []);
  assert.deepEqual(bed.say('e one.mid\r\n\nsave\nstop\nwhat\n'), [
    'save one.mid',
    'save',
    'stop',
    '? what',
  ]);
});

test('a file that was emptied begins anew', (t) => {
  const bed = new Bed(t);
  bed.say('save a rather long name\nsa');
  truncateSync(bed.path);
  assert.deepEqual(bed.look(), []);
  assert.deepEqual(bed.say('save two\n'), ['save two']);
});

test('a letter of several bytes may come in pieces', (t) => {
  const bed = new Bed(t);
  const bytes = Buffer.from('save für.mid\n');
  const half = bytes.indexOf(0xc3) + 1;
  assert.deepEqual(bed.say(bytes.subarray(0, half)), []);
  assert.deepEqual(bed.say(bytes.subarray(half)), ['save für.mid']);
});

test('what never ends a line is no command, and fills no memory', (t) => {
  const bed = new Bed(t);
  assert.deepEqual(bed.say('x'.repeat(5000)), ['! a line is longer than 4096 characters']);
  assert.deepEqual(bed.say('\nsave\n'), [], 'the file is let go');
});

test('a device that always has something does not keep the recorder', {
  skip: process.platform === 'win32',
}, (t) => {
  const bed = new Bed(t, '/dev/zero');
  assert.deepEqual(bed.look(), ['! a line is longer than 4096 characters']);
  assert.deepEqual(bed.look(), []);
});

test('where nothing is kept to be saved, stop is obeyed and save is not a command', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-commands-'));
  const path = join(folder, 'commands');
  writeFileSync(path, '');
  const heard: string[] = [];
  const commands = new CommandFile(path, {
    stop: () => heard.push('stop'),
    unknown: (line) => heard.push(`? ${line}`),
    failed: (reason) => heard.push(`! ${reason}`),
  });
  t.after(() => {
    commands.close();
    rmSync(folder, { recursive: true });
  });
  appendFileSync(path, 'save\nsave a.mid\nstop\n');
  commands.look();
  assert.deepEqual(heard, ['? save', '? save a.mid', 'stop']);
});

test('on Windows only an ordinary file: reading a pipe there would wait, and all else with it', (t) => {
  const { path } = new Bed(t);
  const handlers = { stop() {}, unknown() {}, failed() {} };
  const fifo = `${path}-fifo`;
  makeFifo(fifo);
  assert.throws(() => new CommandFile(fifo, handlers, 'win32'), /is not an ordinary file/);
  for (const [file, platform] of [
    [fifo, 'linux'],
    [path, 'win32'],
  ] as const) {
    new CommandFile(file, handlers, platform).close();
  }
});
