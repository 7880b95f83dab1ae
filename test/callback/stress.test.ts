/** The machine code of the callback, run for long from several threads: `npm run test:callback`. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  buildStressProgram,
  type StressProgram,
  stressSkipReason,
} from '../support/callback-stress.js';

const MESSAGES = 2_000_000;
const ROUNDS = 5;

for (const arch of ['x64', 'arm64']) {
  describe(`the callback for ${arch}`, { skip: stressSkipReason(arch) ?? false }, () => {
    let program: StressProgram;
    before(() => {
      program = buildStressProgram(arch);
    });
    after(() => program.dispose());

    for (const slots of [1, 4, 64, 4096, 65_536]) {
      const producers = Math.min(4, slots);
      test(`${producers} producers, ${slots} slots: what is accepted arrives, what is refused is counted`, () => {
        for (let round = 0; round < ROUNDS; round++) {
          const report = program.run('flood', producers, MESSAGES, slots).toString();
          assert.match(report, /^\d+ arrived, \d+ refused$/m);
        }
      });

      test(`${producers} producers, ${slots} slots: nothing is refused while there is room`, () => {
        for (let round = 0; round < ROUNDS; round++) {
          const report = program.run('paced', producers, MESSAGES / 10, slots).toString();
          assert.equal(report, `${producers * (MESSAGES / 10)} arrived, 0 refused\n`);
        }
      });
    }
  });
}
