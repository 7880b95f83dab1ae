/** What `midirec sysex-send` says: how far it is, what it has sent, what it would send. */
import { messageDurationMs, type Pace } from '../../output/pacing.js';
import type { JudgedSysex } from '../../sysex/instruments/description.js';
import { sysexLine } from '../capturing/message-text.js';
import type { SysexSource } from '../files/sysex-source.js';
import { Columns, fitColumns } from '../terminal/columns.js';
import { formatBytes, formatCount, formatCounted, formatTime } from '../terminal/figures.js';

/** Before this, what is left is told from the plan; after it, from what has been measured. */
const MEASURED_AFTER_MS = 1000;

/** What the live line has to be told. */
export interface LiveState {
  readonly elapsedMs: number;
  readonly plannedMs: number;
  /** No further message will be begun. */
  readonly isStopping: boolean;
}

/** How far a transmission has come. */
export class SendProgress {
  readonly source: SysexSource;
  /** Messages that the driver has sent whole. */
  messages = 0;
  /** Bytes that the driver has sent. */
  bytes = 0;
  #wholeBytes = 0;

  constructor(source: SysexSource) {
    this.source = source;
  }

  get isComplete(): boolean {
    return this.messages === this.source.count;
  }

  /** @param bytesSent - in all; never less than at the call before */
  update(bytesSent: number): void {
    this.bytes = bytesSent;
    while (!this.isComplete) {
      const { length } = this.source.message(this.messages).bytes;
      if (this.#wholeBytes + length > bytesSent) return;
      this.#wholeBytes += length;
      this.messages++;
    }
  }

  /** `3 of 12 messages (408 of 1,632 bytes)`. */
  describe(): string {
    const { count, sysexBytes } = this.source;
    const messages = `${formatCount(this.messages)} of ${formatCounted(count, 'message')}`;
    return `${messages} (${formatCount(this.bytes)} of ${formatCounted(sysexBytes, 'byte')})`;
  }

  /**
   * The live line: `message 4 of 12  408 bytes of 1,632 bytes  25 %  8 s left`. Of what does not fit
   * the time that is left goes last.
   */
  describeLive({ elapsedMs, plannedMs, isStopping }: LiveState, columns: number): string {
    const { count, sysexBytes } = this.source;
    const { bytes } = this;
    const message = `message ${formatCount(Math.min(this.messages + 1, count))}`;
    const howMuch = `${formatBytes(bytes)} of ${formatBytes(sysexBytes)}`;
    if (isStopping) {
      const rest = '  Ctrl-C breaks it off';
      return firstThatFits(columns, [
        `finishing ${message} of ${formatCount(count)}  ${howMuch}${rest}`,
        `finishing ${message}${rest}`,
        `finishing${rest}`,
      ]);
    }
    const measuredMs = (elapsedMs * (sysexBytes - bytes)) / bytes;
    const leftMs = elapsedMs > MEASURED_AFTER_MS && bytes > 0 ? measuredMs : plannedMs - elapsedMs;
    const which = `${message} of ${formatCount(count)}`;
    const percent = `${Math.floor((100 * bytes) / sysexBytes)} %`;
    const left = `${formatTime(leftMs + 499, 0)} left`;
    return firstThatFits(columns, [
      `${which}  ${howMuch}  ${percent}  ${left}`,
      `${which}  ${percent}  ${left}`,
      `${percent}  ${left}`,
      left,
    ]);
  }
}

/** The texts say the same, each shorter than the one before. */
function firstThatFits(columns: number, texts: readonly string[]): string {
  const fitting = texts.find((text) => text.length <= columns);
  return fitting ?? fitColumns(texts[texts.length - 1]!, columns);
}

/** True if the pace alone says when a message goes out. */
function isTimed({ bytesPerSecond, chunkDelayMs, messageDelayMs }: Pace): boolean {
  return bytesPerSecond !== undefined || chunkDelayMs > 0 || messageDelayMs > 0;
}

/** How long it will take, in milliseconds: by the pace, or on a MIDI cable if nothing is slower. */
export function planDurationMs(source: SysexSource, pace: Pace): number {
  const cable = { ...pace, bytesPerSecond: Math.min(pace.bytesPerSecond ?? 3125, 3125) };
  return isTimed(pace) ? timedDurationMs(source, pace) : timedDurationMs(source, cable);
}

function timedDurationMs(source: SysexSource, pace: Pace): number {
  let durationMs = (source.count - 1) * pace.messageDelayMs;
  for (let index = 0; index < source.count; index++) {
    durationMs += messageDurationMs(pace, source.message(index).bytes.length);
  }
  return durationMs;
}

/** `--dry-run`: a line for each message, with its time if the pace gives it one. */
export async function* dryRunLines(
  source: SysexSource,
  pace: Pace,
  describe: (bytes: Uint8Array) => JudgedSysex,
): AsyncGenerator<string> {
  const head = (number: number, timeMs: number) => [
    formatCount(number),
    isTimed(pace) ? formatTime(timeMs, 2) : '',
  ];
  const { number: last = source.count } = source.count > 0 ? source.message(source.count - 1) : {};
  const columns = await Columns.measure([head(last, timedDurationMs(source, pace))], {
    columns: [{ right: true }, { right: true }],
  });
  let timeMs = 0;
  for (let index = 0; index < source.count; index++) {
    const { bytes, number = index + 1 } = source.message(index);
    yield columns.line([...head(number, timeMs), sysexLine(describe(bytes))]);
    timeMs += messageDurationMs(pace, bytes.length) + pace.messageDelayMs;
  }
}

/** `--dry-run`: the last line. @param to - the output, if it is named @param deviceNumber - as given, if it is */
export function describePlan(
  source: SysexSource,
  to: string | undefined,
  pace: Pace,
  deviceNumber?: number,
): string {
  const time = formatSendTime(planDurationMs(source, pace));
  const where = to === undefined ? '' : ` to ${to}`;
  const number = deviceNumber === undefined ? '' : `, device number ${deviceNumber}`;
  return `${describeSource(source)}${where}${number}, ${time}${isTimed(pace) ? '' : ' on a MIDI cable'}; nothing was sent`;
}

/** `12 messages, 1,632 bytes`. */
export function describeSource({ count, sysexBytes }: SysexSource): string {
  return `${formatCounted(count, 'message')}, ${formatCounted(sysexBytes, 'byte')}`;
}

/** To the hundredth where that can be of interest: `1.31 s`, `12.5 s`, `2:05`. */
export function formatSendTime(ms: number): string {
  return formatTime(ms, ms < 10_000 ? 2 : undefined);
}
