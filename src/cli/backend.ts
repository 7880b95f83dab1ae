/** Which WinMm to use, and making it. */
import { systemClock } from '../midi/clock.js';
import type { BackendName, WinMm } from '../winmm/winmm.js';
import { parseChoice } from './option-values.js';

export const BACKENDS = ['winmm', 'embedded'] as const;

export interface BackendChoice {
  name: BackendName;
  /** Why this one, in words. */
  reason: string;
}

/**
 * The command line decides, then MIDIREC_BACKEND, then whether this is Windows.
 *
 * @throws MidirecError USAGE
 */
export function chooseBackend(option: string | undefined): BackendChoice {
  if (option !== undefined) {
    return { name: parseChoice('--backend', option, BACKENDS), reason: 'given with --backend' };
  }
  const variable = process.env.MIDIREC_BACKEND;
  if (variable !== undefined && variable !== '') {
    const name = parseChoice('MIDIREC_BACKEND', variable, BACKENDS);
    return { name, reason: 'given by MIDIREC_BACKEND' };
  }
  if (process.platform === 'win32') return { name: 'winmm', reason: 'this is Windows' };
  return { name: 'embedded', reason: `there is no winmm.dll on ${process.platform}` };
}

/**
 * Makes the WinMm.
 *
 * @throws MidirecError NO_BACKEND if it cannot work here
 */
export async function createWinMm(choice: BackendChoice): Promise<WinMm> {
  if (choice.name === 'winmm') {
    const { createNativeWinMm } = await import('../winmm/native/native-winmm.js');
    return createNativeWinMm({ forceRegister: process.env.MIDIREC_CALLBACK === 'register' });
  }
  const { createEmbeddedWinMm } = await import('../driver/embedded-winmm.js');
  return createEmbeddedWinMm({ clock: systemClock });
}
