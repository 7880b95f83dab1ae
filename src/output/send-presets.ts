/** How fast to send to instruments that cannot keep up: pacing by name, as data. */
import { CABLE_BYTES_PER_MS } from '../midi/status.js';
import { FULL_SPEED, type Pace } from './pacing.js';

export interface SendPreset extends Pace {
  name: string;
  /** For which instruments, in a few words. */
  what: string;
}

export const MIDI_BYTES_PER_SECOND = CABLE_BYTES_PER_MS * 1000;
export const CABLE_SPEED: Pace = { ...FULL_SPEED, bytesPerSecond: MIDI_BYTES_PER_SECOND };

/**
 * The presets, the gentlest last.
 *
 * Sources: Roland exclusive messages (packets of up to 128 bytes, 20 ms apart); Yamaha XG and QY
 * MIDI data formats (packets of up to 512 bytes, 120 ms apart); for Casio's CZ synthesizers, the
 * experience of those who restore their dumps.
 */
export const SEND_PRESETS: readonly SendPreset[] = [
  {
    ...CABLE_SPEED,
    name: 'midi',
    what: 'the pace of a MIDI cable, for interfaces that overrun it',
  },
  {
    name: 'roland',
    chunkBytes: 128,
    chunkDelayMs: 20,
    messageDelayMs: 20,
    bytesPerSecond: MIDI_BYTES_PER_SECOND,
    what: 'Roland and Boss: 128 bytes, then 20 ms',
  },
  {
    name: 'yamaha',
    chunkBytes: 512,
    chunkDelayMs: 120,
    messageDelayMs: 120,
    bytesPerSecond: MIDI_BYTES_PER_SECOND,
    what: 'Yamaha: 512 bytes, then 120 ms',
  },
  {
    name: 'casio-cz',
    chunkBytes: 128,
    chunkDelayMs: 50,
    messageDelayMs: 50,
    bytesPerSecond: MIDI_BYTES_PER_SECOND,
    what: 'Casio CZ: 128 bytes, then 50 ms',
  },
  {
    name: 'slow',
    chunkBytes: 32,
    chunkDelayMs: 50,
    messageDelayMs: 300,
    bytesPerSecond: 1000,
    what: 'when nothing else helps: 1,000 bytes a second, in small pieces',
  },
];

/** The preset of that name, in upper or lower case; undefined if there is none. */
export function findSendPreset(name: string): SendPreset | undefined {
  return SEND_PRESETS.find((preset) => preset.name === name.toLowerCase());
}
