/** Several programs at once: two recorders, another listener, a receiver that ends, and a recorder that is not let read. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AlsaRun, FEW_BUFFERS, notesFile, readTake, UsbDevice } from '../support/alsa-bed.js';
import { eventually, pause } from '../support/contract-fixture.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { textsOfTake } from '../support/take-rows.js';

const LIMIT_MS = 180_000;
/** More than the kernel has room for. */
const FLOOD_NOTES = 4000;
const NOTES_AFTER = 20;

function notesIn(take: Buffer): string[] {
  return textsOfTake(take)
    .flat()
    .filter((text) => text.startsWith('90'));
}

function listenTo(port: string) {
  const child = spawn('stdbuf', ['-oL', 'aseqdump', ...(port === '' ? [] : ['-p', port])]);
  const heard = { text: '', child };
  child.stdout.on('data', (bytes: Buffer) => {
    heard.text += bytes.toString();
  });
  return heard;
}

describe('the ALSA sequencer shared', () => {
  test('two recorders on two ports of an interface, and another program on one of them', async (test) => {
    const cwd = temporaryFolder(test);
    const device = new UsbDevice('Bed Box', 'box', 2);
    test.after(() => device.remove());
    device.plug();
    await pause(1000);
    const other = listenTo('Bed Box:0');
    test.after(() => other.child.kill());
    const runs = [1, 2].map((port) => {
      const args = ['-d', `Bed Box, MIDI ${port}`, '-o', `${port}.mid`];
      return new AlsaRun(cwd, ['record', ...FEW_BUFFERS, ...args]);
    });
    for (const run of runs) await run.hears('recording');
    for (const port of [0, 1]) device.play(`90 3${port} 40`, port);
    await pause(1000);
    for (const run of runs) {
      const { code, stderr } = await run.stop();
      assert.equal(code, 0, stderr);
    }
    assert.deepEqual(notesIn(readTake(cwd, '1.mid')), ['90 30 40']);
    assert.deepEqual(notesIn(readTake(cwd, '2.mid')), ['90 31 40']);
    assert.match(other.text, /Note on +0, note 48/);
  });

  test('a receiver that ends while it is played to: said, and the end', async (test) => {
    const cwd = temporaryFolder(test);
    notesFile(join(cwd, 'notes.mid'), 10_000, 20);
    const receiver = listenTo('');
    test.after(() => receiver.child.kill());
    const run = new AlsaRun(cwd, ['play', 'notes.mid', '-d', 'aseqdump']);
    await eventually('it is played to', () => receiver.text.includes('Note on'), LIMIT_MS);
    receiver.child.kill('SIGKILL');
    const { code, stderr } = await run.finished;
    test.diagnostic(stderr);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /MIDIERR_NODEVICE/);
  });

  test('a port of its own that another program listens to while it plays', async (test) => {
    const cwd = temporaryFolder(test);
    notesFile(join(cwd, 'notes.mid'), 10_000, 20);
    const run = new AlsaRun(cwd, ['play', '--virtual', 'Player', 'notes.mid']);
    const isThere = () => String(execFileSync('arecordmidi', ['-l'])).includes('Player');
    await eventually('its port is there', isThere, LIMIT_MS);
    const listener = listenTo('Player');
    test.after(() => listener.child.kill());
    await eventually('it is heard', () => listener.text.includes('Note on'), LIMIT_MS);
    assert.match(listener.text, /Note on[^\n]*note 36/, 'it did not wait for the listener');
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
  });

  test('an overrun is counted, and what comes after it is whole', async (test) => {
    const cwd = temporaryFolder(test);
    notesFile(join(cwd, 'flood.mid'), FLOOD_NOTES, 1);
    notesFile(join(cwd, 'after.mid'), NOTES_AFTER, 20);
    const play = (name: string) =>
      execFileSync('aplaymidi', ['-d', '0', '-p', '14:0', join(cwd, name)]);
    const run = new AlsaRun(cwd, ['record', ...FEW_BUFFERS, '-d', '14:0', '-o', 'take.mid']);
    await run.hears('recording');
    run.signal('SIGSTOP');
    play('flood.mid');
    run.signal('SIGCONT');
    await pause(3000);
    play('after.mid');
    await pause(1000);
    const { code, stderr } = await run.stop();
    test.diagnostic(stderr);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /the system ran out of room once: messages are missing/);
    const notes = notesIn(readTake(cwd, 'take.mid'));
    const after = Array.from(
      { length: NOTES_AFTER },
      (_, index) => `90 ${(36 + index).toString(16)} 40`,
    );
    assert.deepEqual(notes.slice(-NOTES_AFTER), after);
  });
});
