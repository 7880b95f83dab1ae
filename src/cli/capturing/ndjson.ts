/**
 * Events as text for other programs: one JSON object a line (NDJSON), a `begin` first, an `end` last.
 *
 * ```
 * {"type":"begin",…}
 * {"type":"message","timeMs":1.234,"bytes":"90 3c 40","device":0}
 * {"type":"message","timeMs":2,"bytes":"f0 7e 00","device":0,"incomplete":true}
 * {"type":"message","timeMs":3,"bytes":"f0 7d …","device":0,"part":1,"more":true}
 * {"type":"message","timeMs":9,"bytes":"7f f7","device":0,"part":2}
 * {"type":"marker","timeMs":3.5,"text":"…","device":0}
 * {"type":"end",…}
 * ```
 *
 * Times are milliseconds from the start of the take, to the microsecond. Devices are counted from
 * 0 in the order in which `begin` names them. `incomplete` marks a sysex of which something is
 * missing. A sysex of more than 1 MiB comes in parts, counted from 1: `more` stands on all but the last,
 * and between them may stand what other devices have sent. Lines end with a line feed.
 */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { formatHex, formatShort } from '../../midi/hex.js';
import { asJson, thousandths } from '../terminal/printed-text.js';

const utf8 = new TextDecoder();

/** The first line, or the last. */
export function encodeLine(type: 'begin' | 'end', fields: object): string {
  return `${asJson({ type, ...fields })}\n`;
}

/** The lines of a batch, one per event; nothing for an empty batch. */
export function encodeMessages(batch: EventBatch): string {
  let lines = '';
  for (let row = 0; row < batch.count; row++) {
    const kind = batch.kind[row]!;
    const timeMs = thousandths(batch.timeMs[row]!);
    const device = batch.device[row]!;
    if (kind === EventKind.SHORT) {
      const bytes = formatShort(batch.packed[row]!);
      lines += `{"type":"message","timeMs":${timeMs},"bytes":"${bytes}","device":${device}}\n`;
    } else if (kind === EventKind.MARKER) {
      const text = asJson(utf8.decode(batch.payload[row]));
      lines += `{"type":"marker","timeMs":${timeMs},"text":${text},"device":${device}}\n`;
    } else {
      const bytes = formatHex(batch.payload[row]!);
      const part = batch.packed[row]!;
      const isPart = kind === EventKind.SYSEX_PART;
      let state = isPart || part > 0 ? `,"part":${part + 1}` : '';
      if (isPart) state += ',"more":true';
      if (kind === EventKind.BROKEN_SYSEX) state += ',"incomplete":true';
      lines += `{"type":"message","timeMs":${timeMs},"bytes":"${bytes}","device":${device}${state}}\n`;
    }
  }
  return lines;
}
