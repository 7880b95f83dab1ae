/** A recording that is one take. */
import { rmSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { streamFile } from '../files/disk/device-copy.js';
import { describeIoError } from '../files/disk/io-errors.js';
import type { TakeResult } from '../files/growing/growing-take.js';
import type { EventBatch } from '../midi/event-batch.js';
import type { LongTake } from './long-take.js';
import type { Recorder, RecorderResult } from './recorder.js';
import { DEFAULT_PATTERN, isPattern, openFreeName } from './take-name.js';
import { describeTrouble, openTakeFile, type RecorderOptions } from './take-options.js';
import type { TakeTempo } from './tempo-source.js';

/** Where a single take goes: a path, a pattern of one, or a stream that gets the finished file. */
export type TakeTarget = string | Writable | undefined;

export class SingleTake implements Recorder {
  readonly #take: LongTake;
  readonly #stream: Writable | undefined;
  readonly #tempo: TakeTempo;

  /**
   * @param target - undefined: a name after date and time
   * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, USAGE for a bad pattern
   */
  constructor(target: TakeTarget, options: RecorderOptions) {
    const open = (path: string | undefined) => openTakeFile(path, options);
    this.#tempo = options.tempo;
    this.#stream = typeof target === 'object' ? target : undefined;
    if (typeof target === 'object') this.#take = open(undefined);
    else if (target !== undefined && !isPattern(target)) this.#take = open(target);
    else {
      const moment = { date: new Date(), take: 1, about: options.about };
      this.#take = openFreeName(target ?? DEFAULT_PATTERN, moment, open);
    }
  }

  get path(): string | undefined {
    return this.#stream === undefined ? this.#take.finalPath : undefined;
  }

  get lostEvents(): number {
    return this.#take.lostEvents;
  }

  get isBehind(): boolean {
    return this.#take.isBehind;
  }

  begin(deviceNames: readonly string[]): void {
    this.#take.nameDevices(deviceNames);
  }

  write(batch: EventBatch): void {
    this.#take.write(batch);
  }

  flush(): Promise<void> {
    return this.#take.flush();
  }

  async finish(endMs: number): Promise<RecorderResult> {
    const result = await this.#take.close(endMs, this.#tempo.timingOf(0, endMs));
    const problems = describeTrouble(result.trouble);
    let path: string | undefined = result.path;
    if (this.#stream !== undefined) {
      const problem = await moveTo(this.#stream, result);
      if (problem === undefined) path = undefined;
      else problems.push(problem);
    }
    return {
      saved: 1,
      last: { path, lengthMs: endMs, byteLength: result.byteLength, notes: result.notes },
      lost: result.lost,
      problems,
      isTroubled: problems.length > 0,
      remarks: [this.#tempo.describe()].filter((line) => line !== undefined),
    };
  }

  discard(): void {
    this.#take.discard();
  }
}

/**
 * Hands the finished file to a stream, and removes it when the stream has taken all of it, or its
 * reader has gone: that one has seen what it wanted.
 *
 * @returns what went wrong; then the file is still there
 */
async function moveTo(
  stream: Writable,
  { path, trouble }: TakeResult,
): Promise<string | undefined> {
  try {
    await streamFile(path, stream);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') {
      return `standard output did not take the take: ${describeIoError(error)}; it is in ${path}`;
    }
  }
  // In trouble it is not all of the take, and what is said of the rest names this file.
  if (trouble === undefined) rmSync(path, { force: true });
  return undefined;
}
