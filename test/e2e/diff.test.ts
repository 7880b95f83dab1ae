/** `midirec diff` as people use it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { temporaryFolder } from '../support/run-midirec.js';

type Voice = { name: string; sound: number[] };

/** A DX7 bank after the manual's "bulk data for 32 voices": 118 bytes and a name of ten each. */
function dx7Bank(voices: readonly Voice[]): Buffer {
  const data = voices.flatMap(({ name, sound }) => [...sound, ...Buffer.from(name.padEnd(10))]);
  const sum = -data.reduce((all, byte) => all + byte, 0) & 0x7f;
  return Buffer.from([0xf0, 0x43, 0, 9, 0x20, 0, ...data, sum, 0xf7]);
}

const voices = (): Voice[] =>
  Array.from({ length: 32 }, (_, at) => ({ name: `VOICE ${at + 1}`, sound: Array(118).fill(at) }));

function twoBanks(t: TestContext): { cwd: string } {
  const cwd = temporaryFolder(t);
  const changed = voices();
  changed[0]!.name = 'BRASS';
  changed[4]!.sound.splice(11, 3, 99, 4, 99);
  [changed[8], changed[9]] = [changed[9]!, changed[8]!];
  writeFileSync(join(cwd, 'a.syx'), dx7Bank(voices()));
  writeFileSync(join(cwd, 'b.syx'), dx7Bank(changed));
  return { cwd };
}

test('says of a bank what is renamed, changed, moved and the same; exit 1, and 0 for the same', async (t) => {
  const { cwd } = twoBanks(t);
  const run = await runHosted(['diff', 'a.syx', 'b.syx'], { cwd });
  assert.equal(run.code, 1, run.stderr);
  assert.deepEqual(run.stdout.toString().split('\n'), [
    'DX7, 32 voices: 1 renamed, 1 changed (bytes 12 to 14), 2 moved, 28 the same',
    '  renamed   1  "VOICE 1" is now "BRASS"',
    '  changed   5  "VOICE 5", bytes 12 to 14',
    '  moved     9  "VOICE 9" to 10',
    '  moved    10  "VOICE 10" to 9',
    '',
  ]);
  const same = await runHosted(['diff', 'a.syx', 'a.syx'], { cwd });
  assert.deepEqual([same.code, same.stdout.length], [0, 0], same.stderr);
  const json = JSON.parse(
    (await runHosted(['diff', 'a.syx', 'b.syx', '--json'], { cwd })).stdout.toString(),
  );
  assert.equal(json.isSame, false);
  assert.deepEqual(json.groups[0].differences[1], {
    kind: 'changed',
    number: '5',
    name: 'VOICE 5',
    firstByte: 12,
    lastByte: 14,
  });
});

test('a bank and messages of single voices are compared in one form, by content', async (t) => {
  const { cwd } = twoBanks(t);
  assert.equal((await runHosted(['split', 'a.syx', '-o', 'singles'], { cwd })).code, 0);
  const diff = async (...args: string[]) => {
    const run = await runHosted(['diff', ...args], { cwd });
    return run.stdout.toString().split('\n');
  };
  const files = readdirSync(join(cwd, 'singles'))
    .map((name) => join('singles', name))
    .sort();
  const [heading, first] = await diff('a.syx', files[4]!);
  assert.equal(heading, 'DX7, 32 voices before, 1 after: 31 removed, 1 the same');
  assert.match(first!, /removed +1 +"VOICE 1"/);
  const all = Buffer.concat(files.map((file) => readFileSync(join(cwd, file))).reverse());
  writeFileSync(join(cwd, 'all.syx'), all);
  assert.deepEqual((await diff('a.syx', 'all.syx')).slice(0, 1), ['DX7, 32 voices: 32 the same']);
  assert.deepEqual(await diff(files[4]!, files[5]!), [
    'DX7, 1 voice: 1 changed (bytes 1 to 145)',
    '  changed  1  "VOICE 5" is now "VOICE 6", bytes 1 to 145',
    '',
  ]);
});

test('another device number is no change of a patch, and said all the same', async (t) => {
  const { cwd } = twoBanks(t);
  const other = dx7Bank(voices());
  other[2] = 1;
  writeFileSync(join(cwd, 'other.syx'), other);
  const run = await runHosted(['diff', 'a.syx', 'other.syx'], { cwd });
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stdout.toString(), /32 the same\nwhat is around the patches differs/);
});

test('two folders: file by file, whatever is in them; exit 2 for what cannot be compared, 3 for damage', async (t) => {
  const { cwd } = twoBanks(t);
  for (const folder of ['one', 'two']) {
    mkdirSync(join(cwd, folder, 'dx7'), { recursive: true });
    writeFileSync(join(cwd, folder, 'dx7', 'bank.syx'), dx7Bank(voices()));
  }
  writeFileSync(join(cwd, 'two', 'more.syx'), Buffer.from('f07d01f7f07d02', 'hex'));
  writeFileSync(join(cwd, 'one', 'more.syx'), Buffer.from('f07d03f7', 'hex'));
  writeFileSync(join(cwd, 'one', 'old.syx'), Buffer.from('f07d03f7', 'hex'));
  const run = await runHosted(['diff', 'one', 'two'], { cwd });
  assert.equal(run.code, 3, run.stderr);
  assert.match(run.stdout.toString(), /^more\.syx:\n {2}.*, 1 message: 1 changed \(byte 3\)\n/);
  assert.match(run.stdout.toString(), /\nold\.syx: only before\n/);
  assert.match(run.stdout.toString(), /\n1 file the same, 1 different, 1 only before\n$/);
  for (const [args, why] of [
    [['one', 'a.syx'], /a folder and a file/],
    [['a.syx', 'nowhere.syx'], /cannot read nowhere\.syx/],
  ] as const) {
    const failed = await runHosted(['diff', ...args], { cwd });
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, why);
  }
});

test('a song is not compared by the sysex in it', async (t) => {
  const { cwd } = twoBanks(t);
  const track = Buffer.from('00f0057e7f0901f7' + '00903c40' + '30803c40' + '00ff2f00', 'hex');
  const head = Buffer.from('MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x14', 'latin1');
  writeFileSync(join(cwd, 'song.mid'), Buffer.concat([head, track]));
  const run = await runHosted(['diff', 'song.mid', 'song.mid'], { cwd });
  assert.equal(run.code, 2);
  assert.match(run.stderr, /song\.mid has more in it than sysex, which is all that diff compares/);
});
