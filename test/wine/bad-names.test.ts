/** midirec record on winmm.dll: what a person sees of messages and names that no driver should give. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { playedEvents, recordScript } from '../support/wine-take.js';

it('a message without a status byte is left out, and said with its bytes', async () => {
  const { result, bytes } = await recordScript({
    script: 'input "Odd"\nshort 90 3c 40\nshort 3c 40 00\nshort f4 00 00\nshort 80 3c 40\n',
  });
  assert.equal(result.code, 3, result.stderr);
  assert.match(result.stderr, /2 invalid messages left out, at .*\[f4 00 00\]/);
  assert.equal(playedEvents(bytes!)[1]!.length, 2);
});

it('a name with control characters reaches neither the terminal nor the file as such', async () => {
  const { result, bytes } = await recordScript({
    script: 'input "Evil\\x1b]0;pwned\\x07\\x0aname"\nnotes 2 every 1ms\n',
    args: ['-d', 'evil'],
  });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, /recording Evil\ufffd\]0;pwned\ufffd name/);
  const controls = [...result.stderr].filter(
    (character) => character < ' ' && !/\s/.test(character),
  );
  assert.deepEqual(controls, []);
  assert.ok(!bytes!.includes('\x1b]0;'));
});

it('a name without an end stops where its room does', async () => {
  const name = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const { result } = await recordScript({
    script: `input "${name}"\nnotes 2 every 1ms\n`,
    args: ['-d', 'abcdef'],
  });
  assert.equal(result.code, 0, result.stderr);
  const [, shown] = /recording (\S+)/.exec(result.stderr)!;
  assert.ok(name.startsWith(shown!) && shown!.length <= 32, shown);
});
