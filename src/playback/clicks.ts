/** The clicks of a metronome: which beat sounds how, by the time signature. */
import { NOTE_OFF, NOTE_ON } from '../midi/status.js';
import type { Beat } from '../midi/tempo/bars.js';

/** Wood blocks of General MIDI. Velocities that nobody is likely to play help to tell a click that comes back. */
const HIGH_BLOCK = 76;
const LOW_BLOCK = 77;
const FIRST = { key: HIGH_BLOCK, velocity: 121 };
const STRONG = { key: LOW_BLOCK, velocity: 107 };
const WEAK = { key: LOW_BLOCK, velocity: 83 };

/**
 * The click on a beat, as packed messages: the first of a bar high, the others low. Where beats come in threes
 * (6/8, 9/8, 12/8) each third one is stronger.
 *
 * @param channel - 0 to 15
 */
export function clickOn(
  { beat, signature: { numerator, denominator } }: Pick<Beat, 'beat' | 'signature'>,
  channel: number,
): { on: number; off: number } {
  const isCompound = denominator >= 8 && numerator > 3 && numerator % 3 === 0;
  const { key, velocity } = beat === 1 ? FIRST : isCompound && beat % 3 === 1 ? STRONG : WEAK;
  const voice = channel | (key << 8);
  return { on: NOTE_ON | voice | (velocity << 16), off: NOTE_OFF | voice | (64 << 16) };
}
