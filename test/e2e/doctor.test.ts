/** `midirec doctor` as people use it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { runMidirec, temporaryFolder } from '../support/run-midirec.js';

const ENV = { MIDIREC_CALLBACK: undefined, TERM: 'xterm' };

test('it looks, listens, and ends with advice or with a good word', async () => {
  const run = await runMidirec(['doctor', '--listen', '1s'], { env: ENV });
  const text = run.stdout.toString();
  assert.ok(run.code === 0 || /^ {2}problem/m.test(text), text + run.stderr);
  assert.match(run.stderr, /^listening for 1\.0 s: play something\n$/);
  assert.match(text, /^midirec \d+\.\d+\.\d+\S*\n\nSystem\n/);
  assert.match(text, /^ {2}ok {7}backend embedded: given by MIDIREC_BACKEND$/m);
  assert.match(text, /^ {2}ok {8}\d {2}Demo keyboard {7}\d+ notes.* on channels 1, 2 and 3/m);
  assert.match(text, /^ {2}ok {8}\d {2}midirec loopback {4}nothing$/m);
  assert.match(text, /^ {2}MIDIREC_BACKEND=embedded$/m);
  assert.match(text, /\n(What to do\n {2}1\. |Nothing is wrong\.)/);
});

test('--no-listen opens nothing; --json is one document', async () => {
  const run = await runHosted(['doctor', '--no-listen', '--json'], { env: ENV });
  assert.equal(run.stderr, '');
  const document = JSON.parse(run.stdout.toString());
  assert.equal(document.backend.callbackKind, 'direct');
  assert.deepEqual(document.listening, { ms: 0, inputs: [] });
  assert.equal(document.system.node, process.versions.node);
  assert.ok(document.inputs.some(({ name }: { name: string }) => name === 'Demo keyboard'));
  assert.ok(Array.isArray(document.advice));
});

test('a backend that cannot be is a problem: exit 1, and what to do', {
  skip: process.platform === 'win32',
}, async () => {
  const run = await runHosted(['--backend', 'winmm', 'doctor']);
  assert.equal(run.code, 1);
  assert.match(run.stdout.toString(), /^ {2}problem {2}backend winmm .*no winmm\.dll/m);
  assert.match(run.stdout.toString(), /\nWhat to do\n {2}1\. Omit --backend/);
});

test('Ctrl-C ends the listening, not the report', {
  skip: process.platform === 'win32',
}, async () => {
  const run = await runMidirec(['doctor', '--listen', '1h'], {
    env: ENV,
    onStart(child) {
      child.stderr?.once('data', () => setTimeout(() => child.kill('SIGINT'), 100));
    },
  });
  assert.match(run.stdout.toString(), /^Inputs$/m);
});

test('a time that is none', async () => {
  const run = await runHosted(['doctor', '--listen', 'long']);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /--listen: 'long' is not a valid time/);
});

test('--cable: a sound one, none at all, and what does not go together', async (t) => {
  const env = { XDG_CONFIG_HOME: temporaryFolder(t), APPDATA: temporaryFolder(t) };
  const sound = await runHosted(
    ['doctor', '--cable', 'loopback', '--beside', 'synth', '--save', 'Mine'],
    { env },
  );
  assert.equal(sound.code, 0, sound.stdout.toString() + sound.stderr);
  assert.match(sound.stdout.toString(), /^ {2}ok {7}sysex is whole up to 65,536 bytes at full/m);
  assert.match(sound.stdout.toString(), /while sysex goes through .*, all arrive/);
  assert.match(sound.stderr, /kept as preset mine: /);
  const bank = join(temporaryFolder(t), 'id.hex');
  writeFileSync(bank, 'F0 7E 7F 06 01 F7');
  const send = ['sysex-send', bank, '-d', 'loopback', '--preset'];
  assert.equal((await runHosted([...send, 'MINE'], { env })).code, 0);
  const other = await runHosted([...send, 'other'], { env });
  assert.match(other.stderr, /available: midi, .*, mine/);
  const json = await runHosted(['-q', 'doctor', '--cable', 'loopback', '--json']);
  const document = JSON.parse(json.stdout.toString());
  assert.equal(document.output.name, 'midirec loopback');
  assert.equal(document.latenciesMs.length, 200);
  assert.ok(document.isComplete && document.fullSpeed.length > 20);
  const none = await runHosted(['doctor', '--cable', 'demo synth', '--from', 'keyboard']);
  assert.equal(none.code, 1);
  assert.match(none.stdout.toString(), /nothing of what goes to .* arrives at Demo keyboard/);
  assert.match(none.stdout.toString(), /\nWhat to do\n {2}1\. Connect /);
  for (const [args, message] of [
    [['--from', 'loopback'], /--from needs --cable/],
    [['--save', 'x'], /--save needs --cable/],
    [['--cable', 'loopback', '--save', 'roland'], /roland is a preset of midirec itself/],
    [['--cable', 'loopback', '--beside', 'loopback'], /is the output that is tried/],
    [['--cable', 'loopback', '--listen', '1s'], /--cable and --listen cannot be combined/],
    [['--cable', 'nobody'], /no output .*nobody|nobody/],
  ] as const) {
    const run = await runHosted(['doctor', ...args]);
    assert.equal(run.code, 2);
    assert.match(run.stderr, message);
  }
});

test('--cable: what a program in between takes away is named; Ctrl-C ends it with what it has', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = temporaryFolder(t);
  execFileSync('mkfifo', [join(cwd, 'to'), join(cwd, 'from')]);
  // Of each sysex the first 300 bytes, and its F7. It says how many have been cut that are not sent in pieces.
  const script = `
    const { createReadStream, createWriteStream } = require('node:fs');
    const back = createWriteStream('from');
    let length = Number.NaN;
    let cut = 0;
    createReadStream('to').on('data', (bytes) => {
      back.write(bytes.filter((byte) => {
        if (byte === 0xf0) length = 0;
        else if (byte > 0x7f && byte < 0xf8) {
          if (length > 300 && length < 1000) console.log(++cut + ' cut');
          length = Number.NaN;
        }
        return !(++length > 300);
      }));
    });`;
  const line = spawn(process.execPath, ['--eval', script], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => line.kill());
  const args = ['--port', 'to', '--port', 'from', 'doctor', '--cable', 'to', '--from', 'from'];
  const run = await runMidirec(args, {
    cwd,
    onStart(child) {
      // The first of the paces, which take their time: at full speed it is tried four times.
      line.stdout.on('data', (said) => said.includes('5 cut') && child.kill('SIGINT'));
    },
  });
  assert.equal(run.code, 1, run.stdout.toString() + run.stderr);
  assert.match(run.stdout.toString(), /whole up to 300 bytes at full speed; of 5\d\d bytes, /);
  assert.match(run.stdout.toString(), /ended before all was tried/);
});
