/** Noticing silence: `--until-idle`. */
import type { Clock } from '../midi/clock.js';

/**
 * Calls `onIdle` once, when `idleMs` have passed without playing; never before something was played.
 *
 * @param nowMs - the take's clock
 * @param lastPlayedMs - take time of what was played last, undefined as long as nothing was
 * @returns stops watching
 */
export function watchForSilence(
  clock: Clock,
  idleMs: number,
  nowMs: () => number,
  lastPlayedMs: () => number | undefined,
  onIdle: () => void,
): () => void {
  let cancel = () => {};
  const look = () => {
    const playedMs = lastPlayedMs();
    const leftMs = playedMs === undefined ? idleMs : playedMs + idleMs - nowMs();
    if (leftMs <= 0) onIdle();
    // Looking again at least every tenth of a second: a first note may come at any time.
    else cancel = clock.setTimer(playedMs === undefined ? Math.min(leftMs, 100) : leftMs, look);
  };
  look();
  return () => cancel();
}
