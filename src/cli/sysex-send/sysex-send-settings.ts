/** The options of `midirec sysex-send` as numbers. */
import type { Pace } from '../../output/pacing.js';
import { findSendPreset, SEND_PRESETS } from '../../output/send-presets.js';
import { usage } from '../exit-codes.js';
import { parseDuration, parseOptional, parseWhole } from '../options/option-values.js';
import type { SysexSendOptions } from './sysex-send-options.js';

const DEFAULT_REPLY_MS = 2000;
/** Larger than any buffer that old drivers take. */
const LARGEST_CHUNK = 65_536;
const HIGHEST_RATE = 10_000_000;

export interface SendSettings {
  /** The output as the user named it. */
  device: string | undefined;
  pace: Pace;
  /** How long to wait for the reply to a message; undefined for not at all. */
  replyMs: number | undefined;
  from: string | undefined;
  dryRun: boolean;
  force: boolean;
  doneLimitMs: number | undefined;
}

/** @throws MidirecError USAGE */
export function readSendSettings(options: SysexSendOptions): SendSettings {
  const { device, waitReply, from } = options;
  if (from !== undefined && waitReply === undefined) {
    throw usage('--from needs --wait-reply', 'there is nothing to receive otherwise');
  }
  return {
    device,
    pace: readPace(options),
    replyMs:
      waitReply === true
        ? DEFAULT_REPLY_MS
        : parseOptional('--wait-reply', waitReply, parseDuration),
    from,
    dryRun: options.dryRun ?? false,
    force: options.force ?? false,
    doneLimitMs: parseOptional('--limit', options.limit, parseDuration),
  };
}

/** What is given with an option of its own counts more than what the preset says. */
function readPace(options: SysexSendOptions): Pace {
  const preset = parseOptional('--preset', options.preset, parsePreset);
  const chunkBytes = parseOptional('--chunk', options.chunk, (option, text) =>
    parseWhole(option, text, 1, LARGEST_CHUNK),
  );
  const bytesPerSecond = parseOptional('--rate', options.rate, (option, text) =>
    parseWhole(option, text, 1, HIGHEST_RATE),
  );
  return {
    chunkBytes: chunkBytes ?? preset?.chunkBytes,
    chunkDelayMs: preset?.chunkDelayMs ?? 0,
    messageDelayMs:
      parseOptional('--delay', options.delay, parseDuration) ?? preset?.messageDelayMs ?? 0,
    bytesPerSecond: bytesPerSecond ?? preset?.bytesPerSecond,
  };
}

function parsePreset(option: string, text: string): Pace {
  const preset = findSendPreset(text);
  if (preset !== undefined) return preset;
  const names = SEND_PRESETS.map(({ name }) => name).join(', ');
  throw usage(`${option}: there is no preset '${text}'`, `there is ${names}`);
}
