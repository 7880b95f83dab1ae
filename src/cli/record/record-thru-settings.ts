/** The options of `midirec record` that send something: `--thru` and `--metronome`. */
import { usage } from '../exit-codes.js';
import { parseOptional, parseWhole } from '../options/option-values.js';
import type { RecordOptions } from './record-options.js';

export interface ThruSettings {
  /** Outputs as the user named them. */
  thru: string | undefined;
  /** By the channel that a message comes in on, the one that it goes out on; both from 0 to 15. */
  channelMap: Uint8Array;
  /** With the channel that may follow its name. */
  metronome: string | undefined;
  countInBars: number;
}

const MOST_BARS = 16;

/** @throws MidirecError USAGE */
export function readThruSettings(options: RecordOptions): ThruSettings {
  const { thru, metronome } = options;
  if (options.thruChannel !== undefined && thru === undefined) {
    throw usage('--thru-channel needs --thru', 'nothing is passed on otherwise');
  }
  if (options.countIn !== undefined && metronome === undefined) {
    throw usage('--count-in needs --metronome', 'for example --metronome 0:10 --count-in 1');
  }
  if (metronome !== undefined) {
    const other = ['clock', 'tap', 'guessTempo'].find((name) => isGiven(options, name));
    if (other !== undefined) {
      throw usage(
        `--metronome and --${other === 'guessTempo' ? 'guess-tempo' : other} exclude each other`,
        'who plays to a metronome knows the tempo: give it with --bpm',
      );
    }
  }
  if (options.countIn !== undefined && (options.splitIdle ?? options.keepLast) !== undefined) {
    throw usage('--count-in is for a single take', 'leave it away, or record one take');
  }
  return {
    thru,
    channelMap: parseOptional('--thru-channel', options.thruChannel, parseChannelMap) ?? identity(),
    metronome,
    countInBars:
      parseOptional('--count-in', options.countIn, (option, text) =>
        parseWhole(option, text, 1, MOST_BARS),
      ) ?? 0,
  };
}

/**
 * `5`: everything to channel 5. `1:3,2:10`: channel 1 to 3, 2 to 10, the others as they are.
 *
 * @throws MidirecError USAGE
 */
export function parseChannelMap(option: string, text: string): Uint8Array {
  const map = identity();
  if (isChannel(text.trim())) return map.fill(Number(text) - 1);
  for (const pair of text.split(',')) {
    const [from = '', to = '', ...rest] = pair.split(':').map((part) => part.trim());
    if (!isChannel(from) || !isChannel(to) || rest.length > 0) {
      throw usage(
        `${option}: '${text}' is no channel and no mapping of channels`,
        `channels are 1 to 16, for example ${option} 5 or ${option} 1:3,2:10`,
      );
    }
    map[Number(from) - 1] = Number(to) - 1;
  }
  return map;
}

/** What follows the name of `--metronome`: `synth:9` is channel 9 of synth. Channel 10, the drums, if nothing does. */
export function splitChannel(text: string): { name: string; channel: number } {
  const [, name, channel] = /^(.+):(\d{1,2})$/.exec(text) ?? [];
  if (name === undefined || !isChannel(channel ?? '')) return { name: text, channel: 9 };
  return { name, channel: Number(channel) - 1 };
}

function isGiven(options: RecordOptions, name: string): boolean {
  return Boolean(options[name as keyof RecordOptions]);
}

function isChannel(text: string): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 16;
}

function identity(): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, channel) => channel);
}
