/** The machine code of the callback, run for long from several threads: `npm run test:callback`. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  buildStressProgram,
  type StressProgram,
  stressSkipReason,
} from '../support/callback-stress.js';

const MESSAGES = 1_000_000;
/** Where the ring has few slots, most of the time goes into switching threads. */
const MESSAGES_PER_SLOT = 50_000;
const ROUNDS = 4;
/** For the consumer that sleeps, of each of four producers: ten million in all. */
const WAKING_MESSAGES = { 4: 100_000, 64: 1_900_000, 4096: 500_000 };

for (const arch of ['x64', 'arm64']) {
  describe(`the callback for ${arch}`, { skip: stressSkipReason(arch) ?? false }, () => {
    let program: StressProgram;
    before(() => {
      program = buildStressProgram(arch);
    });
    after(() => program.dispose());

    for (const slots of [1, 4, 64, 4096, 65_536]) {
      const producers = Math.min(4, slots);
      const messages = Math.min(MESSAGES, slots * MESSAGES_PER_SLOT);
      test(`${producers} producers, ${slots} slots: what is accepted arrives, what is refused is counted`, () => {
        for (let round = 0; round < ROUNDS; round++) {
          const report = program.run('flood', producers, messages, slots).toString();
          assert.match(report, /^\d+ arrived, \d+ refused$/m);
        }
      });

      test(`${producers} producers, ${slots} slots: nothing is refused while there is room`, () => {
        for (let round = 0; round < ROUNDS; round++) {
          const report = program.run('paced', producers, messages / 10, slots).toString();
          assert.equal(report, `${producers * (messages / 10)} arrived, 0 refused\n`);
        }
      });
    }

    for (const [slots, messages] of Object.entries(WAKING_MESSAGES)) {
      test(`4 producers, ${slots} slots: no message finds the consumer asleep and leaves it so`, () => {
        const report = program.run('asleep', 4, messages, slots).toString();
        assert.equal(report, `${4 * messages} arrived, 0 refused\n`);
      });
    }
  });
}
