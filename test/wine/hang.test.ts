/** Every call that midirec record makes of a driver, failing once and never returning once: an end in time, and the take saved. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_BUFFERS } from '../../src/capture/buffers/buffer-defaults.js';
import { finishTake, playedEvents, startRecording } from '../support/wine-take.js';

const NOTES = 'notes 200 every 1ms\n';
/** A hang while opening counts after 10 s; the first program in a prefix needs some seconds to come up. */
const OPEN_LIMIT_MS = 25_000;
/** Closing is bounded by 5 s, the end of a process that has a thread in a driver by 1 s. */
const CLOSE_LIMIT_MS = 8_000;
/** With an output: 5 s until it has let go of what sounds, 5 s to close it, and what a busy machine takes. */
const THRU_LIMIT_MS = 20_000;

/** Plays 200 notes to a driver with a fault, and presses Ctrl-C. */
async function recordUntilEnd(fault: string) {
  const run = startRecording({ script: `input "Faulty"\n${fault}\n${NOTES}` });
  await run.waitForEnd();
  const startMs = performance.now();
  run.kill('SIGINT');
  const { result, bytes } = await finishTake(run);
  assert.ok(performance.now() - startMs < CLOSE_LIMIT_MS, `${fault}: too slow`);
  assert.ok(bytes !== undefined, result.stderr);
  assert.equal(playedEvents(bytes)[1]!.length, 200);
  return result;
}

describe('drivers that hang', { concurrency: 4 }, () => {
  for (const [call, name] of [
    ['caps', 'midiInGetDevCaps'],
    ['open', 'midiInOpen'],
    ['prepare', 'midiInPrepareHeader'],
    ['add', 'midiInAddBuffer'],
    ['start', 'midiInStart'],
  ] as const) {
    it(`${name}: said after 10 s, exit 1, and no file is left behind`, async () => {
      const run = startRecording({
        script: `input "Hanging"\nhang ${call} forever\n${NOTES}`,
        limitMs: OPEN_LIMIT_MS,
      });
      const { result, bytes } = await finishTake(run);
      assert.equal(result.signal, null, `${call}: hung`);
      assert.equal(result.code, 1, result.stderr);
      assert.match(result.stderr, new RegExp(`${name} did not return within 10 s`));
      assert.match(result.stderr, /hint: the driver hangs: unplug the device/);
      assert.equal(bytes, undefined);
    });
  }

  it('midiInAddBuffer in the midst of a take: said, exit 3, and the other input has all', async () => {
    const notes = 'notes 1500 every 10ms\n';
    const run = startRecording({
      script:
        `input "Hanging"\nhang add forever after=${DEFAULT_BUFFERS}\nsysex size=100\n${notes}` +
        `input "Healthy"\nsysex size=100\n${notes}`,
      limitMs: OPEN_LIMIT_MS,
    });
    await run.waitForEnd(2);
    run.kill('SIGINT');
    const { result, bytes } = await finishTake(run);
    assert.equal(result.code, 3, result.stderr);
    assert.match(result.stderr, /Hanging went away/);
    assert.match(result.stderr, /Hanging was abandoned: midiInAddBuffer did not return/);
    const [, hanging, healthy] = playedEvents(bytes!);
    assert.equal(healthy!.length, 1501);
    // Ten seconds until it counts as gone: what it plays later is not waited for.
    assert.ok(hanging!.length >= 900, `${hanging!.length} notes`);
  });

  it('midiInGetDevCaps in the midst of a take: said, and nothing is missing', async () => {
    const run = startRecording({
      script: 'input "Hanging"\nhang caps forever after=5\nnotes 1500 every 10ms\n',
      limitMs: OPEN_LIMIT_MS,
    });
    await run.waitForEnd();
    run.kill('SIGINT');
    const { result, bytes } = await finishTake(run);
    assert.match(result.stderr, /warning: midiInGetDevCaps did not return within 10 s/);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(playedEvents(bytes!)[1]!.length, 1500);
  });

  it('three inputs that hang leave a fourth one alone', async () => {
    const hanging = ['stop', 'reset', 'stop'].map(
      (call, index) => `input "Hanging ${index}"\nhang ${call} forever\n${NOTES}`,
    );
    const run = startRecording({ script: `${hanging.join('')}input "Healthy"\n${NOTES}` });
    await run.waitForEnd(4);
    run.kill('SIGINT');
    const { result, bytes } = await finishTake(run);
    assert.equal(result.code, 1, result.stderr);
    assert.deepEqual(result.stderr.match(/warning: .* was abandoned: \w+/g), [
      'warning: Hanging 0 was abandoned: midiInStop',
      'warning: Hanging 1 was abandoned: midiInReset',
      'warning: Hanging 2 was abandoned: midiInStop',
    ]);
    assert.deepEqual(
      playedEvents(bytes!)
        .slice(1)
        .map(({ length }) => length),
      [200, 200, 200, 200],
    );
  });

  for (const [call, name] of [
    ['stop', 'midiInStop'],
    ['reset', 'midiInReset'],
    ['unprepare', 'midiInUnprepareHeader'],
    ['close', 'midiInClose'],
  ] as const) {
    it(`${name}: the take is saved whole, one line says so, exit 1`, async () => {
      const { code, stderr } = await recordUntilEnd(`hang ${call} forever`);
      assert.equal(code, 1, stderr);
      assert.match(stderr, new RegExp(`warning: Faulty was abandoned: ${name} did not return`));
    });
  }
});

