/** Tempo tapped by hand or foot: each tap is a quarter note. */
import type { GridPoint } from './tempo-grid.js';

/** A longer pause is no slow tempo: beats in between are counted with the last one. */
const LONGEST_BEAT_MS = 2000;
/** A second tap this soon is the bounce of a switch. */
const BOUNCE_MS = 120;

export class TapTempo {
  readonly points: GridPoint[] = [];
  /** By the last two taps that were a beat apart. */
  #beatMs: number | undefined;

  /** @param timeMs - of the tap; not before that of the tap before */
  tap(timeMs: number): void {
    const last = this.points.at(-1);
    if (last === undefined) {
      this.points.push({ timeMs, quarter: 0 });
      return;
    }
    const sinceMs = timeMs - last.timeMs;
    if (sinceMs < BOUNCE_MS) return;
    let beats = 1;
    if (sinceMs > LONGEST_BEAT_MS) {
      // Counting begins anew, on a beat if the tempo is known.
      beats = Math.max(1, Math.round(sinceMs / (this.#beatMs ?? sinceMs)));
    } else {
      this.#beatMs = sinceMs;
    }
    this.points.push({ timeMs, quarter: last.quarter + beats });
  }

  forgetBefore(timeMs: number): void {
    const kept = this.points.findIndex((point) => point.timeMs >= timeMs);
    this.points.splice(0, kept < 0 ? this.points.length : kept);
  }
}
