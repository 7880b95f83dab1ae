/** `--preset`: a pace of sending by name, one of midirec's or one that the user has kept. */

import { Option } from 'commander';
import { usage } from '../../midi/errors.js';
import { findSendPreset, SEND_PRESETS, type SendPreset } from '../../output/send-presets.js';
import { findOwnPreset, ownPresetNames } from '../files/own-presets.js';

const PRESET_NAMES = SEND_PRESETS.map(({ name }) => name);

/** @param what - what it is in this command: `pace by name` */
export function presetOption(what: string) {
  return new Option('--preset <preset>', `${what}: ${PRESET_NAMES.join(', ')}, or one of your own`)
    .choices(PRESET_NAMES)
    .argParser(parsePreset);
}

/** In upper or lower case. @throws MidirecError USAGE */
function parsePreset(text: string): SendPreset {
  const preset = findSendPreset(text) ?? findOwnPreset(text);
  if (preset !== undefined) return preset;
  throw usage(
    `there is no preset '${text}'`,
    `available: ${[...PRESET_NAMES, ...ownPresetNames()].join(', ')}`,
  );
}
