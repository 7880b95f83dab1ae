/** Where dumped sysex goes: a .syx file, and standard output as bytes, as text or as JSON. */
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { SyxResult } from '../../files/growing/growing-dump.js';
import { SyxFile } from '../../files/growing/syx-file.js';
import { systemClock } from '../../midi/clock.js';
import { EventBatch, EventKind } from '../../midi/event-batch.js';
import { JsonLines, type PrintedOutput } from '../capturing/printed-output.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath } from '../terminal/figures.js';
import { wrapFor } from '../terminal/standard-streams.js';
import { viewSysex } from './hex-view.js';

export interface DumpedMessage {
  bytes: Uint8Array;
  /** False if its beginning or its end is missing. */
  complete: boolean;
  /** On the take's clock. */
  timeMs: number;
  device: number;
}

export interface DumpResult {
  whole: SyxResult;
  /** Undefined if nothing incomplete came. */
  incomplete: SyxResult | undefined;
}

/** The .syx file; incomplete messages go into a file of their own beside it, so that this one stays whole. */
export class DumpFiles {
  readonly #path: string;
  readonly #open: (path: string) => SyxFile;
  readonly #file: SyxFile;
  readonly #console: ConsoleOutput;
  #incomplete: SyxFile | undefined;
  /** Incomplete messages for which no file could be made. */
  #unplaced = { messages: 0, byteLength: 0 };

  /** @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
  constructor(
    path: string,
    options: { overwrite: boolean; split: boolean },
    console: ConsoleOutput,
  ) {
    this.#path = path;
    this.#console = console;
    this.#open = (name) =>
      SyxFile.open({
        path: name,
        ...options,
        clock: systemClock,
        onTrouble: (error) => console.warn(`${error.message}; the dump goes on in memory`),
        onRecovered: () => console.say('the disk takes the dump again: nothing was lost'),
        onMoved: (to) => console.warn(`the dump goes on in ${displayPath(to)}`),
      });
    this.#file = this.#open(path);
  }

  add({ bytes, complete }: DumpedMessage): void {
    if (complete) {
      this.#file.append(bytes);
      return;
    }
    this.#incomplete ??= this.#openIncomplete();
    this.#incomplete?.append(bytes);
    if (this.#incomplete !== undefined) return;
    this.#unplaced.messages++;
    this.#unplaced.byteLength += bytes.length;
  }

  /** Closes the files. Without any message there is no file. */
  async close(): Promise<DumpResult> {
    const whole = await this.#file.close();
    const incomplete = await this.#incomplete?.close();
    if (this.#unplaced.messages === 0) return { whole, incomplete };
    const none = { paths: [], messages: 0, byteLength: 0, trouble: undefined };
    return { whole, incomplete: { ...none, ...incomplete, lost: this.#unplaced } };
  }

  /** The dump is under way: what is in the way of its second file must not end it. */
  #openIncomplete(): SyxFile | undefined {
    const path = incompletePath(this.#path);
    const spare = join(tmpdir(), `${process.pid}-${basename(path)}`);
    try {
      return this.#open(path);
    } catch (error) {
      this.#console.warn(`${(error as Error).message}; what is incomplete goes to ${spare}`);
    }
    try {
      return this.#open(spare);
    } catch {
      return undefined;
    }
  }
}

/** `dump.syx` becomes `dump.incomplete.syx`. */
function incompletePath(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.incomplete${extension}`;
}

export const PRINTERS = {
  /** Whole messages, byte for byte; an incomplete one has no place in a stream of them. */
  binary: (output: PrintedOutput) => {
    return ({ bytes, complete }: DumpedMessage) => {
      if (complete) output.print(bytes, 1);
    };
  },

  hex: (output: PrintedOutput) => {
    let offset = 0;
    return ({ bytes }: DumpedMessage) => {
      const columns = process.stdout.columns || 80;
      let text = offset === 0 ? '' : '\n';
      for (const line of viewSysex(bytes, columns, offset)) {
        text += `${wrapFor(process.stdout, line)}\n`;
      }
      output.print(text, 1);
      offset += bytes.length;
    };
  },

  json: (output: PrintedOutput) => {
    const lines = new JsonLines(output);
    const batch = new EventBatch(1);
    return ({ bytes, complete, timeMs, device }: DumpedMessage) => {
      batch.clear();
      batch.addBytes(timeMs, device, complete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX, bytes);
      lines.write(batch);
    };
  },
};
