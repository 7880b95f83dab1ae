/** What ends a recording, or suspends it, or takes its terminal away: the take is saved every time. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/contract-fixture.js';
import { LiveTake, played } from '../support/live-take.js';
import { MIDIREC, runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { StandIn, standInSkipReason } from '../support/stand-in.js';

/** A busy machine may take its time. */
const PATIENCE_MS = 20_000;

const skip = process.platform === 'win32' && 'Windows has no such signals';

function isWhole({ sent, file }: LiveTake): boolean {
  return played(file).length === sent.length;
}

/** Whether a process is suspended. Source: proc(5), /proc/pid/stat; ps(1) where there is no such file. */
function isSuspended(pid: number | undefined): boolean {
  const state =
    process.platform === 'linux'
      ? /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'state=', '-p', `${pid}`]).toString();
  return state?.startsWith('T') ?? false;
}

/** Everything that was sent is in the file, and nothing else is in the folder. */
function assertAll({ sent, file, cwd }: LiveTake): void {
  assert.deepEqual(played(file), sent);
  assert.deepEqual(readdirSync(cwd).sort(), ['take.mid']);
}

// They mostly wait.
describe('what ends a recording', { skip, concurrency: 8 }, () => {
  for (const [signal, code] of [
    ['SIGINT', 0],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`${signal} saves everything, and ends with ${code}`, async (t) => {
      const take = await LiveTake.start(t);
      await take.quiet();
      take.child.kill(signal);
      assert.equal(await take.ended, code);
      assertAll(take);
    });
  }

  it('a terminal that closes sends SIGHUP twice: the take is still put in its final form', async (t) => {
    const take = await LiveTake.start(t);
    await take.quiet();
    take.child.kill('SIGHUP');
    take.child.stderr!.destroy();
    take.child.kill('SIGHUP');
    assert.equal(await take.ended, 129);
    assertAll(take);
  });

  it('standard error closed, in the midst and from the start: the recording goes on', async (t) => {
    const closedLater = await LiveTake.start(t, { args: ['-v', '-o', 'take.mid'] });
    closedLater.child.stderr!.destroy();
    const closedFirst = await LiveTake.start(t, { prepare: 'exec 2>&- >&-' });
    for (const take of [closedLater, closedFirst]) {
      await pause(100);
      await take.quiet();
      take.child.kill('SIGINT');
      assert.equal(await take.ended, 0);
      assertAll(take);
    }
  });

  it('standard output closed is nothing to a recording that prints nothing there', async (t) => {
    const take = await LiveTake.start(t);
    take.child.stdout!.destroy();
    await take.quiet();
    take.child.kill('SIGINT');
    assert.equal(await take.ended, 0);
    assertAll(take);
  });

  it('a reader of --json that stops reading holds up neither the recording nor its end', async (t) => {
    const take = await LiveTake.start(t, { args: ['--json', '-o', 'take.mid'] });
    take.child.stdout!.pause();
    const isMoreThanAPipeHolds = () => take.sent.length > 5000;
    await eventually('the reader holds it up', isMoreThanAPipeHolds, PATIENCE_MS);
    const { size } = statSync(take.file);
    await eventually('the file grows', () => statSync(take.file).size > size, PATIENCE_MS);
    await take.quiet();
    take.child.kill('SIGINT');
    // It lives on, for the reader may go on; the take does not wait for that.
    const isFinished = () => readdirSync(take.cwd).length === 1 && isWhole(take);
    await eventually('the take is finished', isFinished, PATIENCE_MS);
    take.child.kill('SIGINT');
    assert.equal(await take.ended, 130);
    assertAll(take);
  });

  it('suspended: what was played is on the disk; resumed: it goes on, nothing is missing, and the gap is said', async (t) => {
    const take = await LiveTake.start(t);
    await take.said(/recording/);
    const { length } = take.sent;
    await pause(300);
    take.child.kill('SIGTSTP');
    await eventually('it is suspended', () => isSuspended(take.child.pid), PATIENCE_MS);
    const onDisk = played(take.file);
    assert.ok(onDisk.length >= length, `${onDisk.length} of ${length}`);
    await pause(1500);
    assert.deepEqual(played(take.file), onDisk);
    take.child.kill('SIGCONT');
    await pause(300);
    await take.quiet();
    take.child.kill('SIGINT');
    assert.equal(await take.ended, 3);
    assert.match(take.stderr, /midirec did not run .*messages that came meanwhile/);
    assertAll(take);
  });

  it('SIGSTOP and SIGCONT while nothing comes is no gap', async (t) => {
    const take = await LiveTake.start(t);
    await take.quiet();
    // What was sent last to fill the FIFO is read as well.
    await pause(500);
    take.child.kill('SIGSTOP');
    await pause(2000);
    take.child.kill('SIGCONT');
    await pause(200);
    take.child.kill('SIGINT');
    assert.equal(await take.ended, 0, take.stderr);
    assertAll(take);
  });

  for (const [how, args] of [
    ['--until-idle', ['--until-idle', '1s']],
    ['--duration', ['--duration', '4s']],
    ['Ctrl-C', []],
  ] as const) {
    it(`stopped, and over before it runs again (${how}): what was played meanwhile is saved, and the gap is said`, async (t) => {
      const take = await LiveTake.start(t, { args: [...args, '-o', 'take.mid'] });
      await take.said(/recording/);
      take.child.kill('SIGSTOP');
      await pause(1500);
      await take.player.stop();
      const { sent } = take;
      await pause(3000);
      if (how === 'Ctrl-C') take.child.kill('SIGINT');
      take.child.kill('SIGCONT');
      assert.equal(await take.ended, 3, take.stderr);
      assert.match(take.stderr, /midirec did not run/);
      assert.deepEqual(played(take.file), sent);
    });
  }

  it('the first signal decides the exit code', async (t) => {
    const take = await LiveTake.start(t, { args: ['-v', '-o', 'take.mid'] });
    await take.quiet();
    const isStopping = take.said(/midiInStop/);
    take.child.kill('SIGTERM');
    // Not sooner: of two signals that wait, a process gets the one with the smaller number first.
    await isStopping;
    take.child.kill('SIGHUP');
    take.child.kill('SIGPIPE');
    assert.equal(await take.ended, 143);
    assertAll(take);
  });

  it('a terminal that takes nothing (Ctrl-S) stops no recording, and its end only for a moment', async (t) => {
    const cwd = temporaryFolder(t);
    const command = `${process.execPath} ${MIDIREC} record -d demo -o take.mid`;
    const terminal = spawn(
      'script',
      ['-qec', `stty rows 24 cols 80; exec ${command}`, '/dev/null'],
      {
        cwd,
        env: { ...process.env, MIDIREC_BACKEND: 'embedded', TERM: 'xterm' },
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    const missing = await new Promise<boolean>((resolve) => {
      terminal.on('error', () => resolve(true));
      terminal.on('spawn', () => resolve(false));
    });
    if (missing) return t.skip('there is no script(1)');
    t.after(() => terminal.kill('SIGKILL'));
    const file = join(cwd, 'take.mid');
    let shown = 0;
    terminal.stdout.on('data', (bytes: Buffer) => {
      shown += bytes.length;
    });
    while (shown < 2000) await pause(50);
    terminal.stdin.write('\x13');
    await pause(300);
    const before = { shown, size: statSync(file).size };
    await pause(1800);
    assert.ok(shown - before.shown < 500, 'the terminal has stopped');
    assert.ok(statSync(file).size > before.size, 'the file grows');
    const ended = new Promise((resolve) => terminal.on('exit', resolve));
    // The line discipline turns Ctrl-C into a signal, and lets output pass again; hence kill.
    const [pid] = readdirSync('/proc').filter((name) => {
      try {
        return (
          readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`${MIDIREC}\0record\0-d\0demo`) &&
          readlinkSync(`/proc/${name}/cwd`) === cwd
        );
      } catch {
        return false;
      }
    });
    process.kill(Number(pid), 'SIGINT');
    await ended;
    assert.ok(played(file).length > 0);
  });
});

it('a terminal that is gone: saved, and ended with 129, although Node.js can no longer set it', {
  skip: standInSkipReason() ?? false,
}, async (t) => {
  const cwd = temporaryFolder(t);
  const command = `"${process.execPath}" "${MIDIREC}" record -d demo -o take.mid`;
  // Only the shell is told of it, as a login shell is.
  const script = `trap 'kill -HUP $!' HUP; ${command} & wait $!; wait $!; echo $? > code`;
  writeFileSync(join(cwd, 'run.sh'), script);
  const env = { ...process.env, MIDIREC_BACKEND: 'embedded' };
  const terminal = spawn('script', ['-qec', 'sh run.sh', '/dev/null'], { cwd, env });
  t.after(() => terminal.kill('SIGKILL'));
  const textOf = (name: string) => {
    try {
      return readFileSync(join(cwd, name), 'utf8');
    } catch {
      return '';
    }
  };
  const file = join(cwd, 'take.mid');
  const isPlayed = () => existsSync(file) && played(file).length > 0;
  await eventually('a recording', isPlayed, PATIENCE_MS);
  terminal.kill('SIGKILL');
  await eventually('an end', () => textOf('code') !== '', PATIENCE_MS);
  assert.equal(textOf('code'), '129\n');
  assert.ok(isPlayed());
});

describe('a serial line is set as it was before', {
  skip: standInSkipReason() ?? false,
  concurrency: 3,
}, () => {
  const settingsOf = (line: string, ...change: string[]) =>
    execFileSync('stty', ['-F', line, ...(change.length > 0 ? change : ['-g'])]).toString();

  for (const [how, signals, command] of [
    ['Ctrl-C', ['SIGINT'], ['record', '-d', 'line', '-o', 'take.mid']],
    ['SIGTERM', ['SIGTERM'], ['sysex-dump', '-d', 'line', '-o', 'dump.syx']],
    ['a second Ctrl-C', ['SIGINT', 'SIGINT'], ['record', '-d', 'line', '-o', 'take.mid']],
  ] as const) {
    it(`after ${how}`, async (t) => {
      const cwd = temporaryFolder(t);
      await StandIn.plugIn(t, cwd, 'line');
      const line = join(cwd, 'line');
      settingsOf(line, 'sane', '4800');
      const before = settingsOf(line);
      const child = spawn(process.execPath, [MIDIREC, '--port', 'line', ...command], { cwd });
      t.after(() => child.kill('SIGKILL'));
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      await eventually('a beginning', () => /^(recording|listening to) /m.test(said), PATIENCE_MS);
      assert.notEqual(settingsOf(line), before);
      for (const signal of signals) child.kill(signal);
      await ended;
      assert.equal(settingsOf(line), before, said);
    });
  }

  it('after something was sent', async (t) => {
    const cwd = temporaryFolder(t);
    await StandIn.plugIn(t, cwd, 'line');
    const line = join(cwd, 'line');
    settingsOf(line, 'sane', '4800');
    const before = settingsOf(line);
    const request = Uint8Array.of(0xf0, 0x7e, 0x7f, 0x06, 0x01, 0xf7);
    const args = ['--port', 'line', 'sysex-send', '-', '-d', 'line'];
    const run = await runMidirec(args, { cwd, input: request });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(settingsOf(line), before);
  });
});
