/** midirec record on winmm.dll: devices that are unplugged in the midst of a take, and plugged in again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pause } from '../support/contract-fixture.js';
import { rowsOfTake, type TakeRow, textsOfTake } from '../support/take-rows.js';
import type { LogLine } from '../support/wine-script.js';
import { CALLBACKS, finishTake, recordScript, startRecording } from '../support/wine-take.js';

const NOTICED_MS = 2000;
/** How well the start of a device is known depends on how promptly midiInStart returns. */
const ONE_CLOCK_MS = 25;
const STEADY_NOTES = 600;
const GONE_MS = 2500;

/** Ten notes, away, ten notes; and meanwhile somebody who plays on. */
const TWO_DEVICES = [
  'input "Keystation"',
  'replay continue',
  'wait 500ms',
  'notes 10 every 10ms',
  `vanish ${GONE_MS}ms`,
  'notes 10 every 10ms',
  'input "Pads"',
  `notes ${STEADY_NOTES} every 10ms`,
].join('\n');

/** When the driver sent the messages of an input, in milliseconds. */
function sentMs(log: readonly LogLine[], input: number): number[] {
  let startQpc = 0;
  const times: number[] = [];
  for (const line of log) {
    if (line.input !== input) continue;
    if (line.event === 'start') startQpc = line.startQpc!;
    if (line.event === 'data') times.push(startQpc / 10_000 + line.timeMs!);
  }
  return times;
}

function notesOf(rows: readonly TakeRow[]): TakeRow[] {
  return rows.filter(({ text }) => !text.startsWith('marker'));
}

for (const callback of CALLBACKS) {
  describe(`devices that are unplugged on winmm.dll, ${callback} callback`, () => {
    const env = { MIDIREC_CALLBACK: callback };

    it('gone and back: noticed, marked, on the same clock; the other device loses nothing', async (t) => {
      const { result, bytes, log } = await recordScript({ script: TWO_DEVICES, env, inputs: 2 });
      assert.equal(result.code, 3, result.stderr);
      assert.ok(bytes !== undefined);
      assert.match(result.stderr, /Keystation went away at \d\.\d s; waiting for it to come back/);
      assert.match(result.stderr, /Keystation is back at \d\.\d s/);
      assert.match(result.stderr, /warning: the device went away once, .* \(Keystation\)/);

      const [, keys, pads] = rowsOfTake(bytes);
      assert.deepEqual(
        keys!.filter(({ text }) => text.startsWith('marker')).map(({ text }) => text),
        ['marker: Keystation went away', 'marker: Keystation is back'],
      );
      assert.equal(
        keys!.findIndex(({ text }) => text === 'marker: Keystation went away'),
        10,
      );
      assert.equal(notesOf(keys!).length, 20);
      assert.equal(pads!.length, STEADY_NOTES);

      const zeroMs = sentMs(log, 1)[0]! - pads![0]!.timeMs;
      const vanished = log.find(({ event }) => event === 'vanish')!;
      const vanishedMs = vanished.qpc / 10_000 - zeroMs;
      const goneAfterMs = keys![10]!.timeMs - vanishedMs;
      const backAfterMs = keys![11]!.timeMs - vanishedMs - GONE_MS;
      t.diagnostic(
        `gone noticed after ${goneAfterMs.toFixed(0)} ms, back after ${backAfterMs.toFixed(0)} ms`,
      );
      assert.ok(goneAfterMs > 0 && goneAfterMs < NOTICED_MS);
      assert.ok(backAfterMs > 0 && backAfterMs < NOTICED_MS);
      const errors = sentMs(log, 0).map((ms, row) => notesOf(keys!)[row]!.timeMs + zeroMs - ms);
      const worstMs = Math.max(...errors.map(Math.abs));
      t.diagnostic(`at most ${worstMs.toFixed(1)} ms from when the driver sent it`);
      assert.ok(worstMs <= ONE_CLOCK_MS);
    });

    it('--no-reconnect: the last one gone ends the recording, saved, exit code 3', async () => {
      const script = [
        'input "Keystation"',
        'notes 10 every 10ms',
        'wait 200ms',
        'vanish forever',
        'input "Pads"',
        'notes 10 every 10ms',
        'wait 2s',
        'vanish forever',
      ].join('\n');
      const run = startRecording({ script, env, limitMs: 30_000 }, ['--no-reconnect']);
      const { result, bytes } = await finishTake(run);
      assert.equal(result.code, 3, result.stderr);
      assert.ok(bytes !== undefined);
      const [, keys, pads] = textsOfTake(bytes);
      assert.equal(keys?.length, 11);
      assert.equal(keys?.at(-1), 'marker: Keystation went away');
      assert.equal(pads?.at(-1), 'marker: Pads went away');
    });

    it('a sysex that the unplugging cuts is kept, and those after it are whole', async () => {
      const script = [
        'input "Synth"',
        'replay continue',
        'pace 3125',
        'sysex size=10000 seed=1 end=none piece=4000',
        'vanish 1s',
        'sysex size=5000 seed=2',
      ].join('\n');
      const { result, bytes } = await recordScript({ script, env });
      assert.equal(result.code, 3, result.stderr);
      assert.ok(bytes !== undefined);
      const [, rows] = textsOfTake(bytes);
      const lengths = rows!.map((text) =>
        text.startsWith('marker') ? text : text.split(' ').length,
      );
      assert.equal(lengths.at(-1), 5000);
      assert.match(result.stderr, /sysex incomplete/);
    });

    it('callbacks long after midiInClose write to memory that is still there', async () => {
      const script = [
        'input "Liar"',
        'late 5000 700ms 90 7f 7f',
        'fail add 6 after=4 times=1',
        'wait 300ms',
        'short 90 3c 40',
        'sysex size=12 seed=1',
        'input "Pads"',
        'wait 3s',
        'short 91 3c 40',
      ].join('\n');
      const run = startRecording({ script, env }, ['--no-reconnect', '--buffers', '4']);
      await run.waitForLog('late callbacks', ({ event }) => event === 'late');
      await run.waitForLog('end', ({ event, input }) => event === 'end' && input === 1);
      await pause(200);
      run.kill('SIGINT');
      const { result, bytes } = await finishTake(run);
      assert.equal(result.code, 3, result.stderr);
      assert.ok(bytes !== undefined);
      const [, liar, pads] = textsOfTake(bytes);
      assert.equal(liar?.length, 3, 'a note, a sysex, a mark; nothing that came after');
      assert.deepEqual(pads, ['91 3c 40']);
    });
  });
}
