/** What the system can do for those who have to be on time to the millisecond: playing, passing on, a metronome. */
import { constants, setPriority } from 'node:os';

/** Windows' timers are 15.6 ms apart unless a program asks for finer ones. */
const TIMER_PERIOD_MS = 1;

/**
 * Asks for timers of a millisecond, and to come before programs that have time. Where the system says
 * no, which Linux does to most users, it is as it was.
 *
 * @returns ends it; calling it twice does nothing more
 */
export async function requestFineTiming(): Promise<() => void> {
  const endPriority = raisePriority();
  const endTimers = process.platform === 'win32' ? await refineTimers() : () => {};
  return () => {
    endPriority();
    endTimers();
  };
}

function raisePriority(): () => void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    return () => {};
  }
  return () => setPriority(constants.priority.PRIORITY_NORMAL);
}

async function refineTimers(): Promise<() => void> {
  const { loadTimerPeriod } = await import('../../winmm/native/koffi-bindings.js');
  const period = await loadTimerPeriod().catch(() => undefined);
  let isOn = period?.begin(TIMER_PERIOD_MS) ?? false;
  return () => {
    if (isOn) period?.end(TIMER_PERIOD_MS);
    isOn = false;
  };
}
