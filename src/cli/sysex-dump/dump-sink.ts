/** Where dumped sysex goes: a .syx file, or standard output as bytes, as text or as JSON. */
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { SyxResult } from '../../files/growing/growing-dump.js';
import { SyxFile } from '../../files/growing/syx-file.js';
import { systemClock } from '../../midi/clock.js';
import { EventBatch, EventKind } from '../../midi/event-batch.js';
import { encodeMessages } from '../capturing/ndjson.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath } from '../terminal/figures.js';
import { viewSysex } from './hex-view.js';

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

/** What may wait for a reader of standard output that is slow. */
const MOST_UNREAD_BYTES = 0x400_0000;

/** Standard output, as far as it is read. */
export class PrintedDump {
  /** Messages that were not printed, since the reader did not keep up. */
  unread = 0;

  print(message: string | Uint8Array): void {
    if (process.stdout.writableLength > MOST_UNREAD_BYTES) this.unread++;
    else process.stdout.write(message);
  }
}

/** The .syx file; incomplete messages go into a file of their own beside it, so that this one stays whole. */
export class FileSink implements DumpSink {
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
  async close(): Promise<{ whole: SyxResult; incomplete: SyxResult | undefined }> {
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

/** Whole messages, byte for byte, to standard output. */
export class BinarySink implements DumpSink {
  /** Incomplete messages, which have no place in a stream of whole ones. */
  leftOut = 0;
  readonly #printed: PrintedDump;

  constructor(printed: PrintedDump) {
    this.#printed = printed;
  }

  add({ bytes, complete }: DumpedMessage): void {
    if (complete) this.#printed.print(bytes);
    else this.leftOut++;
  }
}

/** A text that people read. */
export class HexSink implements DumpSink {
  readonly #printed: PrintedDump;
  #offset = 0;

  constructor(printed: PrintedDump) {
    this.#printed = printed;
  }

  add({ bytes }: DumpedMessage): void {
    const columns = process.stdout.columns || 80;
    let text = this.#offset === 0 ? '' : '\n';
    for (const line of viewSysex(bytes, { columns, offset: this.#offset })) text += `${line}\n`;
    this.#printed.print(text);
    this.#offset += bytes.length;
  }
}

export class JsonSink implements DumpSink {
  readonly #printed: PrintedDump;
  readonly #batch = new EventBatch(1);

  constructor(printed: PrintedDump) {
    this.#printed = printed;
  }

  add({ bytes, complete, timeMs, device }: DumpedMessage): void {
    this.#batch.clear();
    const kind = complete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX;
    this.#batch.addBytes(timeMs, device, kind, bytes);
    this.#printed.print(encodeMessages(this.#batch));
  }
}
