/**
 * Controllers by number, and what they are called.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, table III "Controller Numbers" and table IV
 * "Registered Parameter Numbers"; General MIDI 2 and RP-021 for 70 to 79, CA-031 for 88.
 */

export const Controller = {
  BANK_MSB: 0,
  DATA_MSB: 6,
  BANK_LSB: 32,
  DATA_LSB: 38,
  SUSTAIN: 64,
  DATA_INCREMENT: 96,
  DATA_DECREMENT: 97,
  NRPN_LSB: 98,
  RPN_LSB: 100,
  RPN_MSB: 101,
  /** From here on controllers are commands, which may change all others. */
  FIRST_CHANNEL_MODE: 120,
  RESET_ALL: 121,
} as const;
/** From here to its double: the low seven bits of 0 to 31. */
export const LOW_HALVES = 32;
/** A switch, such as a pedal, is on from this value on. */
export const SWITCH_ON = 64;
/** The number that is no parameter: data entry means none. */
export const NO_PARAMETER = 0x3fff;

const NAMES: Readonly<Record<number, string>> = {
  0: 'bank select',
  1: 'modulation',
  2: 'breath',
  4: 'foot',
  5: 'portamento time',
  6: 'data entry',
  7: 'volume',
  8: 'balance',
  10: 'pan',
  11: 'expression',
  12: 'effect 1',
  13: 'effect 2',
  16: 'general purpose 1',
  17: 'general purpose 2',
  18: 'general purpose 3',
  19: 'general purpose 4',
  64: 'sustain pedal',
  65: 'portamento',
  66: 'sostenuto pedal',
  67: 'soft pedal',
  68: 'legato',
  69: 'hold 2',
  70: 'sound variation',
  71: 'resonance',
  72: 'release time',
  73: 'attack time',
  74: 'brightness',
  75: 'decay time',
  76: 'vibrato rate',
  77: 'vibrato depth',
  78: 'vibrato delay',
  79: 'sound controller 10',
  80: 'general purpose 5',
  81: 'general purpose 6',
  82: 'general purpose 7',
  83: 'general purpose 8',
  84: 'portamento control',
  88: 'high-resolution velocity',
  91: 'reverb send',
  92: 'tremolo depth',
  93: 'chorus send',
  94: 'detune depth',
  95: 'phaser depth',
  96: 'data increment',
  97: 'data decrement',
  98: 'NRPN low',
  99: 'NRPN high',
  100: 'RPN low',
  101: 'RPN high',
  120: 'all sound off',
  121: 'reset controllers',
  122: 'local control',
  123: 'all notes off',
  124: 'omni off',
  125: 'omni on',
  126: 'mono on',
  127: 'poly on',
};

const LAST_PEDAL = 69;
const LOCAL_CONTROL = 122;

/** `sustain pedal`, `volume, low` (for the low seven bits of 7), or `controller 3`. */
export function controllerName(controller: number): string {
  const name = NAMES[controller];
  if (name !== undefined) return name;
  const isLow = controller >= LOW_HALVES && controller < 2 * LOW_HALVES;
  const high = isLow ? NAMES[controller - LOW_HALVES] : undefined;
  return high === undefined ? `controller ${controller}` : `${high}, low`;
}

export function isBank(controller: number): boolean {
  return controller === Controller.BANK_MSB || controller === Controller.BANK_LSB;
}

/** Foot switches: sustain, portamento, sostenuto, soft, legato, hold 2. */
export function isPedal(controller: number): boolean {
  return controller >= Controller.SUSTAIN && controller <= LAST_PEDAL;
}

/** Whether the controller is either off or on, as pedals are. */
export function isSwitch(controller: number): boolean {
  return isPedal(controller) || controller === LOCAL_CONTROL;
}
