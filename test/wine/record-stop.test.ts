/** midirec record on winmm.dll: Ctrl-C at any moment, drivers that hang, devices that are not to be had. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { pause } from '../support/contract-fixture.js';
import { parseWithMidiFile, parseWithMidiParserJs, parseWithOurs } from '../support/smf-parsers.js';
import type { WineRun } from '../support/wine-run.js';
import type { LogLine } from '../support/wine-script.js';
import { CALLBACKS, finishTake, playedEvents, startRecording } from '../support/wine-take.js';

const STEADY = 'input "Steady"\nnotes 100000 every 1ms\n';
/** What no run may take after Ctrl-C, on a machine that has other things to do: closing is bounded by five seconds. */
const NEVER_A_HANG_MS = 20_000;

const started = (run: WineRun) =>
  run.waitForLog('start of the input', ({ event }) => event === 'start');

const sentIn = (log: LogLine[]) => log.filter(({ event }) => event === 'data').length;

/** A valid file, or none. */
function assertWhole(bytes: Buffer | undefined): void {
  if (bytes === undefined) return;
  const { damages, tracks } = readSmf(bytes);
  assert.deepEqual(damages, []);
  assert.ok(tracks.length > 0);
}

/** A valid file that may still be growing: there the newest events can stand behind an End of Track. */
function assertReadable(bytes: Buffer): void {
  for (const parse of [parseWithOurs, parseWithMidiFile, parseWithMidiParserJs]) {
    assert.ok(parse(bytes).tracks.length > 0);
  }
}

for (const callback of CALLBACKS) {
  describe(`stopping midirec record on winmm.dll, ${callback} callback`, () => {
    const options = {
      script: STEADY,
      env: { MIDIREC_CALLBACK: callback },
      limitMs: NEVER_A_HANG_MS,
    };

    it('Ctrl-C while the device is being opened: a valid file or none, and an end', async () => {
      // Earlier still, Node.js has not run a line of the program, and on Wine may not survive it.
      for (const afterMs of [0, 5, 10, 20, 30, 40, 50, 70, 90]) {
        const run = startRecording(options);
        await run.waitForLog('load of the driver', ({ event }) => event === 'load');
        await pause(afterMs);
        run.kill('SIGINT');
        const { result, bytes } = await finishTake(run);
        assert.notEqual(result.signal, 'SIGKILL', `hung after Ctrl-C at ${afterMs} ms`);
        assertWhole(bytes);
      }
    });

    it('Ctrl-C twice while the device is being opened: a valid file or none, and an end', async () => {
      for (const [afterMs, betweenMs] of [
        [0, 0],
        [20, 0],
        [20, 20],
        [50, 5],
        [90, 0],
      ] as const) {
        const run = startRecording(options);
        await run.waitForLog('load of the driver', ({ event }) => event === 'load');
        await pause(afterMs);
        run.kill('SIGINT');
        await pause(betweenMs);
        run.kill('SIGINT');
        const { result, bytes } = await finishTake(run);
        assert.notEqual(result.signal, 'SIGKILL', `hung after Ctrl-C at ${afterMs} ms`);
        if (bytes !== undefined) assertReadable(bytes);
      }
    });

    it('Ctrl-C in the first 50 ms of the recording saves it, with exit code 0', async () => {
      for (const afterMs of [0, 5, 10, 20, 50]) {
        const run = startRecording(options);
        await started(run);
        await pause(afterMs);
        run.kill('SIGINT');
        const { result, bytes } = await finishTake(run);
        assert.equal(result.code, 0, `${result.stderr} (Ctrl-C at ${afterMs} ms)`);
        assert.ok(bytes !== undefined);
        assertWhole(bytes);
      }
    });

    it('Ctrl-C later saves what was played until then', async () => {
      const run = startRecording(options);
      await started(run);
      await pause(1000);
      const before = sentIn(run.log());
      assert.ok(before > 0);
      run.kill('SIGINT');
      const { result, bytes, log } = await finishTake(run);
      assert.equal(result.code, 0, result.stderr);
      assert.ok(bytes !== undefined);
      const sent = sentIn(log);
      const saved = playedEvents(bytes)[1]!.length;
      assert.ok(saved >= before && saved <= sent, `${saved} of ${before} to ${sent} notes`);
    });

    it('Ctrl-C twice at once: a valid file, and an end', async () => {
      for (const betweenMs of [0, 5, 50]) {
        const run = startRecording(options);
        await started(run);
        await pause(300);
        run.kill('SIGINT');
        await pause(betweenMs);
        run.kill('SIGINT');
        const { result, bytes } = await finishTake(run);
        assert.ok(result.code === 0 || result.code === 130, `${result.code} ${result.stderr}`);
        assert.ok(bytes !== undefined);
        assertReadable(bytes);
      }
    });
  });
}

describe('midirec record on winmm.dll, drivers that hang', () => {
  for (const call of ['stop', 'reset', 'close']) {
    it(`a driver that hangs in ${call} does not keep the take: it is saved in bounded time`, async () => {
      const script = `input "Hanging"\nhang ${call} forever\nnotes 200 every 1ms\n`;
      const run = startRecording({ script, limitMs: NEVER_A_HANG_MS });
      await run.waitForEnd();
      run.kill('SIGINT');
      const { result, bytes } = await finishTake(run);
      assert.notEqual(result.signal, 'SIGKILL', 'hung');
      assert.ok(bytes !== undefined);
      assert.equal(playedEvents(bytes)[1]!.length, 200);
      assert.equal(result.code, 1, result.stderr);
    });
  }

  it('a second Ctrl-C does not wait for a driver that hangs: 130, and the take is on disk', async () => {
    const script = 'input "Hanging"\nhang stop forever\nnotes 200 every 1ms\n';
    const run = startRecording({ script, limitMs: NEVER_A_HANG_MS });
    await run.waitForEnd();
    run.kill('SIGINT');
    await pause(300);
    run.kill('SIGINT');
    const { result, bytes } = await finishTake(run);
    // Nothing else ends with this code: whoever waits for the driver ends with 1.
    assert.equal(result.code, 130, result.stderr);
    assert.ok(bytes !== undefined);
    assert.equal(playedEvents(bytes)[1]!.length, 200);
  });

  it('SIGKILL in the middle leaves a file with all but the last second', async () => {
    const run = startRecording({ script: STEADY });
    await started(run);
    await pause(3000);
    run.kill('SIGKILL');
    const { bytes } = await finishTake(run);
    assert.ok(bytes !== undefined);
    const saved = readSmf(bytes).tracks.flatMap(({ events }) => [...events]).length;
    assert.ok(saved > 1500, `${saved} events`);
  });
});
