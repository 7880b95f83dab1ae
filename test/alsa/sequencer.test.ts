/** midirec on a real sequencer: its list, notes from aplaymidi, a port of its own, long sysex. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  AlsaRun,
  FEW_BUFFERS,
  notesFile,
  noteTimes,
  readTake,
  spreadOf,
} from '../support/alsa-bed.js';
import { temporaryFolder } from '../support/run-midirec.js';

const NOTES = 1000;
const EVERY_MS = 8;

describe('the ALSA sequencer', () => {
  test('lists what arecordmidi and aplaymidi list', async (test) => {
    const cwd = temporaryFolder(test);
    const run = await new AlsaRun(cwd, ['list', '--json']).finished;
    const { inputs } = JSON.parse(run.stdout.toString());
    const names = inputs.map(({ name }: { name: string }) => name);
    assert.deepEqual(names.slice(0, 3), [
      'Midi Through, Port-0',
      'Virtual Raw MIDI …, VirMIDI 0-0',
      'Virtual Raw MIDI …, VirMIDI 0-1',
    ]);
    const theirs = execFileSync('arecordmidi', ['-l'], { encoding: 'utf8' }).trim().split('\n');
    const own = names.filter((name: string) => !/midirec|Demo/.test(name));
    assert.equal(own.length, theirs.length - 1, theirs.join('\n'));
  });

  test(`${NOTES} notes of aplaymidi into a soft port`, async (test) => {
    const cwd = temporaryFolder(test);
    notesFile(join(cwd, 'notes.mid'), NOTES, EVERY_MS);
    const run = new AlsaRun(cwd, ['record', ...FEW_BUFFERS, '-d', '14:0', '-o', 'take.mid']);
    await run.hears('recording');
    execFileSync('aplaymidi', ['-d', '1', '-p', '14:0', join(cwd, 'notes.mid')]);
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    assert.equal(noteTimes(readTake(cwd, 'take.mid')).length, NOTES);
  });

  test(`${NOTES} notes of aplaymidi into a port of its own`, async (test) => {
    const cwd = temporaryFolder(test);
    notesFile(join(cwd, 'notes.mid'), NOTES, EVERY_MS);
    const run = new AlsaRun(cwd, [
      '--virtual=Recorder',
      'record',
      ...FEW_BUFFERS,
      '-o',
      'take.mid',
    ]);
    await run.hears('recording');
    execFileSync('aplaymidi', ['-d', '1', '-p', 'Recorder', join(cwd, 'notes.mid')]);
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    const times = noteTimes(readTake(cwd, 'take.mid'));
    test.diagnostic(`spread of ${times.length} notes: ${spreadOf(times).toFixed(3)} ms`);
    assert.equal(times.length, NOTES);
  });

  test('60,000 bytes of sysex out and in', async (test) => {
    const cwd = temporaryFolder(test);
    const sysex = Uint8Array.from({ length: 60_000 }, (_, index) => (index * 7) & 0x7f);
    sysex.set([0xf0, 0x7d]);
    sysex[sysex.length - 1] = 0xf7;
    writeFileSync(join(cwd, 'long.syx'), sysex);
    const dump = new AlsaRun(cwd, [
      'sysex-dump',
      ...FEW_BUFFERS,
      '-d',
      '14:0',
      '-o',
      'dump.syx',
      '--count',
      '1',
    ]);
    await dump.hears('listening');
    const sent = await new AlsaRun(cwd, ['sysex-send', '-d', '14:0', 'long.syx']).finished;
    assert.equal(sent.code, 0, sent.stderr);
    const { code, stderr } = await dump.finished;
    assert.equal(code, 0, stderr);
    assert.ok(readTake(cwd, 'dump.syx').equals(sysex));
  });
});
