/** Raw devices: each port of an interface, the kernel's time stamps, and who has a port that is in use. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { AlsaRun, FEW_BUFFERS, plugKeys, readTake, UsbDevice } from '../support/alsa-bed.js';
import { pause } from '../support/contract-fixture.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { rowsOfTake, textsOfTake } from '../support/take-rows.js';

const NAMES = [1, 2, 3, 4].map((port) => `Bed Box, MIDI ${port}`);
const ASLEEP_MS = 1500;

describe('raw devices', () => {
  test('four ports of an interface are recorded at once, one that is in use is refused', async (test) => {
    const cwd = temporaryFolder(test);
    const device = new UsbDevice('Bed Box', 'box', 4);
    test.after(() => device.remove());
    device.plug();
    await pause(1000);
    const chosen = NAMES.flatMap((name) => ['-d', name]);
    const recordArgs = ['--raw', 'record', ...FEW_BUFFERS, '-o'];
    const run = new AlsaRun(cwd, [...recordArgs, 'take.mid', ...chosen]);
    await run.hears('recording');
    for (let port = 0; port < 4; port++) device.play(`90 3${port} 40`, port);
    await pause(500);
    const second = await new AlsaRun(cwd, [...recordArgs, 'other.mid', '-d', NAMES[1]!]).finished;
    assert.equal(second.code, 1);
    assert.match(second.stderr, /already in use \(Bed Box, MIDI 2: \S.*, process \d+\)/);
    const [, card] = /hw:(\d+),0,0 +Bed Box/.exec(String(execFileSync('amidi', ['-l']))) ?? [];
    const path = `/dev/snd/midiC${card}D0`;
    const third = await new AlsaRun(cwd, ['--port', path, 'record', '-o', 'third.mid']).finished;
    assert.equal(third.code, 1);
    assert.match(third.stderr, /already in use \(\S*midiC\d+D0: \S.*, process \d+\)/);
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    const tracks = textsOfTake(readTake(cwd, 'take.mid')).filter((rows) => rows.length > 0);
    assert.deepEqual(tracks, [['90 30 40'], ['90 31 40'], ['90 32 40'], ['90 33 40']]);
  });

  test('what comes while midirec does not run has the time of the kernel', async (test) => {
    const cwd = temporaryFolder(test);
    const device = await plugKeys(test);
    const run = new AlsaRun(cwd, [
      ...['--raw', 'record', ...FEW_BUFFERS, '-d', 'Bed Keys', '-o', 'take.mid'],
    ]);
    await run.hears('recording');
    run.signal('SIGSTOP');
    const startMs = performance.now();
    device.play('90 30 40');
    await pause(ASLEEP_MS);
    device.play('90 31 40');
    const apartMs = performance.now() - startMs;
    run.signal('SIGCONT');
    await pause(1000);
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    const times = rowsOfTake(readTake(cwd, 'take.mid'))
      .flat()
      .filter(({ text }) => text.startsWith('90'))
      .map(({ timeMs }) => timeMs);
    const [first = 0, last = 0] = times;
    test.diagnostic(
      `${(last - first).toFixed(1)} ms apart, played within ${apartMs.toFixed(1)} ms`,
    );
    assert.equal(times.length, 2);
    assert.ok(last - first >= ASLEEP_MS - 1 && last - first <= apartMs, `${times}`);
  });
});
