/** Making the file of a take. */
import type { TakeOptions, TakeResult } from '../files/growing/growing-take.js';
import { TakeFile } from '../files/growing/take-file.js';
import type { Clock } from '../midi/clock.js';
import type { MidirecError } from '../midi/errors.js';
import type { TakeTempo } from './tempo-source.js';

export type TakeSettings = Pick<
  TakeOptions,
  'overwrite' | 'format' | 'trackPer' | 'ppq' | 'bpm' | 'timeSignature' | 'keepRealtime' | 'disk'
>;

/** Where a recorder says what happens to its files. */
export interface TakeReporter {
  warn(line: string): void;
  say(line: string): void;
}

/** What every recorder is made with. */
export interface RecorderOptions {
  settings: TakeSettings;
  clock: Clock;
  reporter: TakeReporter;
  /** Asked for the timing of each take; whoever writes to the recorder tells it of the events. */
  tempo: TakeTempo;
}

/**
 * Makes the file of a take.
 *
 * @param path - undefined: a temporary file, for standard output
 * @param own - what is different for this take
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE; RangeError as TakeFile.open
 */
export function openTakeFile(
  path: string | undefined,
  { settings, clock, reporter }: RecorderOptions,
  own: Partial<Pick<TakeOptions, 'overwrite' | 'deviceNames'>> = {},
): TakeFile {
  return TakeFile.open({
    deviceNames: [],
    ...settings,
    ...own,
    path,
    clock,
    onTrouble: (error: MidirecError) =>
      reporter.warn(`${error.message}; the take goes on in memory`),
    onRecovered: () => reporter.say('the disk takes the take again: nothing was lost'),
    onMoved: (to) => reporter.warn(`the take goes on in ${to}`),
  });
}

/** What is not as it was asked for, in words. */
export function describeTrouble(trouble: TakeResult['trouble']): string[] {
  return trouble === undefined ? [] : [`${trouble.message}; ${trouble.hint}`];
}
