/** Where dumped sysex goes: a .syx file, or standard output as bytes, as text or as JSON. */
import { extname } from 'node:path';
import { viewSysex } from '../formats/hex-view.js';
import { encodeMessages } from '../formats/ndjson.js';
import { SyxFile, type SyxResult } from '../formats/syx-file.js';
import { systemClock } from '../midi/clock.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import type { ConsoleOutput } from './console-output.js';
import { displayPath } from './figures.js';

export interface DumpedMessage {
  bytes: Uint8Array;
  /** False if its beginning or its end is missing. */
  complete: boolean;
  /** On the take's clock. */
  timeMs: number;
  device: number;
}

export interface DumpSink {
  add(message: DumpedMessage): void;
}

/** The .syx file; incomplete messages go into a file of their own beside it, so that this one stays whole. */
export class FileSink implements DumpSink {
  readonly #path: string;
  readonly #open: (path: string) => SyxFile;
  readonly #file: SyxFile;
  #incomplete: SyxFile | undefined;

  /** @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
  constructor(
    path: string,
    options: { overwrite: boolean; split: boolean },
    console: ConsoleOutput,
  ) {
    this.#path = path;
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
    } else {
      this.#incomplete ??= this.#open(incompletePath(this.#path));
      this.#incomplete.append(bytes);
    }
  }

  /** Closes the files. Without any message there is no file. */
  async close(): Promise<{ whole: SyxResult; incomplete: SyxResult | undefined }> {
    const whole = await this.#file.close();
    return { whole, incomplete: await this.#incomplete?.close() };
  }
}

/** `dump.syx` becomes `dump.incomplete.syx`. */
function incompletePath(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.incomplete${extension}`;
}

/** Whole messages, byte for byte, to standard output. */
export class BinarySink implements DumpSink {
  /** Incomplete messages, which have no place in a stream of whole ones. */
  leftOut = 0;

  add({ bytes, complete }: DumpedMessage): void {
    if (complete) process.stdout.write(bytes);
    else this.leftOut++;
  }
}

/** A text that people read. */
export class HexSink implements DumpSink {
  #offset = 0;

  add({ bytes }: DumpedMessage): void {
    const columns = process.stdout.columns || 80;
    let text = this.#offset === 0 ? '' : '\n';
    for (const line of viewSysex(bytes, { columns, offset: this.#offset })) text += `${line}\n`;
    process.stdout.write(text);
    this.#offset += bytes.length;
  }
}

export class JsonSink implements DumpSink {
  readonly #batch = new EventBatch(1);

  add({ bytes, complete, timeMs, device }: DumpedMessage): void {
    this.#batch.clear();
    const kind = complete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX;
    this.#batch.addBytes(timeMs, device, kind, bytes);
    process.stdout.write(encodeMessages(this.#batch));
  }
}
