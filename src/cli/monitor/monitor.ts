/** `midirec monitor`: what arrives, as lines on standard output. */
import { systemClock } from '../../midi/clock.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { isChannelMessage } from '../../midi/status.js';
import { Marks } from '../../takes/marks.js';
import {
  closeUnstarted,
  followDevices,
  openSession,
  reportClosing,
  startSession,
} from '../capturing/capture-setup.js';
import { chooseInputs } from '../capturing/device-choice.js';
import { describeLosses } from '../capturing/loss-report.js';
import { kindOf, MESSAGE_KINDS, type MessageKind } from '../capturing/message-kinds.js';
import { JsonLines, PrintedOutput } from '../capturing/printed-output.js';
import type { CommandContext } from '../command.js';
import { describer } from '../files/known-instruments.js';
import { ALL_CHANNELS } from '../options/option-values.js';
import { checkBuffers } from '../options/shared-options.js';
import { obeyCommands } from '../process/command-file.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import { formatCount, formatCounted } from '../terminal/figures.js';
import { wrapFor } from '../terminal/standard-streams.js';
import { lookOf } from '../terminal/terminal-look.js';
import { lineMaker, rowKind } from './monitor-lines.js';
import type { MonitorOptions } from './monitor-options.js';
import { Pulse, pulseText } from './pulse.js';

/** What was played before a mark has come by then. */
const MARK_WAIT_MS = 100;
/** A terminal with fewer columns gets lines with less air. */
const ROOMY_COLUMNS = 60;
/** Kinds that come by themselves, all the time; shown if they are asked for. */
const SELDOM_WANTED = ['clock', 'sense'] as const;

export async function monitor(options: MonitorOptions, context: CommandContext): Promise<number> {
  checkBuffers(options);
  const { console } = context;
  const backend = await context.createBackend();
  const choices = chooseInputs(backend, options.device);
  const stop = new StopRequests();
  stop.listen();
  const marks = new Marks([]);
  let nowMs = () => 0;
  let showMarks = () => {};
  const mark = (text: string | undefined) => {
    marks.add(nowMs(), text);
    setTimeout(() => showMarks(), MARK_WAIT_MS).unref();
  };
  const known = 'mark [TEXT], stop';
  const stopObeying = obeyCommands(options.commands, stop, console, mark, known);
  const following = followDevices(backend, options.reconnect, console, stop);
  const session = await openSession(backend, options, choices, console, following);
  if (stop.reason !== undefined) return closeUnstarted(session, stop, console);

  const names = session.inputs.map(({ name }) => name);
  const output = new PrintedOutput(stop, true);
  const json = options.json ? new JsonLines(output) : undefined;
  json?.begin(context.backend, session.inputs);
  console.say(
    `listening to ${names.join(', ')}${options.duration === undefined ? ' (Ctrl-C stops)' : ''}`,
  );
  const filter = new MonitorFilter(options);
  const describe = await describer(console);
  const style = { ...styleOf(options, context), describe };
  const lineOf = await lineMaker(names, style, (device) => filter.bpmOf(device));
  /** @param messages - how many of the rows are no marks */
  const show = (batch: EventBatch, messages: number) => {
    if (json !== undefined) json.write(batch);
    else output.print(textOf(batch, lineOf), messages);
  };
  nowMs = () => session.nowMs;
  showMarks = () => {
    const placed = marks.takeUntil(stop.reason === undefined ? nowMs() - MARK_WAIT_MS : nowMs());
    if (placed !== undefined && stop.reason !== 'reader-gone') show(placed, 0);
  };
  await startSession(session, (batch) => {
    if (stop.reason === 'reader-gone') return;
    filter.filter(batch);
    show(marks.place(batch), batch.count);
    if (filter.isFull) stop.request('count');
  });
  const reason = await stop.firstWithin(systemClock, options.duration);
  stopObeying();

  const hasFailed = reportClosing(await session.close(), console);
  showMarks();
  const losses = session.ledger.entries();
  if (reason !== 'reader-gone') {
    console.say(filter.summary());
    for (const line of filter.pulses(names)) console.say(line);
  }
  const problems = [...describeLosses(losses, names), ...output.describeUnread()];
  for (const problem of problems) console.warn(problem);
  const code = exitCodeFor(reason, { isIncomplete: problems.length > 0, hasFailed });
  const end = {
    durationMs: Math.round(session.nowMs),
    messages: filter.shown - output.unread,
    losses,
    stoppedBy: reason,
    exitCode: code,
  };
  return (await json?.end(end, console)) ?? code;
}

