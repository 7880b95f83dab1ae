/** `midirec restore` into the demo instruments, as people use it, and `--device-number` and `--fix-checksum` in sysex-send. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';
import { DX7_BANK } from '../support/synthesizers.js';

const TO_DEMO = ['-d', 'demo synth'];

/** A bank of a DX7 with a voice that the demo one does not have. */
function bankFile(t: TestContext, change: (bank: Uint8Array) => void = () => {}): string {
  const bank = DX7_BANK.slice();
  change(bank);
  const file = join(temporaryFolder(t), 'bank.syx');
  writeFileSync(file, bank);
  return file;
}

test('a backup goes back with handshakes, and is compared; a folder of it is one instrument', async (t) => {
  const folder = join(temporaryFolder(t), 'all');
  const named = ['--instrument', 'cz101', '--instrument', 'dx7'];
  const saved = await runHosted(['backup', ...TO_DEMO, ...named, '-o', folder]);
  assert.equal(saved.code, 0, saved.stderr);
  const day = join(folder, readdirSync(folder)[0]!);

  const unasked = await runHosted(['restore', day]);
  assert.equal(unasked.code, 2);
  assert.match(unasked.stderr, /overwrites what the instrument has: .*\nhint: --yes/);
  const looked = await runHosted(['restore', join(day, 'cz101'), '--dry-run']);
  assert.equal(looked.code, 0, looked.stderr);
  assert.match(looked.stdout.toString(), /^CZ-101: 17 dumps, 4,471 bytes, to midirec demo synth\n/);
  assert.match(looked.stdout.toString(), /\n {2}tone, patch 47: 1 message, 263 bytes\n/);

  const restored = await runMidirec(['restore', join(day, 'cz101'), '--yes']);
  assert.equal(restored.code, 0, restored.stderr);
  assert.match(restored.stderr, /CZ-101 at midirec demo synth: 17 dumps compared, the same\n/);
  const voice = await runHosted(['restore', join(day, 'dx7', 'voice (BRASS 1).syx')]);
  assert.equal(voice.code, 0, voice.stderr);
  assert.match(voice.stderr, /DX7 at midirec demo synth: 1 dump compared, the same\n/);

  const only = await runHosted(['restore', day, '--instrument', 'dx7', '--dry-run', '--json']);
  assert.match(only.stderr, /left out: Casio CZ-101, midirec demo synth, as --instrument is DX7/);
  const { instruments } = JSON.parse(only.stdout.toString());
  assert.equal(instruments.length, 1);
  assert.deepEqual(instruments[0].dumps[0], {
    request: 'bank',
    messages: 1,
    bytes: 4104,
    outcome: 'not-sent',
  });
  const dx7To = (...args: string[]) =>
    runHosted(['restore', join(day, 'dx7'), '--instrument', 'cz101', '--dry-run', ...args]);
  const other = await dx7To();
  assert.equal(other.code, 2);
  assert.match(
    other.stderr,
    /is of Yamaha DX7, not of CZ-101\nhint: omit --instrument, or --force/,
  );
  const forced = await dx7To('--force');
  assert.match(forced.stderr, /not of CZ-101; sent all the same/);
  assert.match(
    forced.stdout.toString(),
    /^CZ-101: 2 dumps, .*\n {2}.*, cannot be asked for: 1 message/,
  );
  const stopped = await runMidirec(['restore', day, '--force', '--json'], {
    onStart: (child) => untilSaid(child, 'CZ-101 at').then(() => child.kill('SIGINT')),
  });
  assert.equal(stopped.code, 3, stopped.stderr);
  assert.match(stopped.stderr, /demo synth: not sent, for it was broken off before/);
  const outcomes = JSON.parse(stopped.stdout.toString()).instruments.map(
    ({ dumps }: { dumps: { outcome: string }[] }) => dumps.at(-1)!.outcome,
  );
  assert.deepEqual([outcomes[0], outcomes.at(-1)], ['same', 'not-sent']);

  const above = await runHosted(['restore', folder]);
  assert.equal(above.code, 2);
  assert.match(above.stderr, /has no backup\.json\nhint: did you mean .*\d{4}-\d\d-\d\d\?/);
  writeFileSync(
    join(day, 'dx7', 'bank (32 voices).syx'),
    readFileSync(bankFile(t)).subarray(0, 90),
  );
  const cut = await runHosted(['restore', join(day, 'dx7'), '--force']);
  assert.equal(cut.code, 1, cut.stderr);
  assert.match(cut.stderr, /has 0 messages, not 1 as backup\.json says/);
});

