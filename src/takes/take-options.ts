/** Making the file of a take. */
import type { TakeOptions, TakeResult } from '../files/growing/growing-take.js';
import { TakeFile } from '../files/growing/take-file.js';
import type { TakeTexts } from '../files/growing/take-journal.js';
import type { Clock } from '../midi/clock.js';
import type { MidirecError } from '../midi/errors.js';
import { LongTake, type TakeReporter } from './long-take.js';
import type { TakeSubject } from './take-name.js';
import type { TakeTempo } from './tempo-source.js';

export type TakeSettings = Pick<
  TakeOptions,
  | 'overwrite'
  | 'format'
  | 'trackPer'
  | 'ppq'
  | 'bpm'
  | 'timeSignature'
  | 'known'
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
  /** For the names of takes, and for what they say about themselves. */
  about?: TakeSubject & { program: string };
}

/** The words in a take, of which `show` reads the date again (recordedDate). */
function textsOf(about: RecorderOptions['about'], date: Date): TakeTexts | undefined {
  if (about === undefined) return undefined;
  const lines = [`Recorded: ${localIso(date)}`, `Device: ${about.device}`, about.program];
  return { title: about.title, lines };
}

/** `2026-01-31T23:59:05+01:00`: the time of the place, and how far that is from UTC. */
function localIso(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const away = Math.abs(minutes);
  return `${local}${minutes < 0 ? '-' : '+'}${two(away / 60)}:${two(away % 60)}`;
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
  { settings, clock, reporter, about }: RecorderOptions,
  {
    date = new Date(),
    ...own
  }: Partial<Pick<TakeOptions, 'overwrite' | 'deviceNames'>> & {
    date?: Date;
  } = {},
): LongTake {
  const open = (path: string | undefined, overwrite: boolean) =>
    TakeFile.open({
      deviceNames: [],
      about: textsOf(about, date),
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