function styleOf({ hex }: MonitorOptions, { console }: CommandContext) {
  const { chalk, columns } = lookOf(process.stdout, console);
  return { chalk, hex: hex === true, narrow: columns < ROOMY_COLUMNS };
}

function textOf(batch: EventBatch, lineOf: Awaited<ReturnType<typeof lineMaker>>): string {
  let text = '';
  for (let row = 0; row < batch.count; row++) {
    const line = lineOf(batch, row);
    if (line !== undefined) text += `${wrapFor(process.stdout, line)}\n`;
  }
  return text;
}

function keyOf(kind: string, device: number): string {
  return `${kind} ${device}`;
}

/** Which messages are shown, and how many. */
class MonitorFilter {
  shown = 0;
  readonly #options: MonitorOptions;
  readonly #kinds: ReadonlySet<MessageKind>;
  /** Messages that `--only` does not have, by kind. */
  readonly #leftOut = new Map<MessageKind, number>();
  readonly #pulses = new Map<string, Pulse>();

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#kinds =
      options.only ??
      new Set(MESSAGE_KINDS.filter((kind) => !SELDOM_WANTED.some((other) => other === kind)));
  }

  get isFull(): boolean {
    return this.shown === this.#options.count;
  }

  filter(batch: EventBatch): void {
    const { kind, packed, device, timeMs, count: rows } = batch;
    for (let row = 0; row < rows; row++) {
      if (kind[row] === EventKind.SHORT)
        this.#pulseOf(packed[row]!, device[row]!)?.add(timeMs[row]!);
    }
    batch.keepRows(0, (row) => this.#wants(kind[row]!, packed[row]!));
    const { count = Number.POSITIVE_INFINITY } = this.#options;
    batch.count = Math.min(batch.count, count - this.shown);
    this.shown += batch.count;
  }

  summary(): string {
    const shown = formatCounted(this.shown, 'message');
    const others = SELDOM_WANTED.filter(
      (kind) => this.#options.only === undefined && this.#leftOut.has(kind),
    ).map((kind) => `${formatCount(this.#leftOut.get(kind)!)} ${kind}`);
    return others.length === 0
      ? shown
      : `${shown}, and ${others.join(' and ')} left out (--only all prints them)`;
  }

  /** The tempo of the clock that an input has at the moment. */
  bpmOf(device: number): number | undefined {
    return this.#pulses.get(keyOf('clock', device))?.bpm;
  }

  /** How steadily clock and active sensing came, a line for each input. */
  pulses(names: readonly string[]): string[] {
    return SELDOM_WANTED.flatMap((kind) =>
      names.flatMap((name, device) => {
        const pulse = this.#pulses.get(keyOf(kind, device));
        const text = pulse && pulseText(kind, pulse);
        if (text === undefined) return [];
        return names.length > 1 ? `${name}: ${text}` : text;
      }),
    );
  }

  #pulseOf(packed: number, device: number): Pulse | undefined {
    const kind = kindOf(packed & 0xff);
    if (kind !== 'clock' && kind !== 'sense') return undefined;
    const key = keyOf(kind, device);
    const pulse = this.#pulses.get(key) ?? new Pulse();
    this.#pulses.set(key, pulse);
    return pulse;
  }

  #wants(kind: number, packed: number): boolean {
    const messageKind = rowKind(kind, packed);
    if (messageKind === undefined) return true;
    if (!this.#kinds.has(messageKind)) {
      this.#leftOut.set(messageKind, (this.#leftOut.get(messageKind) ?? 0) + 1);
      return false;
    }
    const { channel, only } = this.#options;
    if (channel === ALL_CHANNELS) return true;
    const hasChannel = kind === EventKind.SHORT && isChannelMessage(packed & 0xff);
    // What has no channel is printed beside some channels only if it was asked for by name.
    return hasChannel ? ((channel >>> (packed & 0x0f)) & 1) === 1 : only !== undefined;
  }
}
