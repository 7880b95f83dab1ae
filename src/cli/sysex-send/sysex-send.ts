/** `midirec sysex-send`: the sysex of a file to an output, at a pace the instrument can bear. */
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import type { Output } from '../../output/output.js';
import { PacedSender } from '../../output/paced-sender.js';
import { reportClosing } from '../capturing/capture-setup.js';
import { chooseOutput, hintAtFifo, openOutput } from '../capturing/output-choice.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import { LiveLine } from '../terminal/live-line.js';
import { printLines } from '../terminal/print-lines.js';
import type { SysexSendOptions } from './sysex-send-options.js';
import { chooseReplyInput, ReplyListener } from './sysex-send-replies.js';
import { readSendSettings, type SendSettings } from './sysex-send-settings.js';
import { readSendSource, type SendSource } from './sysex-send-source.js';
import {
  describePlan,
  describeSource,
  dryRunLines,
  formatSendTime,
  planDurationMs,
  SendProgress,
} from './sysex-send-text.js';

export async function sysexSend(
  file: string,
  options: SysexSendOptions,
  context: CommandContext,
): Promise<number> {
  const settings = readSendSettings(options);
  const source = await readSendSource(file, settings.force, context.console);
  if (settings.dryRun) return showPlan(settings, source, context);

  const backend = await context.createBackend();
  const { winmm } = backend;
  const device = chooseOutput(backend, settings.device, 'sysex-send');
  const replyInput =
    settings.replyMs === undefined
      ? undefined
      : chooseReplyInput(backend, settings.from, device.name);
  const stop = new StopRequests();
  stop.listen();
  const replies = replyInput && (await ReplyListener.open(winmm, replyInput, context.console));
  try {
    const { doneLimitMs } = settings;
    const output = await openOutput(
      backend,
      device,
      doneLimitMs === undefined ? {} : { doneLimitMs },
    );
    return await new Transmission(settings, source, output, replies, context, stop).run();
  } catch (error) {
    throw hintAtFifo(error, backend, device.name);
  } finally {
    await replies?.close();
    stop.close();
  }
}

async function showPlan(
  { pace }: SendSettings,
  source: SendSource,
  { console }: CommandContext,
): Promise<number> {
  await printLines(dryRunLines(source, pace));
  console.say(describePlan(source, pace));
  return ExitCode.DONE;
}

/** One file on its way to one output. */
class Transmission {
  readonly #settings: SendSettings;
  readonly #source: SendSource;
  readonly #output: Output;
  readonly #replies: ReplyListener | undefined;
  readonly #context: CommandContext;
  readonly #stop: StopRequests;
  readonly #progress: SendProgress;
  /** Aborted when no further message is to be begun. */
  readonly #stopping = new AbortController();

  constructor(
    settings: SendSettings,
    source: SendSource,
    output: Output,
    replies: ReplyListener | undefined,
    context: CommandContext,
    stop: StopRequests,
  ) {
    this.#settings = settings;
    this.#source = source;
    this.#output = output;
    this.#replies = replies;
    this.#context = context;
    this.#stop = stop;
    this.#progress = new SendProgress(source);
  }

  /**
   * Sends, closes the output, and says what was sent.
   *
   * @returns the exit code
   * @throws MidirecError that says how far it came
   */
  async run(): Promise<number> {
    const { console } = this.#context;
    const beganMs = systemClock.nowMs();
    const plannedMs = planDurationMs(this.#source, this.#settings.pace);
    const live = await LiveLine.start(console, (columns) => {
      this.#progress.update(this.#output.bytesSent);
      const elapsedMs = systemClock.nowMs() - beganMs;
      const isStopping = this.#stop.reason !== undefined;
      return this.#progress.describeLive({ elapsedMs, plannedMs, isStopping }, columns);
    });
    let failure: unknown;
    try {
      await Promise.race([this.#sendAll(), this.#secondInterrupt()]);
    } catch (error) {
      failure = error;
    }
    const elapsedMs = systemClock.nowMs() - beganMs;
    this.#progress.update(this.#output.bytesSent);
    live?.stop();
    const report = await this.#output.close();
    const abandoned = reportClosing([report], console);
    if (failure !== undefined) throw this.#withProgress(failure);
    return this.#summarise(elapsedMs, abandoned);
  }

  async #sendAll(): Promise<void> {
    const { pace, replyMs } = this.#settings;
    const { signal } = this.#stopping;
    this.#stop.first.then(() => this.#stopping.abort());
    const sender = new PacedSender(this.#output, systemClock, pace);
    for (let index = 0; index < this.#source.count; index++) {
      if (index > 0) await sender.rest(signal);
      if (this.#stop.reason !== undefined) break;
      this.#replies?.forget();
      await sender.send(this.#source.message(index).bytes);
      if (replyMs === undefined) continue;
      await sender.finish();
      await this.#replies?.next(`message ${index + 1}`, replyMs, signal);
    }
    await sender.finish();
  }

  /** Resolves at a second Ctrl-C. A third one ends the process at once. */
  #secondInterrupt(): Promise<void> {
    return new Promise((resolve) => {
      this.#stop.onSecondInterrupt = () => {
        this.#stop.onSecondInterrupt = undefined;
        resolve();
      };
    });
  }

  #withProgress(failure: unknown): unknown {
    if (!(failure instanceof MidirecError)) return failure;
    const { code, message, hint, exitCode } = failure;
    return new MidirecError(code, `${message}; sent before: ${this.#progress.describe()}`, {
      ...(hint === undefined ? {} : { hint }),
      exitCode,
      cause: failure,
    });
  }

  #summarise(elapsedMs: number, abandoned: boolean): number {
    const { console } = this.#context;
    const { reason } = this.#stop;
    if (!this.#progress.isComplete) {
      console.warn(`stopped: ${this.#progress.describe()} sent to ${this.#output.name}`);
      return (reason && exitCodeFor(reason)) || ExitCode.INTERRUPTED;
    }
    const what = describeSource(this.#source);
    console.say(`sent ${what} to ${this.#output.name} in ${formatSendTime(elapsedMs)}`);
    return abandoned ? ExitCode.FAILED : ExitCode.DONE;
  }
}
