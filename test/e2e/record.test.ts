/** `midirec record` as people use it, on the embedded WinMm. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parseMidi } from 'midi-file';
import { runs } from '../support/long-tests.js';
import { runHosted } from '../support/midirec-host.js';
import { runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';

function readTake(path: string) {
  return parseMidi(readFileSync(path));
}

function notesOf(track: { type: string }[] | undefined): number {
  return (track ?? []).filter((event) => event.type === 'noteOn').length;
}

test('the demo keyboard, for a second', async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['record', '-d', 'demo', '--duration', '1s', '-o', 'take.mid'], {
    cwd,
  });
  assert.equal(run.code, 0, run.stderr);
  assert.match(
    run.stderr,
    /^recording Demo keyboard \(Ctrl-C stops and saves\)\ntake\.mid: 1\.\d s, \d+ notes, .*1 sysex/,
  );
  assert.deepEqual(readdirSync(cwd), ['take.mid']);
  const { header, tracks } = readTake(join(cwd, 'take.mid'));
  assert.deepEqual(
    { format: header.format, ppq: header.ticksPerBeat, tracks: tracks.length },
    { format: 1, ppq: 960, tracks: 2 },
  );
  const [tempo, keyboard] = tracks;
  assert.ok(
    tempo?.some((event) => event.type === 'setTempo' && event.microsecondsPerBeat === 500_000),
  );
  assert.ok(
    keyboard?.some((event) => event.type === 'trackName' && event.text === 'Demo keyboard'),
  );
  assert.ok(keyboard?.some((event) => event.type === 'sysEx'));
  assert.ok(notesOf(keyboard) > 3);
  // The end of track is at the time of the stop: 1 s is 1920 ticks.
  const ticks = keyboard?.reduce((sum, event) => sum + event.deltaTime, 0) ?? 0;
  assert.ok(ticks >= 1920 && ticks < 2400, `${ticks} ticks`);
});

test('format 0, tempo, time signature and resolution are in the file', async (t) => {
  const cwd = temporaryFolder(t);
  const args = ['--format', '0', '--bpm', '90', '--time-signature', '6/8', '--ppq', '480'];
  const run = await runHosted(
    ['record', '-d', 'demo', '--duration', '300ms', '-o', 'take.mid', ...args],
    { cwd },
  );
  assert.equal(run.code, 0, run.stderr);
  const { header, tracks } = readTake(join(cwd, 'take.mid'));
  assert.equal(header.format, 0);
  assert.equal(header.ticksPerBeat, 480);
  assert.equal(tracks.length, 1);
  const tempo = tracks[0]?.find((event) => event.type === 'setTempo');
  assert.equal(tempo?.type === 'setTempo' && tempo.microsecondsPerBeat, 666_667);
  const signature = tracks[0]?.find((event) => event.type === 'timeSignature');
  assert.ok(
    signature?.type === 'timeSignature' && signature.numerator === 6 && signature.denominator === 8,
  );
});

test('without --device every input is on a track of its own, in a file named after the time', async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runHosted(['record', '--duration', '500ms'], { cwd });
  assert.equal(run.code, 0, run.stderr);
  const [name] = readdirSync(cwd);
  assert.match(name ?? '', /^take-\d{8}-\d{6}\.mid$/);
  const { tracks } = readTake(join(cwd, name!));
  const names = tracks.slice(1).map((track) => {
    const event = track.find(({ type }) => type === 'trackName');
    return event?.type === 'trackName' ? event.text : undefined;
  });
  assert.deepEqual(names, ['Demo keyboard', 'midirec demo synth', 'midirec loopback']);
});

test('two recorders started in the same second write two files', async (t) => {
  const cwd = temporaryFolder(t);
  const args = ['record', '-d', 'demo', '--duration', '300ms'];
  const runs = await Promise.all([runMidirec(args, { cwd }), runMidirec(args, { cwd })]);
  assert.deepEqual(
    runs.map((run) => run.code),
    [0, 0],
  );
  assert.equal(readdirSync(cwd).length, 2);
});

test('--channel and --no-sysex leave out without moving the rest', async (t) => {
  const cwd = temporaryFolder(t);
  const all = await runHosted(
    ['record', '-d', 'demo', '--duration', '1s', '-o', 'all.mid', '--json'],
    { cwd },
  );
  const some = await runHosted(
    [
      'record',
      '-d',
      'demo',
      '--duration',
      '1s',
      '-o',
      'some.mid',
      '--json',
      '--channel',
      '2-16',
      '--no-sysex',
    ],
    { cwd },
  );
  const lines = (run: { stdout: Buffer }) =>
    run.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; bytes: string; timeMs: number })
      .filter(({ type }) => type === 'message');
  const kept = lines(some);
  assert.ok(kept.length > 0);
  assert.ok(kept.every(({ bytes }) => /^[89abcde][1-9a-f]/.test(bytes)));
  const expected = lines(all).filter(({ bytes }) => /^[89abcde][1-9a-f]/.test(bytes));
  assert.ok(lines(all).length > expected.length);
  // The same piece is played from the start each time: bytes agree, and so do times, but for the start itself.
  const common = Math.min(kept.length, expected.length);
  assert.deepEqual(
    kept.slice(0, common).map(({ bytes }) => bytes),
    expected.slice(0, common).map(({ bytes }) => bytes),
  );
});

test('--json: a begin, messages as they come, an end with the counters', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 't.mid'), 'to be replaced');
  const run = await runHosted(
    ['record', '-f', '-d', 'demo', '--duration', '500ms', '-o', 't.mid', '--json'],
    { cwd },
  );
  const lines = run.stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines[0].type, 'begin');
  assert.equal(lines[0].backend, 'embedded');
  assert.deepEqual(lines[0].devices, [{ id: 0, name: 'Demo keyboard' }]);
  assert.equal(realpathSync(lines[0].file), realpathSync(join(cwd, 't.mid')));
  const messages = lines.slice(1, -1);
  assert.ok(
    messages.every(
      ({ type, timeMs, bytes, device }) =>
        type === 'message' && timeMs >= 0 && /^([0-9a-f]{2} ?)+$/.test(bytes) && device === 0,
    ),
  );
  const end = lines.at(-1);
  assert.equal(end.type, 'end');
  assert.equal(end.messages, messages.length);
  assert.deepEqual(end.losses, []);
  assert.equal(end.exitCode, 0);
  assert.equal(end.file, lines[0].file);
  assert.ok(end.durationMs >= 500);
});

test('-o - writes the take to standard output', async () => {
  const run = await runHosted(['record', '-d', 'demo', '--duration', '500ms', '-o', '-']);
  assert.equal(run.code, 0, run.stderr);
  assert.ok(notesOf(parseMidi(run.stdout).tracks[1]) > 1);
});

test('--force replaces a file', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 't.mid'), 'old');
  const run = await runHosted(
    ['record', '-d', 'demo', '--duration', '300ms', '-o', 't.mid', '-f'],
    { cwd },
  );
  assert.equal(run.code, 0, run.stderr);
  assert.equal(readTake(join(cwd, 't.mid')).tracks.length, 2);
  assert.deepEqual(readdirSync(cwd), ['t.mid']);
});

test('-q says nothing', async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runHosted(['-q', 'record', '-d', 'demo', '--duration', '200ms'], { cwd });
  assert.equal(run.stderr, '');
  assert.equal(run.code, 0);
});

test('a silent input with --until-idle keeps listening: silence counts from the first note', async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runHosted(
    ['record', '-d', 'loopback', '--until-idle', '100ms', '--duration', '1s', '-o', 't.mid'],
    { cwd },
  );
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /t\.mid: 1\.0 s, 0 notes/);
});

for (const [signal, code] of [
  ['SIGINT', 0],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} saves the take and ends with ${code}`, {
    skip: process.platform === 'win32',
  }, async (t) => {
    const cwd = temporaryFolder(t);
    const run = await runMidirec(['record', '-d', 'demo', '-o', 't.mid'], {
      cwd,
      async onStart(child) {
        await untilSaid(child, 'recording');
        setTimeout(() => child.kill(signal), 600);
      },
    });
    assert.equal(run.code, code, run.stderr);
    assert.ok(notesOf(readTake(join(cwd, 't.mid')).tracks[1]) > 0);
  });
}

test('Ctrl-C at any moment of the start: a valid file or none, never a hang', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = temporaryFolder(t);
  for (let delayMs = 0; delayMs <= 300; delayMs += 300 / runs(10)) {
    const name = `t${delayMs}.mid`;
    const run = await runMidirec(['record', '-q', '-d', 'demo', '-o', name], {
      cwd,
      onStart: (child) => setTimeout(() => child.kill('SIGINT'), delayMs),
    });
    const wasSaved = readdirSync(cwd).includes(name);
    if (wasSaved) readTake(join(cwd, name));
    const endedAs = run.signal ?? run.code;
    assert.ok(
      wasSaved ? endedAs === 0 : endedAs === 'SIGINT' || endedAs === 130,
      `${delayMs} ms: ${endedAs}`,
    );
  }
});

test('Ctrl-C in the first 50 ms of a take, once and twice: a valid file or none, never a hang', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = temporaryFolder(t);
  for (const [afterMs, betweenMs] of [
    [0],
    [5],
    [10],
    [20],
    [50],
    [0, 0],
    [0, 5],
    [10, 0],
    [20, 5],
    [50, 0],
  ] as const) {
    const name = `t${afterMs}-${betweenMs}.mid`;
    const file = join(cwd, name);
    const run = await runMidirec(['record', '-q', '-d', 'demo', '-o', name], {
      cwd,
      async onStart(child) {
        // The file is there before a device is opened; how long Node.js takes until then is another matter.
        while (!existsSync(file) && child.exitCode === null) await pause(1);
        await pause(afterMs);
        child.kill('SIGINT');
        if (betweenMs === undefined) return;
        await pause(betweenMs);
        child.kill('SIGINT');
      },
    });
    const wasSaved = existsSync(file);
    if (wasSaved) readTake(file);
    assert.ok(
      run.code === 130 || (run.code === 0 && wasSaved),
      `${name}: ${run.code} ${run.signal}`,
    );
    if (betweenMs === undefined) assert.equal(run.code, wasSaved ? 0 : 130, name);
  }
  assert.deepEqual(
    readdirSync(cwd).filter((name) => !name.endsWith('.mid')),
    [],
  );
});

test('a second Ctrl-C ends at once, and what is on the disk is a valid file', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['record', '-d', 'demo', '-o', 't.mid'], {
    cwd,
    async onStart(child) {
      await untilSaid(child, 'recording');
      setTimeout(() => {
        child.kill('SIGINT');
        child.kill('SIGINT');
      }, 900);
    },
  });
  assert.ok(run.code === 130 || run.code === 0, `${run.code} ${run.signal}`);
  for (const name of readdirSync(cwd)) readTake(join(cwd, name));
});

test('a reader of --json that goes away ends the recording, saved', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['record', '-d', 'demo', '-o', 't.mid', '--json'], {
    cwd,
    onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
  });
  assert.equal(run.code, 0, run.stderr);
  readTake(join(cwd, 't.mid'));
});
