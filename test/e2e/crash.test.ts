/** A few of the crashes that `npm run test:endurance -- crash` makes by the hundred. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type CrashKind, crash } from '../support/crash-run.js';
import { temporaryFolder } from '../support/run-midirec.js';

const skip = process.platform === 'win32' && 'there are no FIFOs on Windows';
const KINDS: CrashKind[] = ['take', 'take', 'replace', 'saving', 'saving', 'dump'];

describe('SIGKILL', { skip, concurrency: 6 }, () => {
  for (const [seed, kind] of KINDS.entries()) {
    it(`${kind} ${seed}: a whole file with all but the last second`, async (t) => {
      const { sent, saved, lost } = await crash(join(temporaryFolder(t), 'run'), kind, seed);
      assert.equal(lost, 0, `${saved} of ${sent}`);
    });
  }
});
