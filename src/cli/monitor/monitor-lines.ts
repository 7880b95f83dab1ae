/** Messages as lines: time, input, channel, what it is. */
import type { ChalkInstance } from 'chalk';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { formatHex } from '../../midi/hex.js';
import { isChannelMessage } from '../../midi/status.js';
import { describeSysex, sysexLine } from '../../sysex/sysex-identification.js';
import { printableName } from '../../winmm/devices.js';
import {
  kindOf,
  type MessageKind,
  type MessageText,
  NAME_COLUMNS,
  shortHex,
  shortText,
} from '../capturing/message-text.js';
import { channelColor } from '../pictures/piano-roll-text.js';
import { formatClock } from '../terminal/figures.js';

export interface LineStyle {
  chalk: ChalkInstance;
  /** Whether the bytes are shown too. */
  hex: boolean;
  /** Columns closer together, for a small terminal. */
  narrow: boolean;
}

const TIME_COLUMNS = 10;
const CHANNEL_COLUMNS = 2;
/** Three bytes, two digits each. */
const HEX_COLUMNS = 8;
const MOST_NAME_COLUMNS = 24;
/** Of a sysex so many bytes are shown from its beginning. */
const HEAD_BYTES = 24;

const utf8 = new TextDecoder();

export class MonitorLines {
  readonly #names: string[];
  readonly #style: LineStyle;

  /** @param names - of the inputs, by number; shown if there are several */
  constructor(names: readonly string[], style: LineStyle) {
    const columns = Math.min(MOST_NAME_COLUMNS, Math.max(...names.map((name) => name.length)));
    this.#names =
      names.length > 1 ? names.map((name) => name.slice(0, columns).padEnd(columns)) : [];
    this.#style = style;
  }

  /** The line of one row, without its line end. */
  line(batch: EventBatch, row: number): string {
    const { chalk, hex, narrow } = this.#style;
    const gap = narrow ? ' ' : '  ';
    const name = this.#names[batch.device[row]!];
    const packed = batch.packed[row]!;
    const isShort = batch.kind[row] === EventKind.SHORT;
    const hasChannel = isShort && isChannelMessage(packed & 0xff);
    const channel = hasChannel ? String((packed & 0x0f) + 1) : '';
    const paint = hasChannel ? channelColor(chalk, (packed & 0x0f) + 1) : chalk.bold;
    const { name: what, detail } = isShort
      ? shortText(packed)
      : longText(batch.kind[row]!, batch.payload[row]!);
    const time = formatTime(batch.timeMs[row]!);
    const head = chalk.dim(narrow ? time : time.padStart(TIME_COLUMNS));
    const cells = [
      ...(name === undefined ? [head] : [head, name]),
      channel.padStart(CHANNEL_COLUMNS),
      ...(hex && isShort ? [chalk.dim(shortHex(packed).padEnd(HEX_COLUMNS))] : []),
      ...(hex && !isShort ? [' '.repeat(HEX_COLUMNS)] : []),
      detail === ''
        ? paint(what)
        : `${paint(narrow ? what : what.padEnd(NAME_COLUMNS))}${gap}${detail}`,
    ];
    const line = cells.join(gap);
    return hex && !isShort ? `${line}  ${chalk.dim(headOf(batch.payload[row]!))}` : line;
  }
}

/** What `--only` knows a row as; undefined for a remark of midirec itself, which is always shown. */
export function rowKind(kind: number, packed: number): MessageKind | undefined {
  if (kind === EventKind.SHORT) return kindOf(packed & 0xff);
  return kind === EventKind.MARKER ? undefined : 'sysex';
}

function longText(kind: number, payload: Uint8Array): MessageText {
  if (kind === EventKind.MARKER) {
    return { name: 'midirec', detail: printableName(utf8.decode(payload)) };
  }
  const name = kind === EventKind.SYSEX ? 'sysex' : 'broken sysex';
  return { name, detail: sysexLine(describeSysex(payload)) };
}

function headOf(payload: Uint8Array): string {
  const head = formatHex(payload.subarray(0, HEAD_BYTES));
  return payload.length > HEAD_BYTES ? `${head} …` : head;
}

/** `0:01.234`: to the millisecond, which is as fine as drivers stamp. */
function formatTime(timeMs: number): string {
  const ms = Math.max(0, Math.round(timeMs));
  return `${formatClock(ms)}.${String(ms % 1000).padStart(3, '0')}`;
}
