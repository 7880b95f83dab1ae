/** The machine code of the callback in short: several threads, one small ring, and what JavaScript reads of it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CallbackRing } from '../../../../src/winmm/callback-ring.js';
import {
  buildStressProgram,
  type StressProgram,
  stressSkipReason,
} from '../../../support/callback-stress.js';

for (const arch of ['x64', 'arm64']) {
  describe(`the callback for ${arch}`, { skip: stressSkipReason(arch) ?? false }, () => {
    let program: StressProgram;
    before(() => {
      program = buildStressProgram(arch);
    });
    after(() => program.dispose());

    test('nothing accepted is lost, doubled, torn or out of order, and every refusal is counted', () => {
      assert.match(program.run('flood', 3, 100_000, 64).toString(), /^\d+ arrived, \d+ refused$/m);
      assert.match(
        program.run('flood', 3, 100_000, 4096).toString(),
        /^\d+ arrived, \d+ refused$/m,
      );
    });

    test('nothing is refused while there is room, across the wrap of head and tail', () => {
      assert.equal(program.run('paced', 3, 20_000, 64).toString(), '60000 arrived, 0 refused\n');
    });

    test('a consumer that sleeps is woken by every message that finds it asleep', () => {
      assert.equal(program.run('asleep', 3, 20_000, 64).toString(), '60000 arrived, 0 refused\n');
      assert.equal(program.run('asleep', 3, 5_000, 4).toString(), '15000 arrived, 0 refused\n');
    });

    test('JavaScript reads what the machine code wrote', () => {
      const slots = 64;
      const memory = program.run('image', slots + 3, slots);
      assert.equal(memory.length, CallbackRing.byteLength(slots));
      const ring = new CallbackRing({ address: 0, bytes: Uint8Array.from(memory) }, slots);
      let sequence = 0;
      let lastCounter = 0;
      ring.drain({
        onRingMessage(wMsg, dwParam1, dwParam2, counter) {
          assert.equal(wMsg, 0x3c1 + (sequence % 12));
          const low = ((sequence ^ 0x55aa55aa) >>> 0) * 256 + 3;
          assert.equal(dwParam1, 4 * 2 ** 44 + low);
          assert.equal(dwParam2, 0x3000_0000 + sequence);
          assert.ok(counter >= lastCounter);
          lastCounter = counter;
          sequence++;
        },
      });
      assert.equal(sequence, slots);
      assert.equal(ring.lost, 3);
      assert.equal(ring.hasMessages, false);
    });
  });
}
