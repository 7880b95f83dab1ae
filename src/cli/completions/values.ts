/** What can be typed as the value of an option, or as an argument, by what its definition says of it. */
import type { Argument, Option } from 'commander';
import type { MessageKind } from '../capturing/message-kinds.js';
import { placeholderOf } from '../help/help-style.js';

export interface Offer {
  word: string;
  what: string;
}

/** Words to choose from, or `files` that the shell has to look for: of these kinds, any if there are none; or folders. */
export type Offers = Offer[] | { files: readonly string[] } | 'folders';

const MESSAGE_KINDS: Readonly<Record<MessageKind | 'all', string>> = {
  note: 'notes',
  cc: 'controllers',
  pc: 'program changes',
  pb: 'pitch bend',
  at: 'the pressure of keys and channels',
  sysex: 'system exclusive',
  clock: 'MIDI clock',
  transport: 'start, stop, continue, song position, song select',
  sense: 'active sensing',
  system: 'all other system messages',
  all: 'everything',
};

const TRIGGERS: readonly Offer[] = [
  { word: 'cc 64', what: 'the sustain pedal is pressed' },
  { word: 'cc 64 x3', what: 'it is pressed three times' },
  { word: 'note C2', what: 'a key is struck' },
  { word: 'pc 127', what: 'a program is chosen' },
  { word: 'chord C2+E2+G2', what: 'keys are held together' },
];

const CHANNELS = Array.from({ length: 16 }, (_, index) => String(index + 1));
const SEVEN_BIT = Array.from({ length: 128 }, (_, number) => number);

/**
 * Everything but devices and commands.
 *
 * @param typed - what there is of the value already
 */
export async function valuesOf(definition: Option | Argument, typed: string): Promise<Offers> {
  const { description, argChoices } = definition;
  const name = placeholderOf(definition);
  if (name === 'preset') return presets();
  if (argChoices !== undefined) return argChoices.map(plain);
  if (name.includes('|')) return name.split('|').map(plain);
  switch (name) {
    case 'channels':
      return listed(CHANNELS.map(plain), typed);
    case 'kinds':
      return listed(
        Object.entries(MESSAGE_KINDS).map(([word, what]) => ({ word, what })),
        typed,
      );
    case 'trigger':
      return triggers(typed);
    case 'folder':
      return 'folders';
    default:
      if (!/\b(file|path)\b/.test(name)) return [];
      return { files: [...new Set(description.match(KINDS_OF_FILES)?.flatMap(endingsOf))] };
  }
}

/** Hex text is mostly called so; what a .mid may also be called is read alike. */
const KINDS_OF_FILES = /(?<=\.)(mid|json|syx|hex)\b|hex(?= text)/g;

function endingsOf(kind: string): string[] {
  return kind === 'mid' ? ['mid', 'midi', 'kar', 'rmi'] : [kind];
}

function plain(word: string): Offer {
  return { word, what: '' };
}

/** `note,cc`: what is not in the list yet, behind what is. */
function listed(offers: readonly Offer[], typed: string): Offer[] {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  const taken = before.split(',');
  return offers
    .filter(({ word }) => !taken.includes(word))
    .map(({ word, what }) => ({ word: `${before}${word}`, what }));
}

async function presets(): Promise<Offer[]> {
  const { SEND_PRESETS } = await import('../../output/send-presets.js');
  const { ownPresetNames } = await import('../files/own-presets.js');
  const own = ownPresetNames().map((name) => ({ word: name, what: 'your own' }));
  return [...SEND_PRESETS.map(({ name, what }) => ({ word: name, what })), ...own];
}

async function triggers(typed: string): Promise<Offer[]> {
  const [, before = '', kind = ''] = /^((cc|note|chord) +(?:.*\+)?)/i.exec(typed) ?? [];
  if (kind === '') return [...TRIGGERS];
  if (kind.toLowerCase() !== 'cc') {
    const { noteName } = await import('../../midi/note-names.js');
    return SEVEN_BIT.map((key) => ({ word: `${before}${noteName(key)}`, what: `key ${key}` }));
  }
  const { controllerName } = await import('../../midi/controller-names.js');
  return SEVEN_BIT.map((number) => ({
    word: `${before}${number}`,
    what: controllerName(number) ?? '',
  }));
}
