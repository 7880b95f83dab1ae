/** `--verify`: a dump is requested a second time, and compared with the first. */
import type { Clock } from '../../midi/clock.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { DumpRound } from './dump-round.js';

export interface Verification {
  /** `missing`: nothing came the second time. `stopped`: someone asked to stop before it was all there. */
  outcome: 'same' | 'different' | 'missing' | 'stopped';
  /** Numbers, from 1 on, of the messages that differ. */
  differences: number[];
}

/** More of them are not listed. */
const MOST_NUMBERS = 10;

/**
 * Asks again when the first round has gone silent.
 *
 * @param beginRound - from then on messages belong to the round that it returns
 */
export async function verifyDump(
  first: DumpRound,
  beginRound: () => DumpRound,
  request: () => Promise<void>,
  clock: Clock,
  stop: StopRequests,
): Promise<Verification> {
  await first.waitForSilence(clock, stop);
  if (stop.reason !== undefined) return { outcome: 'stopped', differences: [] };
  const second = beginRound();
  await request();
  await second.wait(clock, stop);
  if (stop.reason !== undefined) return { outcome: 'stopped', differences: [] };
  if (second.messages === 0) return { outcome: 'missing', differences: [] };
  const differences = second.differencesFrom(first);
  return { outcome: differences.length > 0 ? 'different' : 'same', differences };
}

/** In one line. */
export function describeVerification({ outcome, differences }: Verification): string {
  switch (outcome) {
    case 'same':
      return 'verified: the second dump is the same';
    case 'missing':
      return 'not verified: no second dump came';
    case 'stopped':
      return 'not verified: stopped before the second dump was there';
    case 'different': {
      const more = differences.length > MOST_NUMBERS ? ', …' : '';
      const numbers = differences.slice(0, MOST_NUMBERS).join(', ');
      return `the second dump differs from the first in message ${numbers}${more}`;
    }
  }
}
