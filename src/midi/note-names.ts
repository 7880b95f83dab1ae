/** What notes are called: `C4` is key 60, middle C. */

const NAMES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const KEYS_PER_OCTAVE = 12;

/** @param key - 0 to 127: `C-1` to `G9` */
export function noteName(key: number): string {
  return `${NAMES[key % KEYS_PER_OCTAVE]}${Math.floor(key / KEYS_PER_OCTAVE) - 1}`;
}

/** Whether `key` is a C, with which an octave begins. */
export function beginsOctave(key: number): boolean {
  return key % KEYS_PER_OCTAVE === 0;
}

export function isBlackKey(key: number): boolean {
  return NAMES[key % KEYS_PER_OCTAVE]!.length > 1;
}
