/** midirec doctor on winmm.dll: what it knows about Windows, and what it hears. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runOnWine } from '../support/wine-run.js';

const SCRIPT = [
  'input "Keys"',
  'notes 40 every 1ms',
  'input "Keys"',
  'input "Taken"',
  'fail open 4',
  'output "Synth"',
].join('\n');

describe('midirec doctor on winmm.dll', { concurrency: 2 }, () => {
  it('says which Windows, which backend and why, how callbacks come, and what arrived', async () => {
    const { code, stdout, stderr } = await runOnWine(['doctor', '--listen', '1s'], {
      script: SCRIPT,
    });
    assert.equal(code, 0, stdout + stderr);
    for (const line of [
      /^ {2}ok +Microsoft Windows .*, x64, under Wine$/m,
      /^ {2}ok +Node\.js \d+/m,
      // Node.js on Wine gets no answer of sc.exe, since it cannot use pipes.
      /^ {2}ok +Windows MIDI Services: (not installed|unknown)$/m,
      /^ {2}ok +backend winmm: this is Windows$/m,
      /^ {2}ok +winmm\.dll was found and loaded$/m,
      /^ {2}ok +callbacks run machine code: the fastest way$/m,
      /^ {2}ok +0 {2}Keys +20 notes on channel/m,
      /^ {2}ok +1 {2}Keys +nothing$/m,
      /^ {2}note +2 {2}Taken +in use by another program$/m,
      /^ {2}note +2 have the same name: Keys \(0, 1\)$/m,
      /^ {2}ok +0 {2}Synth$/m,
    ]) {
      assert.match(stdout, line);
    }
  });

  it('--json: the slow callback and who wanted it, and the state of every input', async () => {
    const { code, stdout, stderr } = await runOnWine(['doctor', '--listen', '2s', '--json'], {
      script: SCRIPT,
      env: { MIDIREC_CALLBACK: 'register' },
    });
    assert.equal(code, 0, stdout + stderr);
    const document = JSON.parse(stdout);
    assert.equal(document.backend.callbackKind, 'register');
    assert.match(document.backend.callbackReason, /MIDIREC_CALLBACK/);
    assert.equal(document.environment.MIDIREC_CALLBACK, 'register');
    assert.equal(document.system.isWine, true);
    const { inputs } = document.listening;
    assert.deepEqual(
      inputs.map(({ state }: { state: string }) => state),
      ['heard', 'heard', 'in use'],
    );
    assert.equal(inputs[0].notes, 20);
  });

  it('no device at all is a problem: exit 1, and what to do', async () => {
    const { code, stdout } = await runOnWine(['doctor'], { script: '# no device at all\n' });
    assert.equal(code, 1, stdout);
    assert.match(stdout, /^ {2}problem +there is no MIDI input$/m);
    assert.match(stdout, /\nWhat to do\n {2}1\. /);
  });
});
