/** `midirec backup` of the demo instruments, as people use it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { makeFifo } from '../support/fifo-player.js';
import { runHosted } from '../support/midirec-host.js';
import { runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';

const TO_DEMO = ['-d', 'demo synth'];

function onlyFolderIn(folder: string): string {
  const [day = '', ...more] = readdirSync(folder);
  assert.deepEqual(more, []);
  return join(folder, day);
}

test('saves who says that it is there and who is named, in files named by what is in them', async (t) => {
  const folder = join(temporaryFolder(t), 'synths');
  const run = await runMidirec([
    'backup',
    '-d',
    'demo synth',
    '--instrument',
    'dx7',
    '--instrument',
    'cz101',
    '-o',
    folder,
  ]);
  assert.equal(run.code, 0, run.stderr);
  const day = onlyFolderIn(folder);
  assert.match(day, /\d{4}-\d\d-\d\d$/);
  assert.deepEqual(readdirSync(day).sort(), ['backup.json', 'cz101', 'demo-synth', 'dx7']);
  assert.deepEqual(readdirSync(join(day, 'dx7')).sort(), [
    'bank (32 voices).syx',
    'voice (BRASS 1).syx',
  ]);
  assert.equal(readFileSync(join(day, 'cz101', 'tone (16 tones).syx')).length, 16 * 263);
  assert.equal(readFileSync(join(day, 'demo-synth', 'voices.syx')).length, 32 * 136);
  const index = JSON.parse(readFileSync(join(day, 'backup.json'), 'utf8'));
  assert.deepEqual(
    index.instruments.map(({ instrument }: { instrument: string }) => instrument),
    ['dx7', 'cz101', 'demo-synth'],
  );
  const tones = index.instruments[1].files[0];
  assert.deepEqual(tones.answers[1], { patch: 33, messages: 1, whole: true });
  assert.match(run.stderr, /3 instruments in .*backup\.json/);
});

test('what does not answer is said, with what to look at on its panel, exit 3; the rest is saved', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'backup'));
  const given = ['-d', 'demo synth', '--instrument', 'k4', '--verify', '--json'];
  const run = await runHosted(['backup', ...given], { cwd: folder });
  assert.equal(run.code, 3, run.stderr);
  assert.match(run.stderr, /K4 at midirec demo synth: all: no answer, asked 3 times/);
  assert.match(run.stderr, /on its panel: MIDI: exclusive on/);
  const day = onlyFolderIn(join(folder, 'backup'));
  const index = JSON.parse(readFileSync(join(day, 'backup.json'), 'utf8'));
  assert.deepEqual(JSON.parse(run.stdout.toString()), {
    folder: join('backup', basename(day)),
    ...index,
  });
  assert.equal(index.instruments[0].verified, true);
  assert.match(index.notSaved[0], /^K4 at/);
});

test('nobody there, an unknown instrument, two outputs for one: what to do', async (t) => {
  const folder = temporaryFolder(t);
  const run = (...args: string[]) => runHosted(['backup', ...args], { cwd: folder });
  const nobody = await run('-d', 'loopback');
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /no instrument that is known answers\nhint: .*--instrument dx7/);
  const unknown = await run('--instrument', 'dx8');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /no instrument is called 'dx8'/);
  const nameless = await run('--instrument', '@2');
  assert.equal(nameless.code, 2);
  assert.match(nameless.stderr, /'@2' has no name .*\nhint: .* dx7@2/);
  const where = await run('--instrument', 'dx7');
  assert.equal(where.code, 2);
  assert.match(where.stderr, /needs the output .*\nhint: for example --instrument dx7@0/);
  assert.deepEqual(readdirSync(folder), []);
});

test('broken off: what came is there, what did not is said and stands in backup.json, exit 3', async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['backup', '-d', 'demo synth', '-o', '.', '-v'], {
    cwd,
    onStart: (child) => void untilSaid(child, 'asking who').then(() => child.kill('SIGINT')),
  });
  assert.equal(run.code, 3, run.stderr);
  assert.match(run.stderr, /broken off/);
});

test('broken off while nobody has answered: said, exit 3', async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['backup', '-d', 'loopback', '-o', '.', '-v'], {
    cwd,
    onStart: (child) => void untilSaid(child, 'midiInStart').then(() => child.kill('SIGINT')),
  });
  assert.equal(run.code, 3, run.stderr);
  assert.match(run.stderr, /loopback: broken off while asking who is there/);
});

test('killed in the midst: what came until then can be restored', async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['backup', '-d', 'demo synth', '--instrument', 'cz101'], {
    cwd,
    onStart: (child) => {
      const look = setInterval(() => {
        const day = readdirSync(cwd).length > 0 && readdirSync(join(cwd, 'backup'))[0];
        if (!day || !existsSync(join(cwd, 'backup', day, 'backup.json'))) return;
        child.kill('SIGKILL');
        clearInterval(look);
      }, 20);
    },
  });
  assert.equal(run.signal, 'SIGKILL');
  const day = onlyFolderIn(join(cwd, 'backup'));
  const dry = await runHosted(['restore', day, '--dry-run']);
  assert.equal(dry.code, 3, dry.stderr);
  assert.match(dry.stderr, /broken off: only what came until then is here/);
  assert.match(dry.stdout.toString(), /^CZ-101: \d+ dumps?, .*\n {2}tone, patch 32: 1 message/);
});

test('what backup cannot do is said before anything is asked', async (t) => {
  const cwd = temporaryFolder(t);
  const hasFifos = process.platform !== 'win32';
  if (hasFifos) makeFifo(join(cwd, 'um-one'));
  writeFileSync(join(cwd, 'bank.syx'), '');
  const fifo = ['--port', 'um-one', '--instrument', 'dx7'];
  for (const [args, said] of [
    ...(hasFifos ? ([[fifo, /a FIFO leads one way.*\nhint: name two/]] as const) : []),
    [[...TO_DEMO, '--instrument', 'juno-106'], /no request of Juno-106 is known/],
    [[...TO_DEMO, '--device-number', '3'], /--device-number needs --instrument/],
    [[...TO_DEMO, '--instrument', 'dx7', '-o', 'bank.syx'], /bank\.syx is a file, not a folder/],
  ] as const) {
    const run = await runHosted(['backup', ...args], { cwd });
    assert.equal(run.code, 2, run.stderr);
    assert.match(run.stderr, said);
  }
});

test('an echo is called so; what was broken off is not put down to the panel', async (t) => {
  const cwd = temporaryFolder(t);
  const echo = await runHosted(['backup', '-d', 'loop', '--instrument', 'dx7'], { cwd });
  assert.match(echo.stderr, /bank: nothing but the request itself came, asked once/);
  const stopped = await runMidirec(['backup', '-v', ...TO_DEMO, '--instrument', 'k4'], {
    cwd,
    onStart: (child) => untilSaid(child, 'asking who').then(() => child.kill('SIGINT')),
  });
  assert.equal(stopped.code, 3, stopped.stderr);
  assert.match(stopped.stderr, /K4 at .*broken off|not asked, for the backup was broken off/);
  assert.doesNotMatch(stopped.stderr, /on its panel/);
});
