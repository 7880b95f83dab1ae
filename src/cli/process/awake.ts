/** The machine stays awake while something is captured: MIDI is no input of a user to Windows, which falls asleep in the middle of a take. */

/** Windows' flags: the machine stays awake, though the screen may go dark … */
const ES_SYSTEM_REQUIRED = 0x0000_0001;
/** … until the next call. */
const ES_CONTINUOUS = 0x8000_0000;

/** @returns the flags that held before; 0 if the system refuses */
type SetThreadExecutionState = (esFlags: number) => number;

/**
 * On Windows, asks not to be put to sleep; elsewhere it does nothing.
 *
 * @param allowSleep - nothing is asked for: `--allow-sleep`
 * @param console - is told whether it works
 * @param load - how the function of Windows is had
 * @returns ends it
 */
export async function keepAwake(
  allowSleep: boolean,
  console: { tell(line: string): void },
  load = process.platform === 'win32' ? loadFunction : undefined,
): Promise<() => void> {
  const setState = allowSleep ? undefined : await load?.().catch(() => undefined);
  if (setState === undefined) return () => {};
  const isAwake = setState(ES_CONTINUOUS + ES_SYSTEM_REQUIRED) !== 0;
  console.tell(
    isAwake
      ? 'the machine stays awake meanwhile (--allow-sleep lets it sleep)'
      : 'Windows refuses to stay awake: it may fall asleep meanwhile',
  );
  return () => setState(ES_CONTINUOUS);
}

async function loadFunction(): Promise<SetThreadExecutionState> {
  const { loadExecutionState } = await import('../../winmm/native/koffi-bindings.js');
  return loadExecutionState();
}
