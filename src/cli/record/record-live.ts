/** The live line of a recording. */
import type { CaptureSession } from '../../capture/session.js';
import type { Bars } from '../../midi/tempo/bars.js';
import type { Recorder } from '../../takes/recorder.js';
import type { TakeStatistics } from '../pictures/take-statistics.js';
import { describeLive } from '../pictures/take-text.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { FRAME_MS, type LiveLine, startLiveLine } from '../terminal/live-line.js';

/** The rate is taken over about this long, so that it can be read. */
const WINDOW_MS = 1000;

/**
 * @param nowMs - the take's clock
 * @param bars - undefined: nobody knows them
 * @param countIn - bars before the take
 */
export function showLive(
  console: ConsoleOutput,
  session: CaptureSession,
  recorder: Pick<Recorder, 'lostEvents'>,
  take: TakeStatistics,
  nowMs: () => number,
  bars: Bars | undefined,
  countIn: number | undefined,
): Promise<LiveLine | undefined> {
  const perSecond = rateMeter(() => take.messages, nowMs);
  const describe = (columns: number) => {
    const timeMs = nowMs();
    return describeLive(
      {
        timeMs,
        place: bars && placeText(bars, timeMs, countIn ?? 0),
        names: session.inputs.map(({ name }) => name),
        messagesPerSecond: perSecond(),
        take,
        buffersFree: console.verbose ? session.buffersQueued : undefined,
        lost: session.ledger.count() + recorder.lostEvents,
      },
      columns,
      console.chalk,
    );
  };
  // Who plays to beats looks for them though nothing else moves.
  return startLiveLine(console, describe, bars === undefined ? undefined : FRAME_MS);
}

/** `bar 7.3`; before the take the beats that have been counted, `count-in 1 2 3 4 | 1 2`. */
export function placeText(bars: Bars, timeMs: number, countIn: number): string {
  if (timeMs >= 0) {
    const { bar, beat } = bars.beatAt(timeMs);
    return `bar ${bar}.${beat}`;
  }
  const counted: string[] = [];
  for (let number = -countIn * bars.signature.numerator; number < 0; number++) {
    const { beat, timeMs: beatMs } = bars.beat(number);
    if (beatMs > timeMs) break;
    if (beat === 1 && counted.length > 0) counted.push('|');
    counted.push(String(beat));
  }
  const lastBars = counted.join(' ').split(' | ').slice(-2).join(' | ');
  return `count-in ${lastBars}`.trimEnd();
}

/** How fast a counter grows: asked regularly, it answers with counts per second over the last second. */
function rateMeter(counter: () => number, nowMs: () => number): () => number {
  const samples: { ms: number; count: number }[] = [];
  return () => {
    const ms = nowMs();
    const count = counter();
    samples.push({ ms, count });
    while (samples.length > 2 && samples[1]!.ms <= ms - WINDOW_MS) samples.shift();
    const first = samples[0]!;
    return ms > first.ms ? ((count - first.count) * 1000) / (ms - first.ms) : 0;
  };
}
