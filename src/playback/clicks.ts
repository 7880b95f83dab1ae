/** The clicks of a metronome: which beat sounds how, by the time signature. */
import { NOTE_OFF, NOTE_ON } from '../midi/status.js';

/** Wood blocks of General MIDI. Velocities that nobody is likely to play help to tell a click that comes back. */
const HIGH_BLOCK = 76;
const LOW_BLOCK = 77;
const FIRST = { key: HIGH_BLOCK, velocity: 121 };
const STRONG = { key: LOW_BLOCK, velocity: 107 };
const WEAK = { key: LOW_BLOCK, velocity: 83 };

export interface ClickPattern {
  /** Milliseconds from one click to the next: the time of the signature's lower number. */
  readonly beatMs: number;
  readonly beatsPerBar: number;
  /** @param beat - counted from 0 at the first of a bar, also below; packed messages */
  click(beat: number): { on: number; off: number };
}

/**
 * Clicks on every beat: the first of a bar high, the others low. Where beats come in threes (6/8, 9/8,
 * 12/8) each third one is stronger.
 *
 * @param tempoMicroseconds - of a quarter note, as in the file, so that clicks and ticks stay together
 * @param channel - 0 to 15
 */
export function clickPattern(
  tempoMicroseconds: number,
  { numerator, denominator }: { numerator: number; denominator: number },
  channel: number,
): ClickPattern {
  const isCompound = denominator >= 8 && numerator > 3 && numerator % 3 === 0;
  return {
    beatMs: (tempoMicroseconds * 4) / (1000 * denominator),
    beatsPerBar: numerator,
    click(beat) {
      const place = ((beat % numerator) + numerator) % numerator;
      const { key, velocity } = place === 0 ? FIRST : isCompound && place % 3 === 0 ? STRONG : WEAK;
      const voice = channel | (key << 8);
      return { on: NOTE_ON | voice | (velocity << 16), off: NOTE_OFF | voice | (64 << 16) };
    },
  };
}
