/** Places in a file as people type them. */
import { usage } from '../exit-codes.js';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A place in a file as milliseconds from its beginning: `0s`, `90s`, `1.5m`; `1:30`, `1:02:03.5`.
 *
 * @throws MidirecError USAGE
 */
export function parsePlace(option: string, text: string): number {
  const unit = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  if (unit !== null) return Number(unit[1]) * UNIT_MS[unit[2]!]!;
  const counter = /^(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/.exec(text.trim());
  const [, hours = '0', minutes, seconds] = counter ?? [];
  if (minutes !== undefined && Number(minutes) < 60 && Number(seconds) < 60) {
    return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  }
  throw usage(`${option}: '${text}' is no place in a file`, 'write it as 90s, 1.5m or 1:30');
}
