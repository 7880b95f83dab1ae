/** A USB MIDI device that is really pulled and plugged in again, and one with four ports. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  AlsaRun,
  FEW_BUFFERS,
  notesFile,
  pullAndPlug,
  readTake,
  UsbDevice,
} from '../support/alsa-bed.js';
import { pause } from '../support/contract-fixture.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { textsOfTake } from '../support/take-rows.js';

const NOTES = 1000;
const EVERY_MS = 8;

describe('a USB MIDI device', () => {
  test('pulled and plugged in again, twice', async (test) => {
    await pullAndPlug(test, 2);
  });

  test('four ports: each with its name, each on its track; 1,000 notes on one of them', async (test) => {
    const cwd = temporaryFolder(test);
    const device = new UsbDevice('Bed Box', 'box', 4);
    test.after(() => device.remove());
    device.plug();
    await pause(1000);
    const ports = [1, 2, 3, 4].flatMap((port) => ['-d', `Bed Box, MIDI ${port}`]);
    const run = new AlsaRun(cwd, ['record', ...FEW_BUFFERS, ...ports, '-o', 'take.mid']);
    await run.hears('recording');
    for (let port = 0; port < 4; port++) device.play(`90 3${port} 40`, port);
    notesFile(join(cwd, 'notes.mid'), NOTES, EVERY_MS);
    execFileSync('aplaymidi', ['-d', '1', '-p', 'f_midi:2', join(cwd, 'notes.mid')]);
    await pause(500);
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    const tracks = textsOfTake(readTake(cwd, 'take.mid')).filter((rows) => rows.length > 0);
    assert.equal(tracks[2]?.splice(1).length, NOTES);
    assert.deepEqual(tracks, [['90 30 40'], ['90 31 40'], ['90 32 40'], ['90 33 40']]);
  });
});
