/** The file of `--commands`: a file of which only what is added counts, or a FIFO; each of its lines is a command. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { describeIoError, describeReadError } from '../../files/disk/io-errors.js';
import { MidirecError } from '../../midi/errors.js';
import { ExitCode } from '../exit-codes.js';
import type { StopRequests } from './stop-requests.js';

export interface CommandHandlers {
  /**
   * Left out where a take is being written anyway.
   *
   * @param name - what to call the take, if the command says it
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

export class CommandFile {
  readonly #handlers: CommandHandlers;
  readonly #fd: number;
  /** A regular file; others have no positions. */
  readonly #isFile: boolean;
  readonly #bytes = Buffer.alloc(4096);
  #decoder = new StringDecoder('utf8');
  #position = 0;
  /** The beginning of a line. */
  #rest = '';
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;

  /** @throws MidirecError INPUT_UNREADABLE; on Windows for all but a regular file, too */
  constructor(path: string, handlers: CommandHandlers, platform = process.platform) {
    this.#handlers = handlers;
    try {
      // Opened for writing as well, a FIFO neither waits for a writer nor ends when one goes.
      this.#fd = openSync(path, constants.O_RDWR | (constants.O_NONBLOCK ?? 0));
      const stats = fstatSync(this.#fd);
      this.#isFile = stats.isFile();
      this.#position = stats.size;
    } catch (error) {
      throw new MidirecError(
        'INPUT_UNREADABLE',
        `--commands: cannot read ${path}: ${describeReadError(error)}`,
        { hint: 'create it first, with mkfifo or touch', exitCode: ExitCode.USAGE, cause: error },
      );
    }
    if (this.#isFile || platform !== 'win32') return;
    // Reading a pipe there waits until something comes, and all of midirec with it.
    closeSync(this.#fd);
    throw new MidirecError('INPUT_UNREADABLE', `--commands: ${path} is not an ordinary file`, {
      hint: 'on Windows make an empty file, and append lines to it',
      exitCode: ExitCode.USAGE,
    });
  }

  /** Looks for commands until it is closed; keeps no program running that has ended otherwise. */
  watch(): void {
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Obeys what has come since the last look. */
  look(): void {
    if (!this.#isOpen) return;
    try {
      for (const line of this.#readLines()) this.#obey(line.trim());
    } catch (error) {
      // A recording goes on without its commands.
      this.#handlers.failed(describeIoError(error));
      this.close();
    }
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
  }

  #obey(line: string): void {
    const match = /^(?:(save|mark)(?:\s+(.+))?|stop)$/.exec(line);
    const { save, mark, stop, unknown } = this.#handlers;
    const asked = match?.[1] === 'save' ? save : match?.[1] === 'mark' ? mark : undefined;
    if (asked !== undefined) asked(match?.[2]);
    else if (match !== null && match[1] === undefined) stop();
    else if (line !== '') unknown(line);
  }

  /**
   * Whole lines that have come since the last time.
   *
   * @throws what the disk throws, and an Error if a line has no end
   */
  #readLines(): string[] {
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

/** What is obeyed and said wherever lines are read. @param known - the commands that there are, for one that is not */
export function answersTo(
  stop: StopRequests,
  console: { warn(line: string): void },
  known: string,
): Pick<CommandHandlers, 'stop' | 'unknown' | 'failed'> {
  return {
    stop: () => stop.request('command'),
    unknown: (line) => console.warn(`--commands: '${line}' is not a command here: ${known}`),
    failed: (reason) => console.warn(`--commands: ${reason}; it is no longer read`),
  };
}

/**
 * Obeys the lines of a file, where there is nothing to save.
 *
 * @param mark - sets a mark, or says why there cannot be one
 * @param known - see `answersTo`
 * @returns what ends it
 * @throws MidirecError INPUT_UNREADABLE
 */
export function obeyCommands(
  path: string | undefined,
  stop: StopRequests,
  console: { warn(line: string): void },
  mark: NonNullable<CommandHandlers['mark']>,
  known = 'stop',
): () => void {
  if (path === undefined) return () => {};
  const commands = new CommandFile(path, { mark, ...answersTo(stop, console, known) });
  commands.watch();
  return () => commands.close();
}
