/** The command after each take: what it is told, one after the other, and that its failure is said. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { ThenCommand } from '../../../../src/cli/record/record-then.js';

function speaker() {
  const lines: string[] = [];
  const add = (kind: string) => (line: string) => void lines.push(`${kind}${line}`);
  return { lines, console: { pass: add(''), warn: add('warning: ') } };
}

const NODE = `"${process.execPath}"`;
const take = { path: 'a take.mid', lengthMs: 1234, byteLength: 9, notes: 7 };

test('it knows file, length, notes and title, and what it prints is shown', async () => {
  const { lines, console } = speaker();
  const script =
    "const e = process.env; console.log([e.MIDIREC_FILE, e.MIDIREC_SECONDS, e.MIDIREC_NOTES, e.MIDIREC_TITLE].join('|'))";
  const then = new ThenCommand(`${NODE} -e "${script}"`, 'Lied', console);
  then.run(take);
  then.run({ ...take, notes: 8 });
  await then.settle();
  assert.deepEqual(lines, [
    `${resolve('a take.mid')}|1.234|7|Lied`,
    `${resolve('a take.mid')}|1.234|8|Lied`,
  ]);
  assert.equal(then.hasFailed, false);
});

test('one that has ended keeps nothing waiting', async (t) => {
  const set = t.mock.method(globalThis, 'setTimeout');
  const cleared = t.mock.method(globalThis, 'clearTimeout');
  const then = new ThenCommand('exit 0', undefined, speaker().console);
  then.run(take);
  await then.settle();
  const timers = set.mock.calls.map(({ result }) => result);
  assert.equal(timers.length, 1);
  assert.ok(cleared.mock.calls.some(({ arguments: [timer] }) => timer === timers[0]));
});

test('its failure is said, and the next take has its own', async () => {
  const { lines, console } = speaker();
  const then = new ThenCommand(`${NODE} -e "process.exit(3)"`, undefined, console);
  then.run(take);
  then.run({ ...take, path: undefined });
  await then.settle();
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    /^warning: --then: .* failed with exit status 3; the take is in a take\.mid$/,
  );
  assert.equal(then.hasFailed, true);
});

test('what the system cannot run at all is said as well, and the next take has its own', async () => {
  const { lines, console } = speaker();
  const then = new ThenCommand('exit', 't'.repeat(4_000_000), console);
  then.run(take);
  then.run(take);
  await then.settle();
  assert.equal(lines.length, 2);
  for (const line of lines) assert.match(line, /^warning: --then: 'exit' cannot be run: /);
  assert.equal(then.hasFailed, true);
});

const isWindows = process.platform === 'win32' && 'its shell has no &';

test('what it leaves in the background is not waited for', { skip: isWindows }, async () => {
  const { lines, console } = speaker();
  const then = new ThenCommand('sleep 60 & echo $!', undefined, console);
  then.run(take);
  then.run(take);
  await then.settle();
  assert.equal(then.hasFailed, false);
  assert.equal(lines.length, 2);
  // They are still there.
  for (const line of lines) process.kill(Number(line));
});
