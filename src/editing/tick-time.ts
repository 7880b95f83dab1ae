/** From milliseconds back to ticks: the other direction of a tempo map. */
import type { SmfContent } from '../files/smf/smf-writer.js';
import { TempoMap } from '../files/smf/tempo-map.js';

export class TickTime {
  readonly #map: TempoMap;

  /** Of formats 0 and 1, whose tracks share their time. */
  constructor(content: SmfContent) {
    this.#map = TempoMap.of(content, content.tracks);
  }

  timeMsAt(tick: number): number {
    return this.#map.timeMsAt(tick);
  }

  /** The tick nearest to `timeMs`; 0 for times before the beginning. */
  tickAt(timeMs: number): number {
    let low = 0;
    let high = 1;
    while (this.timeMsAt(high) < timeMs) {
      low = high;
      high *= 2;
    }
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.timeMsAt(middle) < timeMs) low = middle;
      else high = middle;
    }
    return timeMs - this.timeMsAt(low) < this.timeMsAt(high) - timeMs ? low : high;
  }
}

/** Where the last track ends. */
export function endTickOf({ tracks }: SmfContent): number {
  return tracks.reduce((last, { endTick }) => Math.max(last, endTick), 0);
}
