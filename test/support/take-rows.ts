/** The events of a finished take as lines that read well, track by track. */
import assert from 'node:assert/strict';
import type { SmfEvent, SmfTrack } from '../../src/files/smf/smf-content.js';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { shortMessageLength } from '../../src/midi/status.js';
import { hex } from './input-client.js';

const MARKER = 6;
/** At 120 bpm, the default. */
const MS_PER_QUARTER = 500;

export interface TakeRow {
  timeMs: number;
  /** `90 3c 40`, `f0 01 f7`, `marker: keys went away`. */
  text: string;
}

/** The tracks of a file that is not damaged; a sysex that came without its end is in it as it came. */
export function tracksOfTake(bytes: Uint8Array): readonly SmfTrack[] {
  const { damages, tracks } = readSmf(bytes);
  const others = damages.filter(({ message }) => !message.startsWith('a sysex without its end'));
  assert.deepEqual(others, []);
  return tracks;
}

/** What was played and the recorder's remarks. */
export function rowsOfTake(bytes: Uint8Array): TakeRow[][] {
  const msPerTick = MS_PER_QUARTER / readSmf(bytes).ppq;
  return tracksOfTake(bytes).map(({ events }) =>
    [...events]
      .filter(({ metaType }) => metaType < 0 || metaType === MARKER)
      .map((event) => ({ timeMs: event.tick * msPerTick, text: textOf(event) })),
  );
}

/** Their texts alone. */
export function textsOfTake(bytes: Uint8Array): string[][] {
  return rowsOfTake(bytes).map((rows) => rows.map(({ text }) => text));
}

function textOf({ metaType, status, packed, data }: SmfEvent): string {
  if (metaType === MARKER) return `marker: ${new TextDecoder().decode(data)}`;
  if (status === 0xf0) return `f0 ${hex(data)}`;
  if (status === 0xf7) return hex(data);
  const bytes = [packed & 0xff, (packed >>> 8) & 0xff, (packed >>> 16) & 0xff];
  return hex(bytes.slice(0, shortMessageLength(status)));
}
