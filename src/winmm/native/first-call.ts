/** The first MIDI call of a process: Windows may have to start the service behind winmm.dll for it. */

import type { Clock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { waitAtMost } from '../../midi/waiting.js';

/** Windows MIDI Services waits 10 s for its list of devices, once its service has started. */
const FIRST_CALL_LIMIT_MS = 30_000;
/** A person who waits for so long is told what for. */
const PATIENCE_MS = 2000;

/**
 * Waits for what the first calls answer.
 *
 * @param onWaiting - called once, if it takes a while
 * @throws MidirecError TIMEOUT
 */
export async function awaitFirstCall(
  answer: Promise<unknown>,
  clock: Clock,
  onWaiting: () => void,
): Promise<void> {
  const cancel = clock.setTimer(PATIENCE_MS, onWaiting);
  const waited = await waitAtMost(clock, answer, FIRST_CALL_LIMIT_MS).finally(cancel);
  if (waited.done) return;
  throw new MidirecError(
    'TIMEOUT',
    `midiInGetNumDevs did not return within ${FIRST_CALL_LIMIT_MS / 1000} s: the MIDI service of Windows, or a driver, does not start`,
    {
      hint: 'unplug MIDI devices, restart the service midisrv or the machine; midirec doctor --backend embedded tells whether it runs',
    },
  );
}
