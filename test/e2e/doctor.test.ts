/** `midirec doctor` as people use it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runMidirec } from '../support/run-midirec.js';

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
  const run = await runMidirec(['doctor', '--no-listen', '--json'], { env: ENV });
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
  const run = await runMidirec(['--backend', 'winmm', 'doctor']);
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
  const run = await runMidirec(['doctor', '--listen', 'long']);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /--listen: 'long' is not a valid time/);
});
