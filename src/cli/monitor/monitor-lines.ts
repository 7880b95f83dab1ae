/** Messages as lines: time, input, channel, what it is. */
import type { ChalkInstance } from 'chalk';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { formatHex, formatShort } from '../../midi/hex.js';
import { isChannelMessage, TIMING_CLOCK } from '../../midi/status.js';
import type { JudgedSysex } from '../../sysex/instruments/description.js';
import { kindOf, type MessageKind } from '../capturing/message-kinds.js';
import { type MessageText, NAME_COLUMNS, shortText, sysexLine } from '../capturing/message-text.js';
import { voiceColor } from '../pictures/piano-roll-text.js';
import { Columns } from '../terminal/columns.js';
import { formatCounted, formatTime } from '../terminal/figures.js';
import { ControllerGroups } from './controller-groups.js';

export interface LineStyle {
  chalk: ChalkInstance;
  hex: boolean;
  /** Columns closer together, for a small terminal. */
  narrow: boolean;
  describe: (bytes: Uint8Array) => JudgedSysex;
}

/** Up to an hour, to the millisecond: which is as fine as drivers stamp. */
const TIME_COLUMNS = 9;
const TIME_DECIMALS = 3;
const CHANNEL_COLUMNS = 2;
/** Three bytes, two digits each. */
const HEX_COLUMNS = 8;
const MOST_NAME_COLUMNS = 24;
/** Of a sysex so many bytes are shown from its beginning. */
const HEAD_BYTES = 24;

const utf8 = new TextDecoder();

/**
 * Makes the line of each row in turn; undefined if the next row says it, too. With hex each message has a line of its own.
 *
 * @param names - of the inputs, by number; shown if there are several
 * @param bpmOf - the tempo of the clock that an input has at the moment
 */
export async function lineMaker(
  names: readonly string[],
  { chalk, hex, narrow, describe }: LineStyle,
  bpmOf: (device: number) => number | undefined,
): Promise<(batch: EventBatch, row: number) => string | undefined> {
  const shown = names.length > 1 ? names : [];
  const columns = await Columns.measure(
    shown.map((name) => ['', name]),
    {
      columns: [
        { right: true, least: narrow ? 0 : TIME_COLUMNS },
        { most: MOST_NAME_COLUMNS },
        { right: true, least: CHANNEL_COLUMNS },
        { least: hex ? HEX_COLUMNS : 0 },
        { least: narrow ? 0 : NAME_COLUMNS },
        {},
        {},
      ],
      gap: narrow ? 1 : 2,
    },
  );
  const groups = new ControllerGroups();
  return (batch, row) => {
    const packed = batch.packed[row]!;
    const device = batch.device[row]!;
    const isShort = batch.kind[row] === EventKind.SHORT;
    const group = hex ? undefined : groups.take(batch, row);
    if (group === 'open') return undefined;
    const hasChannel = isShort && isChannelMessage(packed & 0xff);
    const channel = (packed & 0x0f) + 1;
    const { name, detail } =
      group ??
      (isShort
        ? shortText(packed)
        : longText(batch.kind[row]!, batch.payload[row]!, packed, describe));
    const bpm = isShort && packed === TIMING_CLOCK ? bpmOf(device) : undefined;
    return columns.line([
      { text: formatTime(batch.timeMs[row]!, TIME_DECIMALS), paint: chalk.dim },
      shown[device] ?? '',
      hasChannel ? String(channel) : '',
      hex && isShort ? { text: formatShort(packed), paint: chalk.dim } : '',
      { text: name, paint: hasChannel ? voiceColor(chalk, channel) : chalk.bold },
      bpm === undefined ? detail : `${bpm.toFixed(1)} bpm`,
      hex && !isShort ? { text: headOf(batch.payload[row]!), paint: chalk.dim } : '',
    ]);
  };
}

/** What `--only` knows a row as; undefined for a remark of midirec itself, which is always shown. */
export function rowKind(kind: number, packed: number): MessageKind | undefined {
  if (kind === EventKind.SHORT) return kindOf(packed & 0xff);
  return kind === EventKind.MARKER ? undefined : 'sysex';
}

/** @param part - how many parts of the same sysex came before */
function longText(
  kind: number,
  payload: Uint8Array,
  part: number,
  describe: LineStyle['describe'],
): MessageText {
  if (kind === EventKind.MARKER) {
    return { name: 'midirec', detail: utf8.decode(payload) };
  }
  const name = kind === EventKind.BROKEN_SYSEX ? 'broken sysex' : 'sysex';
  if (part > 0 || kind === EventKind.SYSEX_PART) {
    const rest = kind === EventKind.SYSEX_PART ? 'goes on' : 'ends';
    return { name, detail: `part ${part + 1}, ${formatCounted(payload.length, 'byte')}, ${rest}` };
  }
  return { name, detail: sysexLine(describe(payload)) };
}

function headOf(payload: Uint8Array): string {
  const head = formatHex(payload.subarray(0, HEAD_BYTES));
  return payload.length > HEAD_BYTES ? `${head} …` : head;
}
