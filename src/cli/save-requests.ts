/** Everyone who may ask a running recording to save: Enter on the terminal, SIGUSR1, lines of a file. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { describeIoError } from '../formats/take-output.js';
import { MidirecError } from '../midi/errors.js';

export interface SaveHandlers {
  /** @param name - what to call the take, if the one who asks has said it */
  save(name: string | undefined): void;
  stop(): void;
  /** A line that is no command. */
  unknown(line: string): void;
}

const LOOK_MS = 100;

export class SaveRequests {
  readonly #handlers: SaveHandlers;
  readonly #file: CommandFile | undefined;

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
    const onLine = () => this.#handlers.save(undefined);
    const onSignal = () => this.#handlers.save(undefined);
    if (stdin.isTTY) stdin.on('data', onLine);
    if (process.platform !== 'win32') process.on('SIGUSR1', onSignal);
    const timer = this.#file && setInterval(() => this.#obey(this.#file!.readLines()), LOOK_MS);
    return () => {
      if (stdin.isTTY) {
        stdin.off('data', onLine);
        stdin.pause();
      }
      if (process.platform !== 'win32') process.off('SIGUSR1', onSignal);
      clearInterval(timer);
      this.#file?.close();
    };
  }

  #obey(lines: string[]): void {
    for (const line of lines) {
      const match = /^(save|stop)(?:\s+(.+))?$/.exec(line.trim());
      if (match?.[1] === 'save') this.#handlers.save(match[2]);
      else if (match?.[1] === 'stop') this.#handlers.stop();
      else if (line.trim() !== '') this.#handlers.unknown(line.trim());
    }
  }
}

/** A file of which only what is added counts, or a FIFO. */
class CommandFile {
  readonly #fd: number;
  readonly #isFifo: boolean;
  readonly #bytes = Buffer.alloc(4096);
  #position = 0;
  #rest = '';

  constructor(path: string) {
    try {
      // Opened for writing as well, a FIFO neither waits for a writer nor ends when one goes.
      const isFifoFlags = constants.O_RDWR | (constants.O_NONBLOCK ?? 0);
      this.#fd = openSync(path, isFifoFlags);
      const stats = fstatSync(this.#fd);
      this.#isFifo = stats.isFIFO();
      this.#position = stats.size;
    } catch (error) {
      throw new MidirecError(
        'INPUT_UNREADABLE',
        `--commands: cannot read ${path}: ${describeIoError(error)}`,
        { hint: 'make it first, with mkfifo or touch', exitCode: 2, cause: error },
      );
    }
  }

  /** Whole lines that have come since the last time. */
  readLines(): string[] {
    for (;;) {
      const length = this.#read();
      if (length === 0) break;
      this.#position += length;
      this.#rest += this.#bytes.toString('utf8', 0, length);
    }
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(): number {
    try {
      return readSync(
        this.#fd,
        this.#bytes,
        0,
        this.#bytes.length,
        this.#isFifo ? null : this.#position,
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
