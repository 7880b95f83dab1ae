/** The live line of a recording. */
import type { CaptureSession } from '../../capture/session.js';
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
  take: TakeStatistics,
  nowMs: () => number,
): Promise<LiveLine | undefined> {
  const rate = new RateMeter(() => take.messages, nowMs);
  return LiveLine.start(console, (columns) =>
    describeLive(
      {
        timeMs: nowMs(),
        messagesPerSecond: rate.perSecond(),
        take,
        buffersFree: session.buffersQueued,
        lost: session.ledger.count(),
      },
      columns,
      console.chalk,
    ),
  );
}

/** How fast a counter grows. */
class RateMeter {
  readonly #count: () => number;
  readonly #nowMs: () => number;
  readonly #samples: { ms: number; count: number }[] = [];

  constructor(count: () => number, nowMs: () => number) {
    this.#count = count;
    this.#nowMs = nowMs;
  }

  /** Counts per second over the last second; call it regularly. */
  perSecond(): number {
    const ms = this.#nowMs();
    const count = this.#count();
    this.#samples.push({ ms, count });
    while (this.#samples.length > 2 && this.#samples[1]!.ms <= ms - WINDOW_MS)
      this.#samples.shift();
    const first = this.#samples[0]!;
    return ms > first.ms ? ((count - first.count) * 1000) / (ms - first.ms) : 0;
  }
}
