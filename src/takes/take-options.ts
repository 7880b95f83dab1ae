/** Making the file of a take. */
import type { TakeOptions, TakeResult } from '../files/growing/growing-take.js';
import { TakeFile } from '../files/growing/take-file.js';
import type { Clock } from '../midi/clock.js';
import type { MidirecError } from '../midi/errors.js';
import { LongTake, type TakeReporter } from './long-take.js';
import type { TakeTempo } from './tempo-source.js';

export type TakeSettings = Pick<
  TakeOptions,
  | 'overwrite'
  | 'format'
  | 'trackPer'
  | 'ppq'
  | 'bpm'
  | 'timeSignature'
  | 'keepRealtime'
  | 'disk'
  | 'limits'
>;

/** What every recorder is made with. */
export interface RecorderOptions {
  settings: TakeSettings;
  clock: Clock;
  reporter: TakeReporter;
  /** Asked for the timing of each take; whoever writes to the recorder tells it of the events. */
  tempo: TakeTempo;
}

/**
 * Makes the file of a take, and those that follow when it is full.
 *
 * @param path - undefined: a temporary file, for standard output
 * @param own - what is different for this take
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE; RangeError as TakeFile.open
 */
export function openTakeFile(
  path: string | undefined,
  { settings, clock, reporter }: RecorderOptions,
  own: Partial<Pick<TakeOptions, 'overwrite' | 'deviceNames'>> = {},
): LongTake {
  const open = (path: string | undefined, overwrite: boolean) =>
    TakeFile.open({
      deviceNames: [],
      ...settings,
      ...own,
      overwrite,
      path,
      clock,
      onTrouble: (error: MidirecError) =>
        reporter.warn(`${error.message}; the take goes on in memory`),
      onRecovered: () => reporter.say('the disk takes the take again: nothing was lost'),
      onMoved: (to) => reporter.warn(`the take goes on in ${to}`),
    });
  const { overwrite = settings.overwrite } = own;
  return new LongTake(
    path,
    () => open(path, overwrite),
    (next) => open(next, false),
    reporter,
  );
}

/** What is not as it was asked for, in words. */
export function describeTrouble(trouble: TakeResult['trouble']): string[] {
  return trouble === undefined ? [] : [`${trouble.message}; ${trouble.hint}`];
}
