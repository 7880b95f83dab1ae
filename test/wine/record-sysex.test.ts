/** midirec record on winmm.dll: sysex in a take. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noteAt, randomSysex, sysexContent } from '../support/wine-script.js';
import {
  assertReadersAgree,
  CALLBACKS,
  playedEvents,
  recordScript,
  shortMessages,
} from '../support/wine-take.js';

const RANDOM = { count: 200, min: 2, max: 50_000, seed: 11 };
const SYSEX = [
  'sysex size=300000 seed=7',
  'sysex size=5000 seed=8 piece=100 realtime=f8',
  `random count=${RANDOM.count} min=${RANDOM.min} max=${RANDOM.max} seed=${RANDOM.seed} notes=1`,
];
/** Far faster than any cable; slow enough that a buffer is always free. */
const PACED = ['input "Synth"', 'pace 5000000', ...SYSEX].join('\n');
const UNPACED = ['input "Synth"', ...SYSEX].join('\n');

function assertAllThere(bytes: Buffer | undefined): void {
  assert.ok(bytes !== undefined);
  assertReadersAgree(bytes);
  const events = playedEvents(bytes)[1]!;
  const expected = [
    sysexContent({ size: 300_000, seed: 7 }),
    sysexContent({ size: 5000, seed: 8 }),
    ...randomSysex(RANDOM),
  ];
  const received = events.filter(({ status }) => status === 0xf0).map(({ data }) => data);
  assert.equal(received.length, expected.length);
  for (const [index, sysex] of expected.entries()) {
    assert.ok(Buffer.from(received[index]!).equals(sysex.subarray(1)), `sysex ${index}`);
  }
  assert.deepEqual(
    shortMessages(events),
    Array.from({ length: RANDOM.count }, (_, index) => noteAt(index)),
  );
}

for (const callback of CALLBACKS) {
  describe(`midirec record on winmm.dll, sysex, ${callback} callback`, () => {
    const env = { MIDIREC_CALLBACK: callback };

    it('sysex of all sizes back to back, mixed with notes and realtime, is in the take byte for byte', async () => {
      const { result, bytes } = await recordScript({ script: PACED, env });
      assertAllThere(bytes);
      assert.equal(result.code, 0, result.stderr);
    });

    it('sysex faster than any buffers can be given back: all that the driver held back is there, and a loss is thought possible', async () => {
      const { result, bytes, log } = await recordScript({ script: UNPACED, env });
      assertAllThere(bytes);
      const { starved } = log.find(({ event }) => event === 'end')!;
      if (result.code !== 0) assert.ok(starved! > 0, result.stderr);
      assert.ok(result.code === 0 || result.code === 3, result.stderr);
    });
  });
}
