/** Guessing the tempo of a set of performances, with the failures listed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TempoGuess } from '../../../../src/midi/tempo/tempo-guess.js';
import { makePerformances } from '../../../support/performances.js';

const WITHIN = 0.02;

test('24 performances: how many tempos are within two percent, and which are not', (t) => {
  const performances = makePerformances();
  assert.equal(performances.length, 24);
  let right = 0;
  let octaves = 0;
  let named = 0;
  for (const { name, bpm, onsets } of performances) {
    const guess = new TempoGuess();
    for (const timeMs of onsets) guess.add(timeMs);
    const [best, ...others] = guess.candidates();
    const guessed = best?.bpm;
    if (guessed !== undefined && Math.abs(guessed / bpm - 1) < WITHIN) {
      right++;
      continue;
    }
    const factor = guessed === undefined ? 0 : guessed / bpm;
    const isOctave = [0.5, 2, 1.5, 2 / 3, 3, 1 / 3].some(
      (times) => Math.abs(factor / times - 1) < WITHIN,
    );
    if (isOctave) octaves++;
    const isNamed = others.some((other) => Math.abs(other.bpm / bpm - 1) < WITHIN);
    if (isNamed) named++;
    t.diagnostic(
      `${name}: guessed ${guessed ?? 'nothing'}${isOctave ? ', which is in its metre, but not its beat' : ''}${isNamed ? '; the right one is named, too' : ''}`,
    );
  }
  t.diagnostic(`${right} of 24 right, ${octaves} more in the metre`);
  assert.ok(right >= RIGHT, `${right} right`);
  assert.ok(right + named >= NAMED, `${right + named} named`);
  assert.ok(right + octaves >= IN_METRE, `${right + octaves} in the metre`);
});

/** What it reaches; a change that reaches less is a step back. */
const RIGHT = 19;
const IN_METRE = 23;
/** Told to the player, be it as another one that is likely. */
const NAMED = 24;