test('a file of anywhere goes to the instrument that it is for, if it is whole and no other is meant', async (t) => {
  const good = bankFile(t);
  const right = await runHosted(['restore', good, ...TO_DEMO, '--yes']);
  assert.equal(right.code, 0, right.stderr);
  const other = await runHosted(['restore', good, ...TO_DEMO, '--instrument', 'cz101']);
  assert.equal(other.code, 2);
  assert.match(other.stderr, /message 1 is for DX7, not CZ-101\nhint: .*--force/);
  const away = await runHosted(['restore', good, ...TO_DEMO, '--yes', '--device-number', '2']);
  assert.equal(away.code, 3, away.stderr);
  assert.match(away.stderr, /bank: asked for again, it did not come/);
  assert.match(away.stderr, /on its panel: FUNCTION 8/);
});

test('a wrong checksum is refused, or made right; --yes lets nothing past but the question', async (t) => {
  const file = bankFile(t, (bank) => {
    bank[10] = bank[10]! ^ 1;
  });
  const forced = await runHosted(['restore', file, ...TO_DEMO, '--force', '--dry-run']);
  assert.equal(forced.code, 0, forced.stderr);
  assert.match(forced.stderr, /32 voices with a wrong checksum; sent all the same/);
  const wrong = await runHosted(['restore', file, ...TO_DEMO, '--yes']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /wrong checksum\nhint: --fix-checksum/);
  const fixed = await runHosted(['restore', file, ...TO_DEMO, '--yes', '--fix-checksum']);
  assert.equal(fixed.code, 0, fixed.stderr);
  assert.match(fixed.stderr, /checksum of 32 voices is made right/);
});

test('what the backup says that it lacks is said, and stands in the JSON', async (t) => {
  const day = temporaryFolder(t);
  mkdirSync(join(day, 'dx7'));
  writeFileSync(join(day, 'dx7', 'bank.syx'), DX7_BANK);
  const answers = [{ messages: 1, whole: true }];
  const dx7 = {
    instrument: 'dx7',
    name: 'Yamaha DX7',
    output: 'somewhere',
    input: 'somewhere',
    folder: 'dx7',
    files: [{ file: 'bank.syx', request: 'bank', bytes: 4104, answers }],
    missing: ['voice: no answer, asked 3 times'],
  };
  const index = { instruments: [dx7], notSaved: ['um-one: nobody answers'] };
  writeFileSync(join(day, 'backup.json'), JSON.stringify(index));
  const looked = await runMidirec(['restore', day, '--dry-run', '--json']);
  assert.equal(looked.code, 3, looked.stderr);
  assert.match(looked.stderr, /warning: DX7: not in the backup: voice: no answer, asked 3 times\n/);
  assert.match(looked.stderr, /warning: not in the backup: um-one: nobody answers\n/);
  assert.deepEqual(JSON.parse(looked.stdout.toString()).instruments[0].missing, dx7.missing);

  for (const whole of [true, false]) {
    const file = { ...dx7.files[0], answers: [{ messages: 1, whole }] };
    const files = [file, { ...file, answers }];
    writeFileSync(
      join(day, 'backup.json'),
      JSON.stringify({ instruments: [{ ...dx7, files, missing: [] }] }),
    );
    const run = await runHosted(['restore', day, ...TO_DEMO, '--yes']);
    assert.equal(run.code, whole ? 0 : 3, run.stderr);
    assert.equal(run.stderr.includes('1 answer that is not whole is left out'), !whole);
  }
});

test('--dry-run looks for the devices that are named, and says what they are called', async (t) => {
  const file = bankFile(t);
  for (const command of ['restore', 'sysex-send']) {
    const from = command === 'restore' ? [] : ['--wait-reply'];
    for (const named of [
      ['-d', 'nosuch'],
      ['-d', 'demo', ...from, '--from', 'nosuch'],
    ]) {
      const run = await runHosted([command, file, ...named, '--dry-run']);
      assert.equal(run.code, 2, `${command} ${named.join(' ')}: ${run.stderr}`);
      assert.match(run.stderr, /there is no MIDI (in|out)put 'nosuch'/);
    }
    const run = await runHosted([command, file, '-d', 'demo', '--dry-run']);
    assert.match(run.stdout.toString() + run.stderr, /to midirec demo synth/);
  }
});

test('sysex-send writes another device number, and makes checksums right', async (t) => {
  const file = bankFile(t, (bank) => {
    bank[10] = bank[10]! ^ 1;
  });
  const options = ['--device-number', '3', '--fix-checksum'];
  const dry = await runMidirec(['sysex-send', file, '--dry-run', ...options]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stderr, /message 1: checksum made right/);
  assert.match(dry.stdout.toString(), /checksum right/);
  const bad = await runHosted(['sysex-send', file, '--dry-run', '--device-number', '17']);
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /17 is not a device number of DX7/);
  const none = await runHosted(['sysex-send', 'F0 7D 55 F7', '--dry-run', '--device-number', '1']);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /it is not known where its device number stands/);
});
