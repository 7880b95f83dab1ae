/** Ten instruments over cables that lose one byte of a hundred: what comes is right, or it is named as missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODELS } from '../support/rack/models.js';
import { losing, saveAndRestore } from '../support/rack/rack-run.js';

for (const id of Object.keys(MODELS)) {
  for (const seed of [1, 2, 3]) {
    test(`${id}, seed ${seed}`, async (t) => {
      const run = await saveAndRestore(id, losing(0.01, seed), true);
      const { copy, saveMs, restored, restoreMs, isAsBefore } = run;
      const bad = restored.filter(({ outcome }) => outcome !== 'same');
      assert.equal(isAsBefore, copy.missing.length + bad.length === 0);
      const answers = copy.saved.length + copy.missing.length;
      const seconds = (ms: number) => Math.round(ms / 1000);
      t.diagnostic(
        `${id}: ${copy.saved.length} of ${answers} answers whole, ${seconds(saveMs)} s; ${restored.length - bad.length} put back, ${seconds(restoreMs)} s`,
      );
    });
  }
}
