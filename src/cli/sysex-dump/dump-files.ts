/** Where dumped sysex goes: a .syx file, and standard output as bytes, as text or as JSON. */
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { numberedPath } from '../../files/disk/destination.js';
import type { SyxResult } from '../../files/growing/growing-dump.js';
import { SyxFile } from '../../files/growing/syx-file.js';
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { EventBatch, EventKind } from '../../midi/event-batch.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { openFirstFree } from '../../takes/take-name.js';
import { JsonLines, type PrintedOutput } from '../capturing/printed-output.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath } from '../terminal/figures.js';
import { wrapFor } from '../terminal/standard-streams.js';
import { DumpStream } from './dump-stream.js';
import { type DumpedMessage, isPart } from './dumped-message.js';
import { viewSysex } from './hex-view.js';

export interface DumpResult {
  whole: SyxResult;
  /** Undefined if nothing incomplete came. */
  incomplete: SyxResult | undefined;
  /** Long messages that could not be put into the file, each in one of its own. */
  apart: SyxResult[];
}

/**
 * The .syx file; incomplete messages go into a file of their own beside it, so that this one stays whole.
 * So does a long message while it is under way, each in a file of its own, which the .syx takes over at its end.
 */
export class DumpFiles {
  readonly #path: string;
  readonly #open: (path: string, options: { overwrite: boolean; split: boolean }) => SyxFile;
  readonly #file: SyxFile;
  readonly #console: ConsoleOutput;
  #incomplete: SyxFile | undefined;
  /** Incomplete messages for which no file could be made. */
  #unplaced = { messages: 0, byteLength: 0 };
  /** The long message that is under way from each input; undefined if there is no place for it. */
  readonly #underWay = new Map<number, SyxFile | undefined>();
  /** Long messages that are no part of the .syx. */
  readonly #apart: { file: SyxFile; complete: boolean }[] = [];

