/** Being asked to stop: Ctrl-C and the other signals, the first time gently, the second time at once. */
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

/** The exit code that `reason` asks for if all else went well. */
export function exitCodeFor(reason: StopReason): number {
  if (reason === 'SIGTERM') return ExitCode.TERMINATED;
  if (reason === 'SIGHUP') return ExitCode.HUNG_UP;
  return ExitCode.DONE;
}

/** Collects the reasons to stop; the first one counts. */
export class StopRequests {
  /** Resolves with the first reason; never rejects. */
  readonly first: Promise<StopReason>;
  /** What a second Ctrl-C or SIGTERM does; if undefined, it ends the process at once. */
  onSecondInterrupt: (() => void) | undefined;
  #reason: StopReason | undefined;
  #resolve: (reason: StopReason) => void = () => {};
  readonly #handlers: [NodeJS.Signals, () => void][] = [];

  constructor() {
    this.first = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** The first reason, once there is one. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  request(reason: StopReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#resolve(reason);
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
    if (this.#reason === undefined) this.request('SIGTERM');
    else if (this.onSecondInterrupt !== undefined) this.onSecondInterrupt();
    else if (this.#reason === 'SIGTERM') endProcessNow(ExitCode.TERMINATED);
  }

  #interrupt(): void {
    if (this.#reason === undefined) this.request('interrupt');
    else if (this.onSecondInterrupt !== undefined) this.onSecondInterrupt();
    else endProcessNow(ExitCode.INTERRUPTED);
  }

  #on(signal: NodeJS.Signals, handler: () => void): void {
    process.on(signal, handler);
    this.#handlers.push([signal, handler]);
  }
}
