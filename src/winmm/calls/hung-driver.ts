/** What is said of a driver that does not do what it was asked in time. */

import type { Clock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { waitAtMost } from '../../midi/waiting.js';

/**
 * What a call answers.
 *
 * @param what - its function
 * @param name - the device's
 * @throws MidirecError TIMEOUT if it does not return in time
 */
export async function answerOf<T>(
  what: string,
  name: string,
  call: Promise<T>,
  clock: Clock,
  limitMs: number,
): Promise<T> {
  const waited = await waitAtMost(clock, call, limitMs);
  if (!waited.done) throw hungDriver(`${what} did not return`, limitMs, name);
  return waited.value;
}

/**
 * @param what - the call or the event that was waited for, as the beginning of a sentence
 * @param name - the device's
 */
export function hungDriver(what: string, limitMs: number, name: string): MidirecError {
  return new MidirecError('TIMEOUT', `${what} within ${formatSeconds(limitMs)} s (${name})`, {
    hint: 'the driver hangs: unplug the device and plug it in again, or restart the machine',
  });
}

/** Whether an error is one of those. */
export function isHungDriver(error: unknown): boolean {
  return error instanceof MidirecError && error.code === 'TIMEOUT';
}

function formatSeconds(ms: number): string {
  return String(ms < 100 ? Math.ceil(ms) / 1000 : Math.round(ms / 100) / 10);
}