  /** @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
  constructor(
    path: string,
    options: { overwrite: boolean; split: boolean },
    console: ConsoleOutput,
  ) {
    this.#path = path;
    this.#console = console;
    this.#open = (name, how) =>
      new SyxFile({
        path: name,
        ...how,
        clock: systemClock,
        onTrouble: (error) => console.warn(`${error.message}; the dump goes on in memory`),
        onRecovered: () => console.say('the disk takes the dump again: nothing was lost'),
        onMoved: (to) => console.warn(`the dump goes on in ${displayPath(to)}`),
      });
    this.#file = this.#open(path, options);
  }

  add(message: DumpedMessage): void {
    const { bytes, complete } = message;
    if (isPart(message)) this.#addPart(message);
    else if (complete) this.#file.append(bytes);
    else this.#addIncomplete(bytes);
  }

  /** Closes the files. Without any message there is no file, and none of a message that nobody waited for. */
  async close(): Promise<DumpResult> {
    for (const file of this.#underWay.values()) await file?.discard();
    const whole = await this.#file.close();
    const pieces = await this.#incomplete?.close();
    let incomplete = pieces;
    const apart: SyxResult[] = [];
    for (const { file, complete } of this.#apart) {
      const result = asOneMessage(await file.close());
      if (!complete) incomplete = incomplete === undefined ? result : both(incomplete, result);
      else apart.push({ ...result, trouble: isElsewhere(this.#path, result) });
    }
    if (this.#unplaced.messages > 0) {
      const none = { paths: [], messages: 0, byteLength: 0, trouble: undefined };
      incomplete = both(incomplete ?? { ...none, lost: undefined }, {
        ...none,
        lost: this.#unplaced,
      });
    }
    return { whole, incomplete, apart };
  }

  #addIncomplete(bytes: Uint8Array): void {
    this.#incomplete ??= this.#openBeside();
    if (this.#incomplete === undefined) this.#countUnplaced(1, bytes);
    else this.#incomplete.append(bytes);
  }

  #addPart({ bytes, device, goesOn, complete }: DumpedMessage): void {
    if (!this.#underWay.has(device)) this.#underWay.set(device, this.#openBeside());
    const file = this.#underWay.get(device);
    if (file === undefined) this.#countUnplaced(goesOn ? 0 : 1, bytes);
    else file.append(bytes);
    if (goesOn) return;
    this.#underWay.delete(device);
    if (file === undefined || (complete && this.#file.adopt(file))) return;
    this.#apart.push({ file, complete });
  }

  #countUnplaced(messages: number, { length }: Uint8Array): void {
    this.#unplaced.messages += messages;
    this.#unplaced.byteLength += length;
  }

  /** The dump is under way: what is in the way of a further file must not end it. */
  #openBeside(): SyxFile | undefined {
    const path = incompletePath(this.#path);
    const spare = join(tmpdir(), `${process.pid}-${basename(path)}`);
    // --force is for the file that was named.
    const open = (name: string) =>
      openFirstFree((number) =>
        this.#open(number === 1 ? name : numberedPath(name, number), {
          overwrite: false,
          split: false,
        }),
      );
    try {
      return open(path);
    } catch (error) {
      this.#console.warn(`${(error as Error).message}; what is incomplete goes to ${spare}`);
    }
    try {
      return open(spare);
    } catch {
      return undefined;
    }
  }
}

/** The pieces of a long message are one. */
function asOneMessage(result: SyxResult): SyxResult {
  return { ...result, messages: 1, lost: result.lost && { ...result.lost, messages: 1 } };
}

function both(one: SyxResult, other: SyxResult): SyxResult {
  const lost = [one.lost, other.lost].filter((each) => each !== undefined);
  return {
    paths: [...one.paths, ...other.paths],
    messages: one.messages + other.messages,
    byteLength: one.byteLength + other.byteLength,
    lost:
      lost.length === 0
        ? undefined
        : {
            messages: lost.reduce((sum, { messages }) => sum + messages, 0),
            byteLength: lost.reduce((sum, { byteLength }) => sum + byteLength, 0),
          },
    trouble: one.trouble ?? other.trouble,
  };
}

function isElsewhere(path: string, { paths }: SyxResult): MidirecError {
  return new MidirecError('WRITE_FAILED', `${path} could not take a long message`, {
    hint: `it is in ${paths.join(' and ')}`,
  });
}

/** `dump.syx` becomes `dump.incomplete.syx`. */
function incompletePath(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.incomplete${extension}`;
}

/** Prints each message. */
export interface Printer {
  add(message: DumpedMessage): void;
  /** Nothing more comes. @returns whether a long message stays without its end */
  end?(): boolean;
}

export const PRINTERS = {
  /** Whole messages, byte for byte; an incomplete one has no place in a stream of them, unless it is too long to wait for its end. */
  binary: (output: PrintedOutput): Printer => new DumpStream(output),

  hex: (output: PrintedOutput, table: InstrumentTable): Printer => {
    let offset = 0;
    const add = (message: DumpedMessage) => {
      const { bytes, part } = message;
      const columns = process.stdout.columns || 80;
      const [headline, ...lines] = viewSysex(bytes, columns, offset, (each) =>
        describeByTable(each, table),
      );
      const first = isPart(message) ? `part ${part + 1} of a long sysex` : headline!;
      let text = offset === 0 ? '' : '\n';
      for (const line of [first, ...lines]) text += `${wrapFor(process.stdout, line)}\n`;
      output.print(text, 1);
      offset += bytes.length;
    };
    return { add };
  },

  json: (output: PrintedOutput): Printer => {
    const lines = new JsonLines(output);
    const batch = new EventBatch(1);
    const add = ({ bytes, complete, goesOn, part, timeMs, device }: DumpedMessage) => {
      batch.clear();
      const ended = complete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX;
      const kind = goesOn ? EventKind.SYSEX_PART : ended;
      batch.addBytes(timeMs, device, kind, bytes, timeMs, part);
      lines.write(batch);
    };
    return { add };
  },
};
