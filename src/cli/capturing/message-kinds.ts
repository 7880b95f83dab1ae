/** Kinds of messages, as options and JSON name them. */
import {
  ACTIVE_SENSING,
  CHANNEL_PRESSURE,
  CONTINUE,
  CONTROL_CHANGE,
  isChannelMessage,
  NOTE_OFF,
  NOTE_ON,
  PITCH_BEND,
  POLY_PRESSURE,
  PROGRAM_CHANGE,
  SONG_POSITION,
  SONG_SELECT,
  START,
  STOP,
  TIMING_CLOCK,
} from '../../midi/status.js';

/** What `--only` can ask for. */
export const MESSAGE_KINDS = [
  'note',
  'cc',
  'pc',
  'pb',
  'at',
  'sysex',
  'clock',
  'transport',
  'sense',
  'system',
] as const;

export type MessageKind = (typeof MESSAGE_KINDS)[number];

const CHANNEL_KINDS: Readonly<Record<number, MessageKind>> = {
  [NOTE_OFF]: 'note',
  [NOTE_ON]: 'note',
  [POLY_PRESSURE]: 'at',
  [CONTROL_CHANGE]: 'cc',
  [PROGRAM_CHANGE]: 'pc',
  [CHANNEL_PRESSURE]: 'at',
  [PITCH_BEND]: 'pb',
};

const SYSTEM_KINDS: Readonly<Record<number, MessageKind>> = {
  [SONG_POSITION]: 'transport',
  [SONG_SELECT]: 'transport',
  [START]: 'transport',
  [CONTINUE]: 'transport',
  [STOP]: 'transport',
  [TIMING_CLOCK]: 'clock',
  [ACTIVE_SENSING]: 'sense',
};

export function kindOf(status: number): MessageKind {
  return isChannelMessage(status)
    ? CHANNEL_KINDS[status & 0xf0]!
    : (SYSTEM_KINDS[status] ?? 'system');
}
