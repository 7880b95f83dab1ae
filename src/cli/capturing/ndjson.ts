/**
 * Events as text for other programs: one JSON object a line (NDJSON), a `begin` first, an `end` last.
 *
 * ```
 * {"type":"begin",…}
 * {"type":"message","timeMs":1.234,"bytes":"90 3c 40","device":0}
 * {"type":"message","timeMs":2,"bytes":"f0 7e 00","device":0,"incomplete":true}
 * {"type":"marker","timeMs":3.5,"text":"…","device":0}
 * {"type":"end",…}
 * ```
 *
 * Times are milliseconds from the start of the take, to the microsecond. Devices are counted from
 * 0 in the order in which `begin` names them. `incomplete` marks a sysex of which something is
 * missing. Lines end with a line feed.
 */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { formatHexByte } from '../../midi/hex.js';
import { shortMessageLength } from '../../midi/status.js';
import { asJson } from '../terminal/printed-text.js';

type Fields = Readonly<Record<string, unknown>>;

/** Two hex digits by byte, and the same after a space. */
const HEX = Array.from({ length: 256 }, (_, byte) => formatHexByte(byte));
const SPACED_HEX = HEX.map((digits) => ` ${digits}`);
const HEX_DIGITS = Buffer.from('0123456789abcdef');
const SPACE = 0x20;

const utf8 = new TextDecoder();

export function encodeBegin(fields: Fields): string {
  return `${asJson({ type: 'begin', ...fields })}\n`;
}

export function encodeEnd(fields: Fields): string {
  return `${asJson({ type: 'end', ...fields })}\n`;
}

/** The lines of a batch, one per event; nothing for an empty batch. */
export function encodeMessages(batch: EventBatch): string {
  let lines = '';
  for (let row = 0; row < batch.count; row++) {
    const kind = batch.kind[row]!;
    const timeMs = encodeTime(batch.timeMs[row]!);
    const device = batch.device[row]!;
    if (kind === EventKind.SHORT) {
      const bytes = encodeShort(batch.packed[row]!);
      lines += `{"type":"message","timeMs":${timeMs},"bytes":"${bytes}","device":${device}}\n`;
    } else if (kind === EventKind.MARKER) {
      const text = asJson(utf8.decode(batch.payload[row]));
      lines += `{"type":"marker","timeMs":${timeMs},"text":${text},"device":${device}}\n`;
    } else {
      const bytes = encodeBytes(batch.payload[row]!);
      const state = kind === EventKind.BROKEN_SYSEX ? ',"incomplete":true' : '';
      lines += `{"type":"message","timeMs":${timeMs},"bytes":"${bytes}","device":${device}${state}}\n`;
    }
  }
  return lines;
}

/** JSON has no word for a time that is no number. */
function encodeTime(timeMs: number): number | null {
  return Number.isFinite(timeMs) ? Math.round(timeMs * 1000) / 1000 : null;
}

function encodeShort(packed: number): string {
  const status = packed & 0xff;
  const size = shortMessageLength(status);
  let bytes = HEX[status]!;
  if (size > 1) bytes += SPACED_HEX[(packed >>> 8) & 0xff]!;
  if (size > 2) bytes += SPACED_HEX[(packed >>> 16) & 0xff]!;
  return bytes;
}

/** Long payloads are written into memory digit by digit: a string that is put together from 300,000 parts is slow. */
function encodeBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  const text = Buffer.allocUnsafe(bytes.length * 3 - 1);
  let at = 0;
  for (const byte of bytes) {
    if (at > 0) text[at++] = SPACE;
    text[at++] = HEX_DIGITS[byte >>> 4]!;
    text[at++] = HEX_DIGITS[byte & 15]!;
  }
  return text.toString('latin1');
}
