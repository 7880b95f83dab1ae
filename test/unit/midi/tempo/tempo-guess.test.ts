/** Guessing a tempo: machines, people, and what has no beat. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TempoGuess } from '../../../../src/midi/tempo/tempo-guess.js';

/** Numbers from 0 to 1 that are the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Plays `pattern` (in beats) over and over, each onset up to `jitterMs` early or late. */
function guessOf(bpm: number, pattern: number[], beats: number, jitterMs = 0): number | undefined {
  const roll = dice(bpm);
  const guess = new TempoGuess();
  const length = pattern.reduce((sum, step) => sum + step, 0);
  let beat = 0;
  for (let round = 0; round * length < beats; round++) {
    for (const step of pattern) {
      guess.add(5000 + (beat * 60_000) / bpm + (roll() * 2 - 1) * jitterMs);
      beat += step;
    }
  }
  return guess.guess();
}

for (const bpm of [72, 96, 113, 120, 140]) {
  test(`a machine at ${bpm}`, () => {
    for (const pattern of [[1], [0.5], [1, 0.5, 0.5], [0.25, 0.25, 0.5], [1.5, 0.5, 1, 1]]) {
      const guess = guessOf(bpm, pattern, 32);
      assert.ok(guess !== undefined, `${pattern}: nothing`);
      // A slow piece in eighths may as well be a fast one in quarters.
      const octaves = Math.log2(guess / bpm);
      assert.ok(
        Math.abs(octaves - Math.round(octaves)) < 0.003 && Math.abs(octaves) < 1.1,
        `${pattern}: ${guess}`,
      );
    }
  });
}

test('a person, 20 ms early or late', () => {
  const guess = guessOf(100, [1, 0.5, 0.5, 1, 1], 64, 20);
  assert.ok(guess !== undefined && Math.abs(guess - 100) < 1.5, `${guess}`);
});

test('chords count once', () => {
  const guess = new TempoGuess();
  for (let beat = 0; beat < 32; beat++) {
    for (const late of [0, 4, 9]) guess.add(beat * 500 + late);
  }
  assert.ok(Math.abs((guess.guess() ?? 0) - 120) < 0.5, `${guess.guess()}`);
});

test('no guess for a run of notes that is too fast for a beat to be told', () => {
  const run = new TempoGuess();
  for (let note = 0; note < 100; note++) run.add(note * 40);
  assert.equal(run.guess(), undefined);
});

test('no guess for few notes, none for notes at any time', () => {
  const few = new TempoGuess();
  for (let beat = 0; beat < 4; beat++) few.add(beat * 500);
  assert.equal(few.guess(), undefined);
  let wrong = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const roll = dice(seed);
    const any = new TempoGuess();
    let timeMs = 0;
    for (let note = 0; note < 200; note++) {
      timeMs += 100 + roll() * 1400;
      any.add(timeMs);
    }
    if (any.guess() !== undefined) wrong++;
  }
  assert.equal(wrong, 0);
});
