/** midirec with what only Windows has: names that no program can open, a machine that falls asleep. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runOnWine, WineRun } from '../support/wine-run.js';

const SCRIPT = 'input "Keys"\noutput "Synth"\n';

describe('names that Windows programs cannot open', { concurrency: 3 }, () => {
  for (const [name, fits] of [
    ['con.mid', 'con_.mid'],
    ['take:1.mid', 'take-1.mid'],
    ['take.mid ', 'take.mid'],
    ['aux/{take}.mid', 'aux_'],
  ] as const) {
    it(`${name} is refused before anything is recorded`, async () => {
      const run = new WineRun(['record', '-o', name, '--duration', '1s'], { script: SCRIPT });
      const { code, stderr } = await run.finished;
      assert.equal(code, 2, stderr);
      assert.ok(stderr.includes(`hint: '${fits}' would do`), stderr);
      assert.ok(
        !existsSync(run.path('driver.log')) || !run.log().some(({ call }) => call === 'MIDM_OPEN'),
      );
      assert.deepEqual(
        readdirSync(run.folder).filter((file) => /con|take|aux/.test(file)),
        [],
      );
    });
  }
});

describe('the machine stays awake', { concurrency: 3 }, () => {
  for (const command of ['record -o take.mid', 'sysex-dump -o dump.syx']) {
    const args = [
      ...command.split(' '),
      '-v',
      ...(command.startsWith('record') ? ['--duration', '100ms'] : ['--timeout', '100ms']),
    ];

    it(`while midirec ${command} runs`, async () => {
      assert.match((await runOnWine(args, { script: SCRIPT })).stderr, /stays awake/);
    });

    it(`not with --allow-sleep: midirec ${command}`, async () => {
      const { stderr } = await runOnWine([...args, '--allow-sleep'], { script: SCRIPT });
      assert.doesNotMatch(stderr, /awake/);
    });
  }
});
