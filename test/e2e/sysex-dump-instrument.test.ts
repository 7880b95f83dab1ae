/** `midirec sysex-dump --instrument`, with an entry for the demo synth in the user's own folder. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { temporaryFolder } from '../support/run-midirec.js';

/** The language of the demo synth as its own documentation has it. */
const kind = (id: string, number: string, length: number) => ({
  id,
  name: `a ${id}`,
  pattern: `F0 7D 02 ${number} 00 01 ( [${length}] ) ss F7`,
  checksum: { rule: 'complement' },
});
const ENTRY = {
  maker: 'midirec',
  makerId: '7D',
  instruments: [
    {
      id: 'demo-synth',
      name: 'demo synth',
      panel: ['the plug is in'],
      kinds: [kind('voice', '00', 155), kind('bank', '01', 4096)],
      requests: [
        {
          id: 'voice',
          name: 'the voice',
          send: ['F0 7D 01 00 F7'],
          answers: ['voice'],
          messages: 1,
        },
        { id: 'wrong', name: 'the bank', send: ['F0 7D 01 00 F7'], answers: ['bank'], messages: 1 },
        { id: 'deaf', name: 'nothing', send: ['F0 7D 01 7F F7'], answers: ['bank'] },
      ],
      sources: ['demo-synth.ts'],
      tried: true,
    },
  ],
};

async function dump(t: TestContext, ...args: string[]) {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'demo.json'), JSON.stringify(ENTRY));
  const file = join(folder, 'out.syx');
  const given = ['sysex-dump', '-d', 'demo synth', '--instrument', 'demo-synth', '-o', file];
  const run = await runHosted(['--backend', 'embedded', ...given, ...args], {
    env: { MIDIREC_INSTRUMENTS: folder },
  });
  return { run, file };
}

test('asks, ends with the answer, without waiting for silence, and says what it is', async (t) => {
  const { run, file } = await dump(t);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /asking demo synth for the voice/);
  assert.match(run.stderr, /midirec demo synth, a voice/);
  assert.equal(readFileSync(file).length, 163);
});

test('without --patch all of them are asked for one after the other', async (t) => {
  const file = join(temporaryFolder(t), 'tones.syx');
  const given = ['-d', 'demo synth', '--instrument', 'cz101', '--what', 'tone', '-o', file];
  const run = await runHosted(['sysex-dump', ...given]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /16 requests one after the other/);
  assert.equal(readFileSync(file).length, 16 * 263);
});

test('what is not the answer is kept, exit 3', async (t) => {
  const { run, file } = await dump(t, '--what', 'wrong');
  assert.equal(run.code, 3, run.stderr);
  assert.match(run.stderr, /1 message other than what was asked for/);
  assert.equal(readFileSync(file).length, 163);
});

test('no answer: what to look at on the panel; what it cannot be asked for: what it can', async (t) => {
  const silent = await dump(t, '--what', 'deaf', '--timeout', '300ms');
  assert.equal(silent.run.code, 1, silent.run.stderr);
  assert.match(silent.run.stderr, /\n {2}on its panel: the plug is in\n/);
  const unknown = await dump(t, '--what', 'drums');
  assert.equal(unknown.run.code, 2);
  assert.match(unknown.run.stderr, /available: voice, wrong, deaf/);
});
