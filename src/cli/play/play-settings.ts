/** The options of `midirec play` as numbers. */
import { ALL_CHANNELS } from '../capturing/event-filter.js';
import { usage } from '../exit-codes.js';
import { parseChannels, parseOptional } from '../options/option-values.js';
import { parsePlace } from '../options/places.js';
import type { PlayOptions } from './play-options.js';

export interface PlaySettings {
  /** The output as the user named it. */
  device: string | undefined;
  fromMs: number;
  /** Undefined: the end of the file. */
  toMs: number | undefined;
  speed: number;
  isLoop: boolean;
  /** Bit 0 is channel 1. */
  channelMask: number;
}

const SLOWEST = 0.05;
const FASTEST = 20;

/** @throws MidirecError USAGE */
export function readPlaySettings(options: PlayOptions): PlaySettings {
  const { device } = options;
  const fromMs = parseOptional('--from', options.from, parsePlace) ?? 0;
  const toMs = parseOptional('--to', options.to, parsePlace);
  if (toMs !== undefined && toMs <= fromMs) {
    throw usage(`--to ${options.to} is not behind the beginning`, 'give a later place');
  }
  return {
    device,
    fromMs,
    toMs,
    speed: parseSpeed(options.speed),
    isLoop: options.loop ?? false,
    channelMask: ALL_CHANNELS & ~(parseOptional('--mute', options.mute, parseChannels) ?? 0),
  };
}

function parseSpeed(text: string): number {
  const speed = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (speed >= SLOWEST && speed <= FASTEST) return speed;
  throw usage(
    `--speed: '${text}' is no speed from ${SLOWEST} to ${FASTEST}`,
    'for example --speed 0.5',
  );
}
