/** Making the file of a take. */
import type { TakeOptions, TakeResult } from '../files/growing/growing-take.js';
import { TakeFile } from '../files/growing/take-file.js';
import type { Clock } from '../midi/clock.js';
import type { MidirecError } from '../midi/errors.js';

/** How takes are written. */
export type TakeSettings = Pick<
  TakeOptions,
  'overwrite' | 'format' | 'trackPer' | 'ppq' | 'bpm' | 'timeSignature' | 'keepRealtime' | 'disk'
>;

/** Where a recorder says what happens to its files. */
export interface TakeReporter {
  /** Something is not as it should be. */
  warn(line: string): void;
  /** Something happened. */
  say(line: string): void;
}

/**
 * Makes the file of a take.
 *
 * @param path - undefined: a temporary file, for standard output
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export function openTakeFile(
  path: string | undefined,
  settings: TakeSettings,
  clock: Clock,
  reporter: TakeReporter,
  deviceNames: readonly string[] = [],
): TakeFile {
  return TakeFile.open({
    ...settings,
    path,
    deviceNames,
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
