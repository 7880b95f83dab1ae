/** What a person sees at a terminal: the live line, the picture, the cursor that comes back. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { makeFifo } from '../support/fifo-player.js';
import { MIDIREC, temporaryFolder } from '../support/run-midirec.js';

const HIDE_CURSOR = '\u001b[?25l';
const FIRST_COLUMN = '\u001b[1G';
/** A hang is a failure. */
const LIMIT_MS = 15_000;
const SHOW_CURSOR = '\u001b[?25h';

// The program `script` of util-linux gives a command a terminal of its own.
const hasScript =
  process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
const options = { skip: hasScript ? false : 'no util-linux script here' };

interface Seen {
  text: string;
  code: number | null;
}

/** Runs midirec in a terminal of `columns`, and takes down everything that is written to it. */
function runInTerminal(
  args: string,
  cwd: string,
  {
    columns = 80,
    env = {},
    keysAfterMs = -1,
    keys = '\u0003',
    keysAt = HIDE_CURSOR,
    afterwards = '',
  } = {},
): Promise<Seen> {
  // exec: a shell that Ctrl-C ends before midirec has saved would answer in its place, as dash does.
  const midirec = `"${process.execPath}" "${MIDIREC}" ${args}`;
  const run = afterwards === '' ? `exec ${midirec}` : `${midirec}; ${afterwards}`;
  const command = `stty cols ${columns} rows 40; ${run}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: {
      ...process.env,
      MIDIREC_BACKEND: 'embedded',
      NO_COLOR: '1',
      TERM: 'xterm',
      LC_ALL: 'C.UTF-8',
      CI: 'true',
      ...env,
    },
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString();
    if (keysAfterMs >= 0 && text.includes(keysAt)) {
      setTimeout(() => child.stdin.write(keys), keysAfterMs);
      keysAfterMs = -1;
    }
  });
  return new Promise((resolve) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ text, code });
    });
  });
}

/** What stood on a line at some time: the live line goes back to the first column for each frame. */
function linesOf(text: string): string[] {
  return text
    .replaceAll(FIRST_COLUMN, '\n')
    .split(/[\r\n]+/)
    .map(stripVTControlCharacters);
}

test('a live line of at most fifteen frames a second, then the picture', options, async (t) => {
  const cwd = temporaryFolder(t);
  const { text, code } = await runInTerminal('record -d demo --duration 2s -o t.mid', cwd);
  assert.equal(code, 0, text);
  const lines = linesOf(text);
  const frames = lines.filter((line) => /^[●○] \d s {2}\d+ notes?/.test(line));
  // Two seconds; a busy machine draws fewer.
  assert.ok(frames.length >= 2 && frames.length <= 30, `${frames.length} frames`);
  const whole = /^[●○] [12] s {2}\d+ notes {2}\d+ messages\/s {2}\d held {2}sysex 8 bytes$/;
  assert.ok(lines.some((line) => whole.test(line)));
  assert.ok(text.indexOf(HIDE_CURSOR) < text.lastIndexOf(SHOW_CURSOR));
  const after = stripVTControlCharacters(
    text.slice(text.indexOf(SHOW_CURSOR, text.lastIndexOf(HIDE_CURSOR))),
  );
  assert.match(after, / C4│/);
  assert.match(after, /└┬─+/);
  assert.match(after, /channel 1 +\d+ notes {2}A3 to \S+/);
  assert.match(after, /\r\nt\.mid: 2\.\d s, \d+ notes/);
});

test('forty columns: nothing is wider', options, async (t) => {
  const cwd = temporaryFolder(t);
  const seen = await runInTerminal('record -d demo --duration 1s -o t.mid', cwd, { columns: 40 });
  const drawn = linesOf(seen.text).filter((line) => /[●○│└]|^ {2}channel/.test(line));
  assert.ok(drawn.length > 8);
  for (const line of drawn) assert.ok(line.length <= 40, line);
});

test(
  'a frame is not broken by a terminal that has become narrower, and erases what was',
  options,
  async (t) => {
    const cwd = temporaryFolder(t);
    const { text } = await runInTerminal('record -d demo --duration 1s -o t.mid', cwd);
    const frames = text.split(FIRST_COLUMN).filter((frame) => /[●○] /.test(frame));
    assert.ok(frames.length > 0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal obeys
    for (const frame of frames) assert.match(frame, /[●○] \x1b\[J\x1b\[\?7l[^\n]*\x1b\[\?7h\r/);
  },
);

test('what is typed meanwhile is not shown, and afterwards it is again', options, async (t) => {
  const cwd = temporaryFolder(t);
  const { text, code } = await runInTerminal('record -d demo --duration 4s -o t.mid', cwd, {
    keys: 'typed\r',
    keysAfterMs: 200,
    afterwards: 'stty -a',
  });
  assert.equal(code, 0, text);
  // A line is a mark of that name, and said as such.
  assert.equal(text.match(/typed/g)?.length, 1);
  assert.match(text, /typed at 0\.\d s/);
  assert.match(text, / echo /);
});

test('twenty columns: lines break between words', options, async (t) => {
  const cwd = temporaryFolder(t);
  await runInTerminal('-q record -d demo --duration 2s -o t.mid', cwd);
  for (const command of ['show t.mid', 'record -d nope', 'doctor --no-listen']) {
    const { text } = await runInTerminal(command, cwd, { columns: 24 });
    for (const line of linesOf(text)) {
      assert.ok(line.length <= 24 || !line.trim().includes(' '), `${command}: ${line}`);
    }
  }
});

test('Ctrl-C: saved, the cursor is back', options, async (t) => {
  const cwd = temporaryFolder(t);
  const { text, code } = await runInTerminal('record -d demo -o t.mid', cwd, { keysAfterMs: 500 });
  assert.equal(code, 0, text);
  assert.ok(text.lastIndexOf(SHOW_CURSOR) > text.lastIndexOf(HIDE_CURSOR));
  assert.match(text, /\r\nt\.mid: /);
});

test('play, stopped: where it was, and how long it took, are the same', options, async (t) => {
  const cwd = temporaryFolder(t);
  await runInTerminal('record -d demo --duration 1s -o t.mid', cwd);
  const { text } = await runInTerminal('play t.mid -d loop --loop', cwd, { keysAfterMs: 700 });
  const [, at, took] = /stopped at (\S+) s: .* in (\S+) s, /.exec(text) ?? [];
  assert.ok(Math.abs(Number(at) - Number(took)) < 0.15, text);
});

test('no animation: TERM=dumb, --plain, -q', options, async (t) => {
  const cwd = temporaryFolder(t);
  const record = (args: string, env = {}) =>
    runInTerminal(`${args} record -f -d demo --duration 300ms -o t.mid`, cwd, { env });
  const dumb = await record('', { TERM: 'dumb' });
  assert.match(
    dumb.text,
    /^recording Demo keyboard \(Ctrl-C stops and saves\)\r\n[\x20-\x7e\r\n]*\| *111[\x20-\x7e\r\n]* 1 channel 1 [\x20-\x7e\r\n]*t\.mid: /,
  );
  const plain = await record('--plain');
  assert.match(
    plain.text,
    /^recording Demo keyboard \(Ctrl-C stops and saves\)\r\n {2}channel 1 [^│●]*\r\nt\.mid: [^│●]*$/,
  );
  assert.equal((await record('-q')).text, '');
});

test('-v: what WinMM answered, call by call', options, async (t) => {
  const cwd = temporaryFolder(t);
  const args = '-v record -d loopback --duration 300ms --buffers 4 -o t.mid';
  const { text } = await runInTerminal(args, cwd);
  const calls = linesOf(text).filter((line) => line.startsWith('midiIn'));
  const names = calls.map((line) => /^midiIn(\w+)\(/.exec(line)?.[1]);
  const life = 'Open PrepareHeader AddBuffer Start Stop Reset UnprepareHeader Close'.split(' ');
  assert.deepEqual(
    names.filter((name) => !/^Get/.test(name ?? '')),
    life,
  );
  assert.ok(calls.some((line) => /^midiInAddBuffer\(\w+\) = MMSYSERR_NOERROR × 4$/.test(line)));
});

test('a dump that came before the terminal was ready counts', options, async (t) => {
  for (const limit of ['--count 1', '--until-idle 500ms']) {
    const cwd = temporaryFolder(t);
    const fifo = join(cwd, 'fifo');
    makeFifo(fifo);
    const writer = await open(fifo, 'r+');
    t.after(() => writer.close());
    await writer.writeFile(Uint8Array.of(0xf0, 0x7d, 1, 0xf7));
    const { text, code } = await runInTerminal(`--port ${fifo} sysex-dump -o a.syx ${limit}`, cwd);
    assert.equal(code, 0, text);
    assert.match(text, /1 message/);
  }
});

test(
  'the question of restore: y goes on; n, Ctrl-D and Ctrl-C send nothing',
  options,
  async (t) => {
    const cwd = temporaryFolder(t);
    const dump = 'sysex-dump -d "demo synth" --instrument dx7 --what bank -o bank.syx';
    const restore = `restore bank.syx -d "demo synth"`;
    const asked = { keysAfterMs: 100, keysAt: '[y/N]' };
    await runInTerminal(dump, cwd);
    for (const [keys, code] of [
      ['n\r', 1],
      ['\u0004', 1],
      ['\u0003', 130],
    ] as const) {
      const seen = await runInTerminal(restore, cwd, { ...asked, keys });
      assert.equal(seen.code, code, seen.text);
      assert.match(seen.text, /Go on\? \[y\/N\].*\r\n.*nothing was sent\r\n$/s);
      assert.doesNotMatch(seen.text, /error/);
    }
    const narrow = await runInTerminal(restore, cwd, { ...asked, keys: 'n\r', columns: 40 });
    const lines = stripVTControlCharacters(narrow.text).split(/[\r\n]+/);
    assert.deepEqual(
      lines.filter((line) => line.length > 40),
      [],
    );
    assert.match(
      lines.map((line) => line.trim()).join(' '),
      /This overwrites what the instrument has\. Go on\? \[y\/N\]/,
    );
    const seen = await runInTerminal(restore, cwd, { ...asked, keys: 'y\r' });
    assert.equal(seen.code, 0, seen.text);
    assert.match(seen.text, /1 dump compared, the same/);
  },
);
