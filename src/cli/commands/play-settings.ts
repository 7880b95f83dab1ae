/** The options of `midirec play` as numbers. */
import { MidirecError } from '../../midi/errors.js';
import { ALL_CHANNELS } from '../event-filter.js';
import { parseChannels, parseOptional } from '../option-values.js';
import type { PlayOptions } from './play-options.js';

export interface PlaySettings {
  file: string;
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
const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** @throws MidirecError USAGE */
export function readPlaySettings(options: PlayOptions): PlaySettings {
  const { file, device } = options;
  const fromMs = parseOptional('--from', options.from, parsePlace) ?? 0;
  const toMs = parseOptional('--to', options.to, parsePlace);
  if (toMs !== undefined && toMs <= fromMs) {
    throw usage(`--to ${options.to} is not behind the beginning`, 'give a later place');
  }
  return {
    file,
    device,
    fromMs,
    toMs,
    speed: parseSpeed(options.speed),
    isLoop: options.loop ?? false,
    channelMask: ALL_CHANNELS & ~(parseOptional('--mute', options.mute, parseChannels) ?? 0),
  };
}

/**
 * A place in a file as milliseconds from its beginning: `0s`, `90s`, `1.5m`; `1:30`, `1:02:03.5`.
 *
 * @throws MidirecError USAGE
 */
export function parsePlace(option: string, text: string): number {
  const unit = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  if (unit !== null) return Number(unit[1]) * UNIT_MS[unit[2]!]!;
  const counter = /^(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/.exec(text.trim());
  const [, hours = '0', minutes, seconds] = counter ?? [];
  if (minutes !== undefined && Number(minutes) < 60 && Number(seconds) < 60) {
    return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  }
  throw usage(`${option}: '${text}' is no place in a file`, 'write it as 90s, 1.5m or 1:30');
}

function parseSpeed(text: string): number {
  const speed = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (speed >= SLOWEST && speed <= FASTEST) return speed;
  throw usage(
    `--speed: '${text}' is no speed from ${SLOWEST} to ${FASTEST}`,
    'for example --speed 0.5',
  );
}

function usage(message: string, hint: string): MidirecError {
  return new MidirecError('USAGE', message, { hint, exitCode: 2 });
}
