/** Where the tempo of a recording comes from. */
import { EventBatch } from '../../midi/event-batch.js';
import type { ClockEvent } from '../../midi/tempo/clock-follower.js';
import {
  ClockTempo,
  GuessedTempo,
  TakeTempo,
  TappedTempo,
  type TempoSource,
} from '../../takes/tempo-source.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTime } from '../terminal/figures.js';
import type { RecordSettings } from './record-settings.js';

export function makeTempo(settings: RecordSettings, console: ConsoleOutput): TakeTempo {
  return new TakeTempo(makeSource(settings, console));
}

function makeSource(
  { tempo, timeSignature: { numerator, denominator } }: RecordSettings,
  console: ConsoleOutput,
): TempoSource | undefined {
  switch (tempo.from) {
    case 'clock':
      return new ClockTempo(
        (event, timeMs) => tellOf(event, timeMs, console),
        (numerator * 4) / denominator,
      );
    case 'tap':
      return new TappedTempo(tempo.rule, new EventBatch(1));
    case 'guess':
      return new GuessedTempo();
    default:
      return undefined;
  }
}

function tellOf(event: ClockEvent, timeMs: number, console: ConsoleOutput): void {
  const at = formatTime(timeMs);
  if (event === 'lost') console.warn(`MIDI clock has gone at ${at}: the tempo stays what it was`);
  else if (event === 'back') console.say(`MIDI clock is back at ${at}`);
  else console.tell(`MIDI clock: ${event} at ${at}`);
}
