/** midirec on a real sequencer: its list, notes from aplaymidi beside arecordmidi, a port of its own, long sysex. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { AlsaRun, FEW_BUFFERS, notesFile, readTake, spreadOf } from '../support/alsa-bed.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { rowsOfTake } from '../support/take-rows.js';

const NOTES = 1000;
const EVERY_MS = 8;

function noteTimes(bytes: Uint8Array): number[] {
  return rowsOfTake(bytes)
    .flat()
    .filter(({ text }) => text.startsWith('90'))
    .map(({ timeMs }) => timeMs);
}

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

  test(`${NOTES} notes of aplaymidi into a soft port, as evenly as arecordmidi has them`, async (test) => {
    const cwd = temporaryFolder(test);
    notesFile(join(cwd, 'notes.mid'), NOTES, EVERY_MS);
    const run = new AlsaRun(cwd, ['record', ...FEW_BUFFERS, '-d', '14:0', '-o', 'take.mid']);
    await run.hears('recording');
    const theirs = spawn('arecordmidi', ['-p', '14:0', '-t', '960', join(cwd, 'theirs.mid')]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    execFileSync('aplaymidi', ['-d', '1', '-p', '14:0', join(cwd, 'notes.mid')]);
    theirs.kill('SIGINT');
    await once(theirs, 'close');
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    const ours = noteTimes(readTake(cwd, 'take.mid'));
    assert.equal(ours.length, NOTES);
    const { tracks } = readSmf(readFileSync(join(cwd, 'theirs.mid')));
    const other = tracks.flatMap(({ events }) =>
      [...events].filter(({ status }) => status === 0x90).map(({ tick }) => (tick * 500) / 960),
    );
    const spreads = `${spreadOf(ours).toFixed(3)} ms, arecordmidi ${spreadOf(other).toFixed(3)} ms`;
    test.diagnostic(`spread of ${ours.length} and ${other.length} notes: ${spreads}`);
    assert.ok(spreadOf(ours) <= spreadOf(other), spreads);
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
