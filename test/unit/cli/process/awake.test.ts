/** Keeping the machine awake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepAwake } from '../../../../src/cli/process/awake.js';

async function flagsOf(
  answer: number,
  allowSleep = false,
): Promise<{ flags: number[]; told: string[] }> {
  const flags: number[] = [];
  const told: string[] = [];
  const setState = (esFlags: number) => {
    flags.push(esFlags);
    return answer;
  };
  const console = { tell: (line: string) => told.push(line) };
  const end = await keepAwake(allowSleep, console, async () => setState);
  end();
  return { flags, told };
}

test('the system is held awake, the screen is not, until the end', async () => {
  const { flags, told } = await flagsOf(0x8000_0000);
  assert.deepEqual(flags, [0x8000_0001, 0x8000_0000]);
  assert.match(told[0]!, /awake.*--allow-sleep/);
});

test('where sleep is allowed nothing is asked for', async () => {
  assert.deepEqual(await flagsOf(0x8000_0000, true), { flags: [], told: [] });
});

test('a system that refuses is told of, one that has no such function is not', async () => {
  assert.match((await flagsOf(0)).told[0]!, /refuses/);
  const told: string[] = [];
  const console = { tell: (line: string) => told.push(line) };
  const end = await keepAwake(false, console, () => Promise.reject(Error('none')));
  end();
  assert.deepEqual(told, []);
});
