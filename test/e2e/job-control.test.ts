/** A recording that a shell sends into the background: it goes on, and leaves the terminal to whoever works there. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { hasTerminals, JobControl, PROMPT } from '../support/job-control.js';
import { played } from '../support/live-take.js';

/** Nobody has stopped it: it goes on when something is typed into the shell, ends as it is asked to, and has saved. */
async function assertGoesOn(shell: JobControl, file: string): Promise<void> {
  await pause(1500);
  assert.match(await shell.run('echo hello'), /^hello/m);
  await pause(500);
  await shell.untilState('RSD');
  assert.match(await shell.run('jobs'), /Running/);
  const end = await shell.run('kill -INT %1; wait %1; echo "code=$?"');
  assert.match(end, /code=0/);
  // A recorder that was stopped would have little.
  assert.ok(played(join(shell.cwd, file)).length > 8, end);
}

async function withShell(t: TestContext, act: (shell: JobControl) => Promise<void>): Promise<void> {
  const shell = await JobControl.start(t);
  const settings = await shell.run('stty -g');
  await act(shell);
  assert.equal(await shell.run('stty -g'), settings);
}

describe('in the background of a terminal', { skip: !hasTerminals, concurrency: 3 }, () => {
  it('Ctrl-Z and bg: the recording goes on', (t) =>
    withShell(t, async (shell) => {
      shell.type('midirec record -d demo -o take.mid\n');
      await shell.until('recording');
      await pause(500);
      shell.type('\u001a');
      await shell.until(PROMPT);
      await shell.untilState('T');
      await shell.run('bg');
      await assertGoesOn(shell, 'take.mid');
    }));

  it('begun there with &: so does it', (t) =>
    withShell(t, async (shell) => {
      shell.type('midirec record -d demo -o take.mid &\n');
      await shell.until('recording');
      await assertGoesOn(shell, 'take.mid');
    }));

  it('--keep-last with &, which hears Enter in the foreground: what is typed is the shell’s', (t) =>
    withShell(t, async (shell) => {
      shell.type('midirec record -d demo --keep-last 1m -o take.mid &\n');
      await shell.until('recording');
      await assertGoesOn(shell, 'take.mid');
    }));

  it('what sets the terminal is not reached by Ctrl-Z, which may come before it has begun', (t) =>
    withShell(t, async (shell) => {
      const stty = '#!/bin/sh\nps -o sid= -p $$ >> sessions\nexec /bin/stty "$@"\n';
      writeFileSync(join(shell.cwd, '.commands', 'stty'), stty, { mode: 0o755 });
      await shell.run('ps -o sid= -p $$ > own');
      await shell.run('midirec record -d demo --duration 1500ms -o take.mid');
      const read = (name: string) => readFileSync(join(shell.cwd, name), 'utf8').trim();
      const sessions = read('sessions').split('\n');
      assert.ok(sessions.length >= 3, `${sessions}`);
      assert.ok(!sessions.includes(read('own')), 'in the session of the shell');
    }));
});
