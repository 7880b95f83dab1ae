/** Noticing silence: `--until-idle`. */
import type { Clock } from '../../midi/clock.js';

/** What there is to know about sysex that has not come to its end; CaptureSession has it. */
export interface SysexUnderWay {
  readonly nowMs: number;
  readonly lastSysexMs: number | undefined;
  readonly isInSysex: boolean;
}

/**
 * A message under way may pause this long before it counts as broken off: at the speed of a MIDI
 * line, a buffer of the default size takes 1.3 s to fill, and nothing is seen meanwhile.
 */
export const PAUSE_WITHIN_MESSAGE_MS = 3000;

/** Whether a sysex is coming in, piece by piece: no silence, though no message has come for long. */
export function isSysexComing({ nowMs, lastSysexMs, isInSysex }: SysexUnderWay): boolean {
  return isInSysex && lastSysexMs !== undefined && nowMs - lastSysexMs < PAUSE_WITHIN_MESSAGE_MS;
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
