/** Timers of a millisecond on Windows, whose own are of 15.6: for as long as something is played or passed on. */

/** Windows's; everywhere else timers are as fine as they get. @returns ends it; calling it twice does nothing more */
export async function requestFineTimers(): Promise<() => void> {
  if (process.platform !== 'win32') return () => {};
  const { loadTimerPeriod } = await import('../winmm/native/koffi-bindings.js');
  const period = await loadTimerPeriod().catch(() => undefined);
  if (period === undefined) return () => {};
  let isOn = period.begin(1);
  return () => {
    if (isOn) period.end(1);
    isOn = false;
  };
}
