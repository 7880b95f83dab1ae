/** midirec record on winmm.dll: drivers that do what they must not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sysexContent } from '../support/wine-script.js';
import { CALLBACKS, playedEvents, recordScript, shortMessages } from '../support/wine-take.js';

const NOTE = 'short 90 3c 40';
const NOTE_PACKED = 0x403c90;

/** Records what one input plays; answers with the exit code, the messages and what was said. */
async function recordInput(lines: readonly string[], env: Record<string, string> = {}) {
  const script = ['input "Odd"', ...lines].join('\n');
  const { result, bytes } = await recordScript({ script, env });
  assert.ok(bytes !== undefined, result.stderr);
  const events = playedEvents(bytes)[1]!;
  const sysex = events
    .filter(({ status }) => status >= 0xf0)
    .map(({ status, data }) => [...(status === 0xf0 ? [0xf0] : []), ...data]);
  return { code: result.code, stderr: result.stderr, shorts: shortMessages(events), sysex, events };
}

for (const callback of CALLBACKS) {
  const env = { MIDIREC_CALLBACK: callback };
  describe(`midirec record on winmm.dll, odd drivers, ${callback} callback`, () => {
    it('MIM_MOREDATA is data', async () => {
      const { code, shorts } = await recordInput(['more 90 3c 40', NOTE], env);
      assert.equal(code, 0);
      assert.deepEqual(shorts, [NOTE_PACKED, NOTE_PACKED]);
    });

    it('MIM_ERROR is counted and told, and what follows is recorded', async () => {
      const { code, shorts, stderr } = await recordInput([NOTE, 'error f4', NOTE], env);
      assert.equal(code, 3, stderr);
      assert.deepEqual(shorts, [NOTE_PACKED, NOTE_PACKED]);
    });

    it('the bytes of MIM_LONGERROR are kept, and told to be incomplete', async () => {
      const { code, sysex, stderr } = await recordInput(['long-error f0 7d 01', NOTE], env);
      assert.equal(code, 3, stderr);
      assert.deepEqual(sysex[0]?.slice(0, 3), [0xf0, 0x7d, 0x01]);
    });

    it('a thousand MIM_LONGERROR do not use up the buffers', async () => {
      const { code, sysex } = await recordInput(
        ['repeat 1000', 'sysex size=300 piece=100 error=2', 'end', 'sysex size=5000 seed=3'],
        env,
      );
      assert.equal(code, 3);
      assert.deepEqual(sysex.at(-1), [...sysexContent({ size: 5000, seed: 3 })]);
      assert.ok(sysex.length >= 1001);
    });

    it('a sysex without F7 is kept, and told to be incomplete', async () => {
      const { code, sysex, shorts, stderr } = await recordInput(
        ['sysex size=20 seed=2 end=none', NOTE, 'sysex size=30 seed=3'],
        env,
      );
      assert.equal(code, 3, stderr);
      const whole = [...sysexContent({ size: 30, seed: 3 })];
      assert.deepEqual(sysex.at(-1), whole);
      const cut = [...sysexContent({ size: 20, seed: 2, withoutEnd: true })];
      assert.deepEqual(sysex[0]?.slice(0, 20), cut);
      assert.deepEqual(shorts, [NOTE_PACKED]);
    });

    it('a buffer that is returned twice is taken once', async () => {
      const { sysex } = await recordInput(['sysex size=40 seed=4 twice', 'wait 50ms', NOTE], env);
      assert.deepEqual(sysex, [[...sysexContent({ size: 40, seed: 4 })]]);
    });

    it('a dwBytesRecorded beyond dwBufferLength reads nothing behind the buffer', async () => {
      const { code, sysex, shorts } = await recordInput(
        ['sysex size=40 seed=4 over=100000000', 'wait 50ms', NOTE],
        env,
      );
      assert.ok(code === 0 || code === 3);
      assert.deepEqual(sysex[0]?.slice(0, 40), [...sysexContent({ size: 40, seed: 4 })]);
      assert.ok(shorts.includes(NOTE_PACKED));
    });

    it('empty buffers are given back', async () => {
      const { sysex } = await recordInput(
        ['repeat 1000', 'long', 'end', 'sysex size=40 seed=4'],
        env,
      );
      assert.deepEqual(sysex, [[...sysexContent({ size: 40, seed: 4 })]]);
    });

    it('several messages in one buffer are several events', async () => {
      const { code, sysex, shorts } = await recordInput(
        ['long f0 01 f7 f0 02 f7 90 3c 40 f0 03 f7'],
        env,
      );
      assert.equal(code, 0);
      assert.deepEqual(sysex, [
        [0xf0, 1, 0xf7],
        [0xf0, 2, 0xf7],
        [0xf0, 3, 0xf7],
      ]);
      assert.deepEqual(shorts, [NOTE_PACKED]);
    });

    it('callbacks after midiInClose do no harm', async () => {
      const { code } = await recordInput(['late 100 0ms 90 3c 40', NOTE], env);
      assert.equal(code, 0);
    });

    it('a driver that calls back under its own lock while it resets does not deadlock', async () => {
      const { code, shorts } = await recordInput(['reset-holds-lock', NOTE], env);
      assert.equal(code, 0);
      assert.deepEqual(shorts, [NOTE_PACKED]);
    });

    it('MIDIERR_STILLPLAYING is asked again while closing', async () => {
      const { code, stderr } = await recordInput(['fail unprepare 65 times=3', NOTE], env);
      assert.equal(code, 0, stderr);
    });

    it('time stamps that stand still or are zero are told, and times are those of arrival', async () => {
      // Where JavaScript stamps the arrival, more is forgiven.
      const waitMs = callback === 'machine-code' ? 500 : 2500;
      for (const clock of ['zero', 'still']) {
        const { code, events, stderr } = await recordInput(
          ['wait 300ms', NOTE, `clock ${clock}`, `wait ${waitMs}ms`, NOTE],
          env,
        );
        assert.equal(code, 3, stderr);
        const apartMs = ((events[1]!.tick - events[0]!.tick) * 500) / 960;
        assert.ok(Math.abs(apartMs - waitMs) < 300, `${apartMs} ms apart`);
      }
    });

    it('time stamps that jump are told, and do not move the times of the take', async () => {
      const { code, events, stderr } = await recordInput(
        ['wait 300ms', NOTE, 'clock shift 100s', 'wait 500ms', NOTE],
        env,
      );
      assert.equal(code, 3, stderr);
      const apartMs = ((events[1]!.tick - events[0]!.tick) * 500) / 960;
      assert.ok(Math.abs(apartMs - 500) < 300, `${apartMs} ms apart`);
    });
  });
}

describe('midirec record on winmm.dll, devices that vanish', () => {
  it('what was played before is saved, and closing does not hang', async () => {
    const { shorts, code, stderr } = await recordInput([NOTE, 'wait 200ms', 'vanish forever']);
    assert.deepEqual(shorts, [NOTE_PACKED]);
    assert.ok(code === 1 || code === 3, `${code} ${stderr}`);
  });

  it('buffers that can never be unprepared are left to the driver: the take is saved, the end is bounded', async () => {
    const { shorts, code, stderr } = await recordInput(['fail unprepare 65', NOTE]);
    assert.deepEqual(shorts, [NOTE_PACKED]);
    assert.ok(code === 0 || code === 1, `${code} ${stderr}`);
  });
});
