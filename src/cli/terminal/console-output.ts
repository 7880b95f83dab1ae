/** What midirec says on standard error, and in which colours. */
import type { ChalkInstance } from 'chalk';
import { describeIoError, hintAtOpenFiles } from '../../files/disk/io-errors.js';
import { MidirecError } from '../../midi/errors.js';
import { NO_COLORS, printedColors } from './printed-text.js';
import { printErrors } from './standard-streams.js';

export type ColorChoice = 'auto' | 'always' | 'never';

export interface ConsoleOptions {
  /** Default auto. */
  color?: ColorChoice;
  quiet?: boolean;
  verbose?: boolean;
  /** No animation and no pictures: lines that a screen reader can read out. */
  plain?: boolean;
}

/**
 * Whether to use colour: the option decides, then NO_COLOR, FORCE_COLOR and TERM=dumb, then whether
 * the stream is a terminal. (https://no-color.org: NO_COLOR counts if it is not empty.)
 */
export function wantsColor(
  choice: ColorChoice,
  env: NodeJS.ProcessEnv,
  isTerminal: boolean,
): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  if (env.TERM === 'dumb') return false;
  return isTerminal;
}

/** Who says what happens, with what -q and -v leave of it. ConsoleOutput is one. */
export type Speaker = Pick<ConsoleOutput, 'say' | 'tell' | 'warn'>;

/** Standard error, as midirec uses it. */
export class ConsoleOutput {
  readonly chalk: ChalkInstance;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly plain: boolean;
  readonly #color: ColorChoice;
  readonly #colors: ChalkInstance;
  /** Called before anything is written, so that a live line can step aside. */
  beforeWrite: (() => void) | undefined;

  /** With colours where they are wanted. */
  static async open(options: ConsoleOptions = {}): Promise<ConsoleOutput> {
    const isColorful = [process.stdout, process.stderr].some((stream) =>
      wantsColor(options.color ?? 'auto', process.env, stream.isTTY === true),
    );
    if (!isColorful) return new ConsoleOutput(options);
    const { Chalk } = await import('chalk');
    return new ConsoleOutput(options, printedColors(new Chalk({ level: 1 })));
  }

  /** @param colors - where they are wanted; chalk is loaded for them alone */
  constructor(options: ConsoleOptions = {}, colors = NO_COLORS) {
    this.#color = options.color ?? 'auto';
    this.#colors = colors;
    this.chalk = this.chalkFor(process.stderr);
    this.quiet = options.quiet ?? false;
    this.verbose = options.verbose ?? false;
    this.plain = options.plain ?? false;
  }

  /** Colours for text that goes to `stream`; none where none are wanted. */
  chalkFor(stream: { isTTY?: boolean }): ChalkInstance {
    return wantsColor(this.#color, process.env, stream.isTTY === true) ? this.#colors : NO_COLORS;
  }

  get isTerminal(): boolean {
    return process.stderr.isTTY === true;
  }

  /** A line that -q silences. */
  say(line: string): void {
    if (!this.quiet) this.#write(line);
  }

  /** A line of another program, which nothing silences. */
  pass(line: string): void {
    this.#write(line);
  }

  /** A line for -v only. */
  tell(line: string): void {
    if (this.verbose) this.#write(this.chalk.dim(line));
  }

  /** A line that nothing silences: something is not as it should be. */
  warn(line: string): void {
    this.#write(`${this.chalk.yellow('warning:')} ${line}`);
  }

  /** A failure: what went wrong, and what to do. */
  fail(error: unknown): void {
    const openFiles = hintAtOpenFiles(error);
    const isKnown = error instanceof MidirecError;
    const [what = '', ...trace] = isKnown
      ? [error.message]
      : openFiles !== undefined
        ? [describeIoError(error)]
        : traceOf(error);
    const hint =
      openFiles ??
      (isKnown ? error.hint : 'this is a fault of midirec; please report it with the lines above');
    this.#write(`${this.chalk.red('midirec:')} ${what}`, ...trace);
    if (hint !== undefined) this.#write(`${this.chalk.cyan('hint:')} ${hint}`);
    if (this.verbose && isKnown && error.cause !== undefined) {
      this.#write(this.chalk.dim(`cause: ${String(error.cause)}`));
    }
  }

  #write(...lines: string[]): void {
    this.beforeWrite?.();
    printErrors(lines);
  }
}

function traceOf(error: unknown): string[] {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error: ${text}`.split('\n');
}
