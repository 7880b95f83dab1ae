/** A recording that is one take. */
import { rmSync } from 'node:fs';
import { TakeFile, type TakeResult } from '../formats/take-file.js';
import { streamFile } from '../formats/take-spool.js';
import { systemClock } from '../midi/clock.js';
import type { EventBatch } from '../midi/event-batch.js';
import type { RecordSettings } from './commands/record-settings.js';
import type { ConsoleOutput } from './console-output.js';
import { displayPath } from './figures.js';
import type { Recorder, RecorderResult } from './recorder.js';
import { freeTakeName } from './take-name.js';

/** What a take's file is made with. */
export type TakeSettings = Pick<
  RecordSettings,
  'overwrite' | 'format' | 'ppq' | 'bpm' | 'timeSignature' | 'keepRealtime'
>;

/**
 * Makes the file of a take.
 *
 * @param path - undefined: a temporary file, for standard output
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export function openTakeFile(
  path: string | undefined,
  settings: TakeSettings,
  console: ConsoleOutput,
): TakeFile {
  const { overwrite, format, ppq, bpm, timeSignature, keepRealtime } = settings;
  return TakeFile.open({
    path,
    overwrite,
    format,
    ppq,
    bpm,
    timeSignature,
    keepRealtime,
    deviceNames: [],
    clock: systemClock,
    onTrouble: (error) => console.warn(`${error.message}; the take goes on in memory`),
    onRecovered: () => console.say('the disk takes the take again: nothing was lost'),
  });
}

/** What is not as it was asked for, in words. */
export function describeTrouble({ trouble, path }: TakeResult): string[] {
  return trouble === undefined ? [] : [`${trouble.message}; the take is in ${displayPath(path)}`];
}

export class SingleTake implements Recorder {
  readonly #take: TakeFile;
  readonly #toStandardOutput: boolean;

  /** @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
  constructor(settings: RecordSettings, console: ConsoleOutput) {
    const { output } = settings;
    const open = (path: string | undefined) => openTakeFile(path, settings, console);
    this.#toStandardOutput = output === '-';
    if (this.#toStandardOutput) this.#take = open(undefined);
    else this.#take = output === undefined ? freeTakeName(new Date(), open) : open(output);
  }

  get path(): string | undefined {
    return this.#toStandardOutput ? undefined : this.#take.path;
  }

  begin(deviceNames: readonly string[]): void {
    this.#take.nameDevices(deviceNames);
  }

  write(batch: EventBatch): void {
    this.#take.write(batch);
  }

  async finish(endMs: number): Promise<RecorderResult> {
    const result = await this.#take.close(endMs);
    if (this.#toStandardOutput) await copyToStandardOutput(result);
    const path = this.#toStandardOutput ? undefined : result.path;
    return {
      takes: [{ path, lengthMs: endMs, byteLength: result.byteLength }],
      lostEvents: result.lost?.count ?? 0,
      problems: describeTrouble(result),
    };
  }

  discard(): void {
    this.#take.discard();
  }
}

/** A reader that goes away early has seen what it wanted. */
async function copyToStandardOutput(result: TakeResult): Promise<void> {
  try {
    await streamFile(result.path, process.stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  } finally {
    rmSync(result.path, { force: true });
  }
}
