/** Noticing silence: `--until-idle`. */
import type { CaptureSession } from '../../capture/session.js';
import type { Clock } from '../../midi/clock.js';

/** What there is to know about sysex that has not come to its end. */
export type SysexUnderWay = Pick<CaptureSession, 'nowMs' | 'lastSysexMs' | 'sysexPauseMs'>;

/**
 * What `lastPlayedMs` answers, or now while a sysex is coming in, piece by piece: no silence, though no
 * message has come for long. One that is broken off was played until then.
 *
 * @param nowMs - the clock of `lastPlayedMs`
 */
export function orSysex(
  sysex: SysexUnderWay,
  nowMs: () => number,
  lastPlayedMs: () => number | undefined,
): () => number | undefined {
  let seenMs: number | undefined;
  return () => {
    const { lastSysexMs = Number.NEGATIVE_INFINITY } = sysex;
    if (sysex.nowMs - lastSysexMs < sysex.sysexPauseMs) seenMs = nowMs();
    const playedMs = lastPlayedMs() ?? seenMs;
    return seenMs === undefined ? playedMs : Math.max(seenMs, playedMs!);
  };
}

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
