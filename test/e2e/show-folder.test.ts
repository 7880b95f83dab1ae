/** `midirec show` for a folder of takes. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeMidi } from 'midi-file';
import { runHosted } from '../support/midirec-host.js';
import { temporaryFolder } from '../support/run-midirec.js';

function writeTake(path: string, notes: number, modified: Date): void {
  const events = Array.from({ length: notes }, () => [
    { deltaTime: 240, type: 'noteOn' as const, channel: 0, noteNumber: 60, velocity: 64 },
    { deltaTime: 240, type: 'noteOff' as const, channel: 0, noteNumber: 60, velocity: 0 },
  ]).flat();
  const bytes = writeMidi({
    header: { format: 0, numTracks: 1, ticksPerBeat: 480 },
    tracks: [
      [
        { deltaTime: 0, meta: true, type: 'setTempo', microsecondsPerBeat: 600_000 },
        ...events,
        { deltaTime: 0, meta: true, type: 'endOfTrack' },
      ],
    ],
  });
  writeFileSync(path, Uint8Array.from(bytes));
  utimesSync(path, modified, modified);
}

test('takes, oldest first: date, name, length, notes, tempo, picture', async (t) => {
  const folder = temporaryFolder(t);
  writeTake(join(folder, 'b.mid'), 10, new Date(2026, 0, 1, 12, 0));
  writeTake(join(folder, 'a.MID'), 1, new Date(2026, 0, 2, 13, 5));
  writeFileSync(join(folder, 'notes.txt'), 'no take');
  mkdirSync(join(folder, 'folder.mid'));
  const run = await runHosted(['show', folder], { env: { LC_ALL: 'C' } });
  assert.equal(run.code, 0, run.stderr);
  const [first, second, ...rest] = run.stdout.toString().trimEnd().split('\n');
  assert.match(
    first!,
    /^2026-01-01 12:00 {2}b\.mid {2}6\.0 s {2}10 notes {2}100 bpm {2}[ .:=+*#@-]+$/,
  );
  assert.match(second!, /^2026-01-02 13:05 {2}a\.MID {2}0\.6 s {4}1 note {2}100 bpm {2}/);
  assert.deepEqual(rest, []);
});

test('a damaged one is named, and the others are shown', async (t) => {
  const folder = temporaryFolder(t);
  writeTake(join(folder, 'good.mid'), 2, new Date());
  writeFileSync(join(folder, 'bad.mid'), 'nothing of the kind');
  const run = await runHosted(['show', folder, '--json']);
  assert.equal(run.code, 3);
  assert.match(run.stderr, /^warning: bad\.mid: /);
  const takes = JSON.parse(run.stdout.toString());
  assert.deepEqual(
    takes.map(({ file, notes, bpm }: Record<string, unknown>) => ({ file, notes, bpm })),
    [{ file: 'good.mid', notes: 2, bpm: 100 }],
  );
});

test('a warning names its file once', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'nothing.mid'), 'nothing of the kind');
  writeFileSync(join(folder, 'text.syx'), 'nothing of the kind');
  const { stderr, code } = await runHosted(['show', folder]);
  assert.equal(code, 3);
  const lines = stderr.trimEnd().split('\n');
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.match(line, /^warning: .*(nothing\.mid|text\.syx)/);
    assert.equal(line.split(/nothing\.mid|text\.syx/).length, 2, line);
  }
});

test('dumps stand behind the takes: messages, size, and what is in them', async (t) => {
  const folder = temporaryFolder(t);
  writeTake(join(folder, 'take.mid'), 2, new Date());
  // A DX7's voice: 155 bytes and their checksum; the same with a wrong one.
  const voice = [0xf0, 0x43, 0, 0, 1, 0x1b, ...Array(155).fill(1), -155 & 0x7f, 0xf7];
  writeFileSync(join(folder, 'voice.syx'), Uint8Array.from([...voice, ...voice]));
  writeFileSync(join(folder, 'wrong.SYX'), Uint8Array.from(voice.with(161, 0)));
  const run = await runHosted(['show', folder]);
  assert.equal(run.code, 3);
  const [, first, second] = run.stdout.toString().split('\n');
  assert.match(first!, / {2}voice\.syx {2}2 messages {2}326 bytes {2}DX7: 2 voices$/);
  assert.match(second!, / {2}wrong\.SYX {3}1 message {2}163 bytes {2}DX7: 1 voice, damaged$/);
  assert.equal(run.stderr, 'warning: wrong.SYX is damaged: midirec show tells where\n');
  const json = JSON.parse((await runHosted(['show', folder, '--json'])).stdout.toString());
  assert.deepEqual(
    [json[1].messages, json[1].bytes, json[1].what, json[2].damaged],
    [2, 326, 'DX7: 2 voices', true],
  );
});

test('a file that cannot be opened by the name that it has is named, and not left out in silence', {
  skip: process.platform !== 'linux' && 'names are bytes on Linux alone',
}, async (t) => {
  const folder = temporaryFolder(t);
  writeTake(join(folder, 'good.mid'), 2, new Date());
  writeFileSync(
    Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.mid')]),
    '',
  );
  symlinkSync('nothing', join(folder, 'gone.mid'));
  const run = await runHosted(['show', folder]);
  assert.equal(run.code, 3);
  assert.match(run.stdout.toString(), /good\.mid/);
  assert.match(
    run.stderr,
    /^warning: caf\ufffd\.mid: cannot be read: it is a link to nothing, or /m,
  );
  assert.match(run.stderr, /^warning: gone\.mid: cannot be read: /m);
});

test('a link in a circle hides no other take', {
  skip: process.platform === 'win32' && 'links need rights there',
}, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'day'));
  symlinkSync('circle.mid', join(folder, 'circle.mid'));
  symlinkSync('circle.mid', join(folder, 'day', 'circle.mid'));
  writeTake(join(folder, 'good.mid'), 2, new Date());
  writeTake(join(folder, 'day', 'good.mid'), 2, new Date());
  const run = await runHosted(['show', folder, '--json']);
  assert.equal(run.code, 3);
  assert.equal(JSON.parse(run.stdout.toString()).length, 2);
  assert.match(run.stderr, /^warning: circle\.mid: cannot be read: .*ELOOP/m);
  assert.match(run.stderr, /^warning: day.circle\.mid: cannot be read: /m);
});

test('a folder without takes', async (t) => {
  const run = await runHosted(['show', temporaryFolder(t)]);
  assert.equal(run.code, 0);
  assert.match(run.stderr, /^no \.mid or \.syx file in /);
});

test('takes in folders in it, as {year}/{month} makes them', async (t) => {
  const folder = temporaryFolder(t);
  for (const inner of ['2026/01', '2026/02', '.trash']) {
    mkdirSync(join(folder, inner), { recursive: true });
  }
  writeTake(join(folder, '2026/01/a.mid'), 1, new Date(2026, 0, 1));
  writeTake(join(folder, '2026/02/b.mid'), 1, new Date(2026, 1, 1));
  writeTake(join(folder, '.trash/c.mid'), 1, new Date(2026, 1, 2));
  const run = await runHosted(['show', folder, '--json']);
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(
    JSON.parse(run.stdout.toString()).map(({ file }: { file: string }) => file),
    [join('2026', '01', 'a.mid'), join('2026', '02', 'b.mid')],
  );
});

test('the tempo is that of the playing, not of the time before it', async (t) => {
  const folder = temporaryFolder(t);
  const tempo = (deltaTime: number, bpm: number) => ({
    deltaTime,
    meta: true as const,
    type: 'setTempo' as const,
    microsecondsPerBeat: 60_000_000 / bpm,
  });
  const note = [
    { deltaTime: 480, type: 'noteOn' as const, channel: 0, noteNumber: 60, velocity: 64 },
    { deltaTime: 4800, type: 'noteOff' as const, channel: 0, noteNumber: 60, velocity: 0 },
  ];
  const bytes = writeMidi({
    header: { format: 0, numTracks: 1, ticksPerBeat: 480 },
    tracks: [
      [
        tempo(0, 300),
        tempo(480, 100),
        ...note,
        tempo(0, 10_000),
        { deltaTime: 480, meta: true, type: 'endOfTrack' },
      ],
    ],
  });
  writeFileSync(join(folder, 'a.mid'), Uint8Array.from(bytes));
  const run = await runHosted(['show', folder, '--json']);
  assert.equal(Math.round(JSON.parse(run.stdout.toString())[0].bpm), 100);
});
