/** Everyone who may ask a running recording for something: lines on the terminal, SIGUSR1, lines of a file. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { describeIoError } from '../../files/disk/io-errors.js';
import { MidirecError } from '../../midi/errors.js';
import { ExitCode } from '../exit-codes.js';
import type { StopRequests } from './stop-requests.js';

export interface SaveHandlers {
  /**
   * Left out where a take is being written anyway.
   *
   * @param name - what to call the take, if the one who asks has said it
   */
  save?: ((name: string | undefined) => void) | undefined;
  /** Sets a mark here, if there can be marks. @param text - undefined: it has no name */
  mark?: ((text: string | undefined) => void) | undefined;
  stop(): void;
  unknown(line: string): void;
  /** The file cannot be read any more, or what comes out of it is not text. */
  failed(reason: string): void;
}

const LOOK_MS = 100;
/** What has no end of a line by then is not a command. */
const LONGEST_LINE = 4096;
/** What is read in one look at most: a device may never have enough of being read. */
const MOST_BYTES = 0x1_0000;

export class SaveRequests {
  readonly #handlers: SaveHandlers;
  #file: CommandFile | undefined;

  /**
   * @param path - a file or FIFO whose new lines are commands
   * @throws MidirecError INPUT_UNREADABLE
   */
  constructor(path: string | undefined, handlers: SaveHandlers) {
    this.#handlers = handlers;
    this.#file = path === undefined ? undefined : new CommandFile(path);
  }

  /** Begins to listen; returns what ends it. */
  listen(): () => void {
    const { stdin } = process;
    const { save, mark } = this.#handlers;
    const onLine = (bytes: Buffer) => {
      for (const line of bytes
        .toString()
        .replace(/\r?\n$/, '')
        .split(/\r?\n/)) {
        const text = line.trim() || undefined;
        if (save !== undefined && text === undefined) save(undefined);
        else mark?.(text);
      }
    };
    // Whoever reads a terminal in the background is stopped.
    const onContinued = () => (isInForeground() ? stdin.resume() : stdin.pause());
    const onSignal = () => save?.(undefined);
    const isHeard = save !== undefined || (mark !== undefined && isInForeground());
    const hearsLines = isHeard && stdin.isTTY;
    const hearsSignals = save !== undefined && process.platform !== 'win32';
    if (hearsLines) {
      stdin.on('data', onLine);
      // A terminal that goes away is told of by SIGHUP, too; unheard, its error would end the process.
      stdin.on('error', ignore);
      if (process.platform === 'linux') process.on('SIGCONT', onContinued);
    }
    if (hearsSignals) process.on('SIGUSR1', onSignal);
    // It keeps nothing running that has ended otherwise.
    const timer = this.#file && setInterval(() => this.look(), LOOK_MS).unref();
    return () => {
      if (hearsLines) {
        stdin.off('data', onLine);
        process.off('SIGCONT', onContinued);
        stdin.pause();
      }
      if (hearsSignals) process.off('SIGUSR1', onSignal);
      clearInterval(timer);
      this.close();
    };
  }

  /** Obeys what has come in the file since the last look. */
  look(): void {
    if (this.#file === undefined) return;
    try {
      this.#obey(this.#file.readLines());
    } catch (error) {
      // A recording goes on without its commands.
      this.#handlers.failed(describeIoError(error));
      this.close();
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #obey(lines: string[]): void {
    for (const line of lines) {
      const match = /^(?:(save|mark)(?:\s+(.+))?|stop)$/.exec(line.trim());
      const { save, mark, stop, unknown } = this.#handlers;
      const asked = match?.[1] === 'save' ? save : match?.[1] === 'mark' ? mark : undefined;
      if (asked !== undefined) asked(match?.[2]);
      else if (match !== null && match[1] === undefined) stop();
      else if (line.trim() !== '') unknown(line.trim());
    }
  }
}

/** What is obeyed and said wherever lines are read. @param known - the commands that there are, for one that is not */
export function answersTo(
  stop: StopRequests,
  console: { warn(line: string): void },
  known: string,
): Pick<SaveHandlers, 'stop' | 'unknown' | 'failed'> {
  return {
    stop: () => stop.request('command'),
    unknown: (line) => console.warn(`--commands: '${line}' is not a command here: ${known}`),
    failed: (reason) => console.warn(`--commands: ${reason}; it is no longer read`),
  };
}

/**
 * Obeys the lines of a file, where there is nothing to save.
 *
 * @returns what ends it
 * @throws MidirecError INPUT_UNREADABLE
 */
export function obeyCommands(
  path: string | undefined,
  stop: StopRequests,
  console: { warn(line: string): void },
): () => void {
  return new SaveRequests(path, answersTo(stop, console, 'stop')).listen();
}

function ignore(): void {}

/** Whether the terminal is ours to read; where that cannot be told, it is not. */
function isInForeground(): boolean {
  if (process.platform === 'win32') return true;
  try {
    // proc(5): the name is in brackets; behind it state, parent, group, session, terminal, its group in the foreground.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ');
    return fields[2] === fields[5];
  } catch {
    return false;
  }
}

/** A file of which only what is added counts, or a FIFO. */
class CommandFile {
  readonly #fd: number;
  /** A regular file; others have no positions. */
  readonly #isFile: boolean;
  readonly #bytes = Buffer.alloc(4096);
  #decoder = new StringDecoder('utf8');
  #position = 0;
  /** The beginning of a line. */
  #rest = '';

  constructor(path: string) {
    try {
      // Opened for writing as well, a FIFO neither waits for a writer nor ends when one goes.
      this.#fd = openSync(path, constants.O_RDWR | (constants.O_NONBLOCK ?? 0));
      const stats = fstatSync(this.#fd);
      this.#isFile = stats.isFile();
      this.#position = stats.size;
    } catch (error) {
      throw new MidirecError(
        'INPUT_UNREADABLE',
        `--commands: cannot read ${path}: ${describeIoError(error)}`,
        { hint: 'create it first, with mkfifo or touch', exitCode: ExitCode.USAGE, cause: error },
      );
    }
  }

  /**
   * Whole lines that have come since the last time.
   *
   * @throws what the disk throws, and an Error if a line has no end
   */
  readLines(): string[] {
    if (this.#isFile && fstatSync(this.#fd).size < this.#position) this.#beginAnew();
    let text = this.#rest;
    for (let taken = 0; taken < MOST_BYTES; ) {
      const length = this.#read();
      if (length === 0) break;
      this.#position += length;
      taken += length;
      text += this.#decoder.write(this.#bytes.subarray(0, length));
    }
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST_LINE) {
      throw new Error(`a line is longer than ${LONGEST_LINE} characters`);
    }
    return lines;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Somebody has emptied the file. */
  #beginAnew(): void {
    this.#position = 0;
    this.#rest = '';
    this.#decoder = new StringDecoder('utf8');
  }

  #read(): number {
    try {
      const position = this.#isFile ? this.#position : null;
      return readSync(this.#fd, this.#bytes, 0, this.#bytes.length, position);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