describe('record --thru into an output that hears nothing', { concurrency: 3 }, () => {
  /** Notes before a sysex, and after it. */
  const PLAYED = 'wait 500ms\nnotes 100 every 5ms\nsysex size=100\nnotes 100 every 5ms\n';

  for (const [fault, name] of [
    // Wine itself asks once, before midirec can.
    ['hang caps forever after=1', 'midiOutGetDevCaps'],
    ['hang open forever', 'midiOutOpen'],
  ] as const) {
    it(`${name}: said after 10 s, exit 1, and no file is left behind`, async () => {
      const script = `input "Keys"\n${PLAYED}output "Deaf"\n${fault}\n`;
      const run = startRecording({ script, limitMs: OPEN_LIMIT_MS }, ['--thru', 'Deaf']);
      const { result, bytes } = await finishTake(run);
      assert.equal(result.code, 1, result.stderr);
      assert.match(result.stderr, new RegExp(`${name} did not return within 10 s`));
      assert.equal(bytes, undefined);
    });
  }

  const abandoned = (why: string) => new RegExp(`warning: Deaf was abandoned: ${why}`, 'g');
  const unsent = /warning: --thru: \d+ messages? not sent to Deaf/g;
  const refused = /warning: --thru: \w+ failed: MMSYSERR_ERROR .*\(Deaf\)/g;
  for (const [fault, ...said] of [
    ['hang data forever after=10', abandoned('midiOutShortMsg did not return'), unsent],
    ['hang longdata forever', abandoned('midiOutLongMsg did not return'), unsent],
    ['hang prepare forever', abandoned('midiOutPrepareHeader did not return'), unsent],
    ['complete never', abandoned('the driver did not return a buffer')],
    ['complete on-reset\nhang reset forever', abandoned('midiOutReset did not return')],
    ['hang close forever', abandoned('midiOutClose did not return')],
    ['fail data 1 after=10', refused, unsent],
    ['fail longdata 1', refused, unsent],
  ] as const) {
    it(`${fault.replace('\n', ', ')}: an end in time, said once, and the take is whole`, async () => {
      const script = `input "Keys"\n${PLAYED}output "Deaf"\n${fault}\n`;
      const run = startRecording({ script, limitMs: OPEN_LIMIT_MS }, ['--thru', 'Deaf']);
      await run.waitForEnd();
      const startMs = performance.now();
      run.kill('SIGINT');
      const { result, bytes } = await finishTake(run);
      const { stderr } = result;
      assert.ok(performance.now() - startMs < THRU_LIMIT_MS, `${fault}: too slow`);
      assert.equal(result.code, 1, stderr);
      assert.equal(playedEvents(bytes!)[1]!.length, 201, stderr);
      assert.match(stderr, /take\.mid: /);
      for (const words of said) assert.equal(stderr.match(words)?.length, 1, stderr);
    });
  }
});

describe('drivers whose calls fail', { concurrency: 3 }, () => {
  for (const [fault, code, words] of [
    ['fail stop 1', 0, /^(?!.*warning)/s],
    ['fail reset 1', 1, /warning: Faulty was abandoned: midiInReset failed: MMSYSERR_ERROR/],
    ['fail unprepare 1 times=1', 0, /^(?!.*warning)/s],
    ['fail close 1', 1, /warning: Faulty was abandoned: midiInClose failed: MMSYSERR_ERROR/],
  ] as const) {
    it(`${fault}: the take is saved whole, exit ${code}`, async () => {
      const result = await recordUntilEnd(fault);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, words);
    });
  }

  it('midiInAddBuffer that fails in the midst of a take is counted, exit 3', async () => {
    const run = startRecording({
      script: `input "Faulty"\nfail add 7 after=${DEFAULT_BUFFERS}\nnotes 100 every 1ms\nsysex size=100\nnotes 100 every 1ms\n`,
    });
    await run.waitForEnd();
    run.kill('SIGINT');
    const { result, bytes } = await finishTake(run);
    assert.equal(result.code, 3, result.stderr);
    assert.match(
      result.stderr,
      /buffer.* refused by the driver: sysex may be missing.*MMSYSERR_NOMEM/,
    );
    const events = playedEvents(bytes!)[1]!;
    assert.equal(events.length, 201);
  });
});
