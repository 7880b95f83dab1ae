/** The live line of a recording. */
import type { CaptureSession } from '../../capture/session.js';
import type { Recorder } from '../../takes/recorder.js';
import type { TakeStatistics } from '../pictures/take-statistics.js';
import { describeLive } from '../pictures/take-text.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { LiveLine } from '../terminal/live-line.js';

/** The rate is taken over about this long, so that it can be read. */
const WINDOW_MS = 1000;

/** @param nowMs - the take's clock */
export function showLive(
  console: ConsoleOutput,
  session: CaptureSession,
  recorder: Pick<Recorder, 'lostEvents'>,
  take: TakeStatistics,
  nowMs: () => number,
): Promise<LiveLine | undefined> {
  const perSecond = rateMeter(() => take.messages, nowMs);
  return LiveLine.start(console, (columns) =>
    describeLive(
      {
        timeMs: nowMs(),
        messagesPerSecond: perSecond(),
        take,
        buffersFree: console.verbose ? session.buffersQueued : undefined,
        lost: session.ledger.count() + recorder.lostEvents,
      },
      columns,
      console.chalk,
    ),
  );
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
