/** `midirec monitor`: what arrives, as lines on standard output. */
import type { CaptureSession } from '../../capture/session.js';
import { systemClock } from '../../midi/clock.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { isChannelMessage } from '../../midi/status.js';
import {
  chooseInputs,
  openSession,
  PROMPT_POLL_MS,
  reportClosing,
  startSession,
} from '../capturing/capture-setup.js';
import { followDevices } from '../capturing/device-changes.js';
import { ALL_CHANNELS } from '../capturing/event-filter.js';
import { JsonLines } from '../capturing/json-lines.js';
import { describeLosses } from '../capturing/loss-report.js';
import { MESSAGE_KINDS, type MessageKind } from '../capturing/message-text.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import {
  parseBuffers,
  parseChannels,
  parseChoice,
  parseDuration,
  parseOptional,
  parseWhole,
} from '../options/option-values.js';
import { exitCodeFor, type StopReason, StopRequests } from '../process/stop-requests.js';
import { formatCounted } from '../terminal/figures.js';
import { lookOf } from '../terminal/terminal-look.js';
import { MonitorLines, rowKind } from './monitor-lines.js';
import type { MonitorOptions } from './monitor-options.js';

type Settings = ReturnType<typeof readSettings>;

/** What a slow reader may leave lying: beyond this, lines are left out rather than memory filled. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;
/** A terminal with fewer columns gets lines with less air. */
const ROOMY_COLUMNS = 60;
/** Kinds that come by themselves, all the time; shown if they are asked for. */
const SELDOM_WANTED: readonly MessageKind[] = ['clock', 'sense'];

export async function monitor(options: MonitorOptions, context: CommandContext): Promise<number> {
  const settings = readSettings(options);
  const backend = await context.createBackend();
  const choices = chooseInputs(backend, settings.devices);
  const stop = new StopRequests();
  stop.listen();
  const changes = followDevices(backend, settings.reconnect, context.console, stop);
  const more = { ...changes, pollMs: PROMPT_POLL_MS };
  const session = await openSession(backend.winmm, settings, choices, context.console, more);
  if (stop.reason !== undefined) {
    reportClosing(await session.close(), context.console);
    return exitCodeFor(stop.reason) || ExitCode.INTERRUPTED;
  }
  const { chalk, columns } = lookOf(process.stdout, context.console);
  const lines = await MonitorLines.open(
    session.inputs.map(({ name }) => name),
    { chalk, hex: settings.hex, narrow: columns < ROOMY_COLUMNS },
  );
  return new Monitor(settings, context, session, stop, lines).run();
}

class Monitor {
  readonly #settings: Settings;
  readonly #context: CommandContext;
  readonly #session: CaptureSession;
  readonly #stop: StopRequests;
  readonly #names: string[];
  readonly #lines: MonitorLines;
  readonly #json: JsonLines | undefined;
  #shown = 0;
  /** Messages that `--only` does not have, by kind. */
  readonly #leftOut = new Map<MessageKind, number>();
  /** Lines for which the reader was too slow. */
  #unprinted = 0;

  constructor(
    settings: Settings,
    context: CommandContext,
    session: CaptureSession,
    stop: StopRequests,
    lines: MonitorLines,
  ) {
    this.#settings = settings;
    this.#context = context;
    this.#session = session;
    this.#stop = stop;
    this.#names = session.inputs.map(({ name }) => name);
    this.#lines = lines;
    this.#json = settings.json ? new JsonLines(() => stop.request('reader-gone')) : undefined;
    process.stdout.on('error', () => stop.request('reader-gone'));
  }

