/**
 * The piece that the demo keyboard plays: eight bars in D, 120 beats a minute, 16 seconds.
 *
 * It was written for midirec, and has in it what a recorder has to cope with: chords, the
 * sustain pedal, pitch bend, program changes and a sysex, on three channels.
 */
import {
  CONTROL_CHANGE,
  NOTE_OFF,
  NOTE_ON,
  PITCH_BEND,
  PROGRAM_CHANGE,
  SYSEX_START,
} from '../../midi/status.js';

/** Something to play, `timeMs` after the beginning of the piece. */
export interface PieceEvent {
  readonly timeMs: number;
  readonly bytes: Uint8Array;
}

const BEAT_MS = 500;
const BEATS_PER_BAR = 4;
const BARS = 8;

/** Length of the piece. */
export const DEMO_PIECE_MS = BARS * BEATS_PER_BAR * BEAT_MS;
/** From one beginning to the next: the pause is one that --until-idle and --split-idle can be tried with. */
export const DEMO_ROUND_MS = DEMO_PIECE_MS + 8000;

const PIANO = 0;
const BASS = 1;
const LEAD = 2;

const SUSTAIN_PEDAL = 64;
const ELECTRIC_PIANO = 4;
const FINGERED_BASS = 33;
const FLUTE = 73;
const VIBRAPHONE = 11;

/** Universal realtime, master volume (MIDI 1.0, "Device Control"): all devices, a little below full. */
const MASTER_VOLUME = [0xf0, 0x7f, 0x7f, 0x04, 0x01, 0x00, 0x70, 0xf7];

/** Notes of the piano, a chord a bar. */
const CHORDS = [
  [57, 61, 64, 66],
  [57, 62, 66, 69],
  [59, 62, 66, 69],
  [57, 62, 64, 67],
  [57, 61, 64, 66],
  [57, 61, 62, 66],
  [55, 59, 62, 66],
  [55, 61, 64, 66],
];
/** Beats of the bar on which the chord is struck, each with its velocity. */
const STROKES = [
  [0, 68],
  [2.5, 56],
] as const;

/** The bass: first note of each bar, and where it goes on the last beat. */
const BASS_LINE = [
  [38, 37],
  [35, 33],
  [31, 35],
  [33, 40],
  [42, 40],
  [35, 38],
  [40, 35],
  [33, 37],
] as const;

/** The lead: beat, note, length in beats, velocity. */
const LEAD_LINE = [
  [1, 78, 1, 80],
  [2, 76, 0.5, 72],
  [2.5, 74, 1.5, 76],
  [4.5, 73, 0.5, 66],
  [5, 74, 1, 74],
  [6, 71, 2, 78],
  [8.5, 71, 0.5, 64],
  [9, 74, 0.5, 70],
  [9.5, 78, 1, 82],
  [10.5, 81, 1.5, 92],
  [12, 79, 1, 84],
  [13, 76, 1, 76],
  [14, 73, 2, 70],
  [16.5, 81, 0.5, 80],
  [17, 78, 0.5, 76],
  [17.5, 76, 0.5, 72],
  [18, 73, 1.5, 78],
  [20, 74, 1, 74],
  [21, 78, 1, 80],
  [22, 85, 1, 94],
  [23, 83, 1, 86],
  [24, 79, 1.5, 82],
  [25.5, 78, 0.5, 70],
  [26, 76, 1, 74],
  [27, 71, 1, 66],
  [28, 73, 0.5, 70],
  [28.5, 76, 0.5, 74],
  [29, 79, 1, 80],
  [30, 78, 1.75, 76],
] as const;

/** Beats on which the lead begins half a semitone low and glides up to the note. */
const GLIDES = [1, 6, 10.5, 14];
/** Pitch bend of a glide, 14 bits, 8192 is none; the steps are a sixteenth of a beat apart. */
const GLIDE_STEPS = [6144, 6656, 7168, 7680, 8192];

/** Part of its length that a note sounds, so that a repeated one is let go first. */
const ARTICULATION = 0.95;

/** What comes first of what is due at the same moment: settings, then keys let go, then keys struck. */
const ORDER = [SYSEX_START, PROGRAM_CHANGE, CONTROL_CHANGE, PITCH_BEND, NOTE_OFF, NOTE_ON];

export const DEMO_PIECE: readonly PieceEvent[] = [
  ...settings(),
  ...piano(),
  ...bass(),
  ...lead(),
].sort((one, other) => one.timeMs - other.timeMs || rankOf(one) - rankOf(other));

function settings(): PieceEvent[] {
  return [
    event(0, MASTER_VOLUME),
    event(0, [PROGRAM_CHANGE | PIANO, ELECTRIC_PIANO]),
    event(0, [PROGRAM_CHANGE | BASS, FINGERED_BASS]),
    event(0, [PROGRAM_CHANGE | LEAD, FLUTE]),
    event(16, [PROGRAM_CHANGE | LEAD, VIBRAPHONE]),
  ];
}

/** Chords under a pedal that changes with the harmony. */
function piano(): PieceEvent[] {
  return CHORDS.flatMap((chord, bar) => {
    const beat = bar * BEATS_PER_BAR;
    return [
      event(beat + 0.125, [CONTROL_CHANGE | PIANO, SUSTAIN_PEDAL, 127]),
      ...STROKES.flatMap(([offset, velocity]) =>
        chord.flatMap((key) => note(PIANO, beat + offset, key, 1.25, velocity)),
      ),
      event(beat + 3.9375, [CONTROL_CHANGE | PIANO, SUSTAIN_PEDAL, 0]),
    ];
  });
}

function bass(): PieceEvent[] {
  return BASS_LINE.flatMap(([root, leading], bar) => [
    ...note(BASS, bar * BEATS_PER_BAR, root, 3, 84),
    ...note(BASS, bar * BEATS_PER_BAR + 3, leading, 1, 70),
  ]);
}

function lead(): PieceEvent[] {
  const notes = LEAD_LINE.flatMap(([beat, key, beats, velocity]) =>
    note(LEAD, beat, key, beats, velocity),
  );
  const glides = GLIDES.flatMap((beat) =>
    GLIDE_STEPS.map((bend, step) =>
      event(beat + step / 16, [PITCH_BEND | LEAD, bend & 0x7f, bend >> 7]),
    ),
  );
  return [...notes, ...glides];
}

function note(
  channel: number,
  beat: number,
  key: number,
  beats: number,
  velocity: number,
): PieceEvent[] {
  return [
    event(beat, [NOTE_ON | channel, key, velocity]),
    event(beat + beats * ARTICULATION, [NOTE_OFF | channel, key, 64]),
  ];
}

function event(beat: number, bytes: readonly number[]): PieceEvent {
  // Whole milliseconds, so that what is recorded is exactly what was played.
  return { timeMs: Math.round(beat * BEAT_MS), bytes: Uint8Array.from(bytes) };
}

function rankOf({ bytes }: PieceEvent): number {
  const status = bytes[0]!;
  return ORDER.indexOf(status === SYSEX_START ? status : status & 0xf0);
}
