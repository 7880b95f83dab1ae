/** Noticing silence: `--until-idle`. */
import type { CaptureSession } from '../../capture/session.js';
import type { Clock } from '../../midi/clock.js';

/** A last look this long before the end of a silence: what came while this process was stopped is read between the two. */
const LAST_LOOK_MS = 100;
/** Without a look for longer than this nobody knows whether it was silent. */
const LATE_LOOK_MS = 400;

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
 * Calls `onIdle` once, when `idleMs` have passed without playing; never before something was played, and not straight
 * after a stall in which something may have been played.
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
  let lookedMs = Number.NEGATIVE_INFINITY;
  const look = () => {
    const playedMs = lastPlayedMs();
    const leftMs = playedMs === undefined ? idleMs : playedMs + idleMs - nowMs();
    const isLate = clock.nowMs() - lookedMs > LATE_LOOK_MS;
    lookedMs = clock.nowMs();
    if (leftMs <= 0 && !isLate) {
      onIdle();
      return;
    }
    // A first note may come at any time.
    const soonMs = leftMs > 0 ? Math.min(leftMs, LAST_LOOK_MS) : LAST_LOOK_MS;
    const nextMs = playedMs === undefined ? soonMs : Math.max(leftMs - LAST_LOOK_MS, soonMs);
    cancel = clock.setTimer(nextMs, look);
  };
  look();
  return () => cancel();
}
