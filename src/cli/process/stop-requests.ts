/** Being asked to stop: Ctrl-C and the other signals, the first time gently, the second time at once, whatever else ends the run. */
import type { Clock } from '../../midi/clock.js';
import { ExitCode } from '../exit-codes.js';
import { endProcessNow } from './process-end.js';

/** Why a running capture ends. */
export type StopReason =
  | 'interrupt'
  | 'SIGTERM'
  | 'SIGHUP'
  | 'duration'
  | 'idle'
  | 'count'
  | 'timeout'
  | 'command'
  | 'reader-gone'
  /** No input is left, and none is waited for. */
  | 'inputs-gone'
  /** The same, but every one of them came to its end as it was meant to: standard input, a file. */
  | 'end-of-input'
  | 'failure';

/** What there is to say of a run besides why it ended. */
export interface RunFlaws {
  /** Something is missing of what was to be there. */
  isIncomplete?: boolean;
  /** Everything is there, but not as it was to be. */
  hasFailed?: boolean;
}

/** The exit code of a run that ended because of `reason`; undefined: because it was done. */
export function exitCodeFor(
  reason: StopReason | undefined,
  { isIncomplete, hasFailed }: RunFlaws = {},
): number {
  if (reason === 'SIGTERM') return ExitCode.TERMINATED;
  if (reason === 'SIGHUP') return ExitCode.HUNG_UP;
  if (isIncomplete) return ExitCode.INCOMPLETE;
  return hasFailed ? ExitCode.FAILED : ExitCode.DONE;
}

/** Collects the reasons to stop; the first one counts. */
export class StopRequests {
  /** Resolves with the first reason; never rejects. */
  readonly first: Promise<StopReason>;
  reason: StopReason | undefined;
  readonly #abort = new AbortController();
  /** Aborted with the first reason. */
  readonly signal: AbortSignal = this.#abort.signal;
  /** The first of a kind lets what is under way come to its end. */
  #interrupts = 0;
  #terminations = 0;
  #resolve: (reason: StopReason) => void = () => {};
  /** What a second Ctrl-C or SIGTERM does; if undefined, it ends the process at once. */
  #onSecond: (() => void) | undefined;
  readonly #handlers: [NodeJS.Signals, () => void][] = [];

  constructor() {
    this.first = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Resolves with the first reason; `duration` is one after `durationMs`, if it is given. */
  async firstWithin(clock: Clock, durationMs: number | undefined): Promise<StopReason> {
    if (durationMs === undefined) return this.first;
    const cancel = clock.setTimer(durationMs, () => this.request('duration'));
    const reason = await this.first;
    cancel();
    return reason;
  }

  request(reason: StopReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#abort.abort();
    this.#resolve(reason);
  }

  /** Resolves at a second Ctrl-C or SIGTERM, which ends the process otherwise; then a third one does. */
  secondInterrupt(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSecond = () => {
        this.#onSecond = undefined;
        resolve();
      };
    });
  }

  /** Listens for signals. */
  listen(): void {
    this.#on('SIGINT', () => this.#interrupt());
    this.#on('SIGTERM', () => this.#terminate());
    this.#on('SIGHUP', () => this.request('SIGHUP'));
    if (process.platform === 'win32') this.#on('SIGBREAK', () => this.#interrupt());
  }

  /** Stops listening; signals have their usual effect again. */
  close(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
    this.#handlers.length = 0;
  }

  /** A service manager that asks a second time means it. (SIGHUP comes twice as a rule when a terminal closes.) */
  #terminate(): void {
    this.#terminations++;
    if (this.#isFirst('SIGTERM')) return;
    if (this.#onSecond !== undefined) this.#onSecond();
    else if (this.#terminations > 1) endProcessNow(ExitCode.TERMINATED);
  }

  #interrupt(): void {
    this.#interrupts++;
    if (this.#isFirst('interrupt')) return;
    if (this.#onSecond !== undefined) this.#onSecond();
    else if (this.#interrupts > 1 || this.#terminations > 0) endProcessNow(ExitCode.INTERRUPTED);
  }

  /** Whether this is the first signal of any kind: it is a request, or changes nothing where the run ends already. */
  #isFirst(reason: StopReason): boolean {
    if (this.#interrupts + this.#terminations > 1) return false;
    this.request(reason);
    return true;
  }

  #on(signal: NodeJS.Signals, handler: () => void): void {
    process.on(signal, handler);
    this.#handlers.push([signal, handler]);
  }
}
