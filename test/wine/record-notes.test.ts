/** midirec record on winmm.dll: notes on time, and notes as fast as a driver can push them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noteAt } from '../support/wine-script.js';
import {
  assertReadersAgree,
  CALLBACKS,
  drivenMessages,
  playedEvents,
  recordScript,
  shortMessages,
} from '../support/wine-take.js';

/** At 120 bpm and 960 ticks per quarter note, the defaults. */
const MS_PER_TICK = 500 / 960;
const NOTES = 1000;
const FLOOD = 1_000_000;

const TWO_DEVICES = [
  'input "Left"',
  'wait 100ms',
  `notes ${NOTES} every 1ms`,
  'input "Right"',
  'wait 100ms',
  `notes ${NOTES} every 1ms`,
].join('\n');

const expectedNotes = (count: number) => Array.from({ length: count }, (_, index) => noteAt(index));

for (const callback of CALLBACKS) {
  describe(`midirec record on winmm.dll, ${callback} callback`, () => {
    const env = { MIDIREC_CALLBACK: callback };

    it(`${NOTES} notes 1 ms apart on two devices at once: all there, in order, within 1 ms of the driver's stamp`, async (t) => {
      const { result, bytes, log } = await recordScript({ script: TWO_DEVICES, env, inputs: 2 });
      assert.equal(result.code, 0, result.stderr);
      assert.ok(bytes !== undefined);
      assertReadersAgree(bytes);
      const [, ...tracks] = playedEvents(bytes);
      assert.equal(tracks.length, 2);
      const devices = [drivenMessages(log, 0), drivenMessages(log, 1)];
      const zeroQpc = Math.min(...devices.map(({ startQpc }) => startQpc));
      for (const [index, { packed, timesMs, startQpc }] of devices.entries()) {
        const events = tracks[index]!;
        assert.deepEqual(shortMessages(events), packed);
        assert.deepEqual(packed, expectedNotes(NOTES));
        const startMs = (startQpc - zeroQpc) / 10_000;
        const errors = events.map(({ tick }, row) => tick * MS_PER_TICK - startMs - timesMs[row]!);
        const earliest = Math.min(...errors);
        const latest = Math.max(...errors);
        t.diagnostic(
          `input ${index}: ${earliest.toFixed(2)} to ${latest.toFixed(2)} ms from the stamps`,
        );
        // dwParam2 is cut to whole milliseconds, and a tick is half a millisecond. A callback that
        // has to wait for JavaScript can come too late to be sorted in among the other device's.
        const within = callback === 'machine-code' ? 1 : 5;
        assert.ok(latest - earliest <= within + MS_PER_TICK, 'times within one device');
        // The machine code stamps by itself, so the first message tells when its device was started;
        // otherwise that is only known as well as midiInStart returns promptly.
        const apart = callback === 'machine-code' ? 1 + MS_PER_TICK : 25;
        assert.ok(Math.max(latest, -earliest) <= apart, 'devices on one clock');
      }
    });
  });
}

describe('midirec record on winmm.dll, a flood', () => {
  it(`${FLOOD} notes as fast as the driver can push them are all in the file`, async (t) => {
    const script = `input "Flood"\nflood ${FLOOD}\n`;
    const { result, bytes, log } = await recordScript({ script });
    assert.equal(result.code, 0, result.stderr);
    assert.ok(bytes !== undefined);
    assert.deepEqual(shortMessages(playedEvents(bytes)[1]!), expectedNotes(FLOOD));
    const { count, ticks } = log.find(({ event }) => event === 'flood')!;
    t.diagnostic(`the driver's thread spent ${(ticks! * 100) / count!} ns per message`);
  });

  it('20,000 notes as fast as possible through the koffi callback are all in the file', async () => {
    const script = 'input "Flood"\nflood 20000\n';
    const env = { MIDIREC_CALLBACK: 'register' };
    const { result, bytes } = await recordScript({ script, env });
    assert.equal(result.code, 0, result.stderr);
    assert.ok(bytes !== undefined);
    assert.deepEqual(shortMessages(playedEvents(bytes)[1]!), expectedNotes(20_000));
  });
});