  async run(): Promise<number> {
    const { console, backend } = this.#context;
    const { durationMs } = this.#settings;
    this.#json?.begin({
      backend: backend.name,
      devices: this.#session.inputs.map(({ deviceId, name }) => ({ id: deviceId, name })),
    });
    console.say(
      `listening to ${this.#names.join(', ')}${durationMs === undefined ? ' (Ctrl-C stops)' : ''}`,
    );
    await startSession(this.#session, (batch) => this.#take(batch));
    const cancel =
      durationMs === undefined
        ? () => {}
        : systemClock.setTimer(durationMs, () => this.#stop.request('duration'));
    const reason = await this.#stop.first;
    cancel();
    const abandoned = reportClosing(await this.#session.close(), console);
    return this.#report(reason, abandoned);
  }

  #take(batch: EventBatch): void {
    if (this.#stop.reason === 'reader-gone') return;
    const { count } = this.#settings;
    const { kind, packed } = batch;
    batch.keepRows(0, (row) => this.#wants(kind[row]!, packed[row]!));
    const room = count === undefined ? batch.count : Math.min(batch.count, count - this.#shown);
    batch.count = room;
    this.#shown += room;
    if (this.#json !== undefined) this.#json.write(batch);
    else if (process.stdout.writableLength > MOST_UNREAD_BYTES) this.#unprinted += room;
    else this.#print(batch);
    if (this.#shown === count) this.#stop.request('count');
  }

  #print(batch: EventBatch): void {
    let text = '';
    for (let row = 0; row < batch.count; row++) text += `${this.#lines.line(batch, row)}\n`;
    if (text !== '') process.stdout.write(text);
  }

  #wants(kind: number, packed: number): boolean {
    const messageKind = rowKind(kind, packed);
    if (messageKind === undefined) return true;
    const { kinds, channelMask, wereNamed } = this.#settings;
    if (!kinds.has(messageKind)) {
      this.#leftOut.set(messageKind, (this.#leftOut.get(messageKind) ?? 0) + 1);
      return false;
    }
    if (channelMask === ALL_CHANNELS) return true;
    const hasChannel = kind === EventKind.SHORT && isChannelMessage(packed & 0xff);
    // What has no channel is printed beside some channels only if it was asked for by name.
    return hasChannel ? ((channelMask >>> (packed & 0x0f)) & 1) === 1 : wereNamed;
  }

  async #report(reason: StopReason, abandoned: boolean): Promise<number> {
    const { console } = this.#context;
    const losses = this.#session.ledger.entries();
    if (reason !== 'reader-gone') console.say(this.#summary());
    for (const line of describeLosses(losses, this.#names)) console.warn(line);
    const unread = this.#json?.unread ?? this.#unprinted;
    if (unread > 0) {
      console.warn(
        `${formatCounted(unread, 'message')} not printed: standard output was not read fast enough`,
      );
    }
    const incomplete = losses.length > 0 || unread > 0;
    const code =
      exitCodeFor(reason) ||
      (incomplete ? ExitCode.INCOMPLETE : ExitCode.DONE) ||
      (abandoned ? ExitCode.FAILED : ExitCode.DONE);
    await this.#json?.end({
      durationMs: Math.round(this.#session.nowMs),
      messages: this.#shown - unread,
      losses,
      stoppedBy: reason,
      exitCode: code,
    });
    return code;
  }

  #summary(): string {
    const shown = formatCounted(this.#shown, 'message');
    const others = SELDOM_WANTED.filter(
      (kind) => !this.#settings.wereNamed && this.#leftOut.has(kind),
    ).map((kind) => `${this.#leftOut.get(kind)} ${kind}`);
    return others.length === 0
      ? shown
      : `${shown}, and ${others.join(' and ')} left out (--only all prints them)`;
  }
}

/** @throws MidirecError USAGE */
function readSettings(options: MonitorOptions) {
  return {
    devices: options.device,
    ...parseBuffers(options.buffers, options.bufferSize),
    channelMask: parseOptional('--channel', options.channel, parseChannels) ?? ALL_CHANNELS,
    kinds: parseKinds(options.only),
    /** Whether it was said which kinds to print. */
    wereNamed: options.only !== undefined,
    count: parseOptional('--count', options.count, (name, text) =>
      parseWhole(name, text, 1, 1_000_000_000),
    ),
    durationMs: parseOptional('--duration', options.duration, parseDuration),
    reconnect: options.reconnect,
    hex: options.hex ?? false,
    json: options.json ?? false,
  };
}

/** @throws MidirecError USAGE */
function parseKinds(text: string | undefined): ReadonlySet<MessageKind> {
  if (text === undefined) {
    return new Set(MESSAGE_KINDS.filter((kind) => !SELDOM_WANTED.includes(kind)));
  }
  const choices = [...MESSAGE_KINDS, 'all'] as const;
  const named = text.split(',').map((word) => parseChoice('--only', word.trim(), choices));
  return new Set(named.flatMap((kind) => (kind === 'all' ? MESSAGE_KINDS : [kind])));
}
