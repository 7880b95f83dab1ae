/**
 * Closing a device so that neither a slow driver nor a hung one can do harm: each call has a limit,
 * and all of them have one.
 */

import type { Clock } from '../../midi/clock.js';
import { reasonOf } from '../../midi/errors.js';
import { MIDIERR_STILLPLAYING, MMSYSERR_NOERROR } from '../constants.js';
import type { Address } from '../memory.js';
import { MIDIHDR_SIZE } from '../structures.js';
import type { DeviceKind, MidiHandle, WinMm } from '../winmm.js';
import { BoundedCalls, CallFailed } from './bounded-calls.js';

export interface CloseReport {
  /** The device's. */
  name: string;
  /** False if the handle was abandoned: a driver call hung or failed, and memory was left to the driver. */
  closed: boolean;
  /** True if a call did not return in time; its thread may still be inside the driver. */
  hung: boolean;
  /** True if a call answered that there is no such device any more: it was unplugged, and nothing is wrong with its driver. */
  gone: boolean;
  /** What went wrong, for a person; empty if nothing did. */
  problem: string;
}

export interface ClosingDevice {
  winmm: WinMm;
  clock: Clock;
  name: string;
  handle: MidiHandle;
  /** Takes what has arrived, returned buffers included. */
  poll: () => void;
}

/**
 * Never throws: what goes wrong is in the report.
 *
 * @param letGo - gets the buffers back and unprepares them; if it throws, the device is not closed.
 *   `problems` is for what goes wrong and does not keep it from being closed. Answers true if the
 *   device has gone and took buffers along: then it is asked to close once, for it may refuse for ever
 */
export async function closeDevice(
  kind: DeviceKind,
  { winmm, clock, name, handle, poll }: ClosingDevice,
  letGo: (calls: BoundedCalls, problems: string[]) => Promise<boolean>,
): Promise<CloseReport> {
  const calls = new BoundedCalls(clock, poll);
  const problems: string[] = [];
  const report = { name, closed: false, hung: false, gone: false };
  try {
    report.gone = await letGo(calls, problems);
    const close = () => winmm[`${kind}Close`](handle);
    if (report.gone) await calls.callOnce(`${kind}Close`, close);
    else await calls.callUntilNotPlaying(`${kind}Close`, close);
    report.closed = true;
  } catch (error) {
    problems.push(reasonOf(error));
    report.hung = error instanceof CallFailed && error.hung;
  }
  // Some drivers send until they are closed, or go on if they do not let themselves be closed.
  poll();
  return { ...report, problem: problems.join('; ') };
}

/**
 * Headers of an input that are unprepared together: a trip to a driver's thread costs more than the call. A
 * few first, for one that refuses.
 */
const FIRST_AT_ONCE = 64;
const MOST_AT_ONCE = 512;

/** @throws CallFailed if the driver refuses a header; then it is not asked for those that follow */
export async function unprepare(
  kind: DeviceKind,
  { winmm, handle }: ClosingDevice,
  headers: readonly Address[],
  calls: BoundedCalls,
): Promise<void> {
  const what = `${kind}UnprepareHeader` as const;
  const ask = (address: Address) => winmm[what](handle, address, MIDIHDR_SIZE);
  // Those of an output are made on several threads, one after the other only if it is waited for each.
  let [atOnce, most] = kind === 'midiIn' ? [FIRST_AT_ONCE, MOST_AT_ONCE] : [1, 1];
  for (let from = 0; from < headers.length; from += atOnce, atOnce = Math.min(2 * atOnce, most)) {
    const some = headers.slice(from, from + atOnce);
    const results = await calls.call(what, () => Promise.all(some.map(ask)));
    for (const [index, address] of some.entries()) {
      const result = results[index]!;
      if (result === MIDIERR_STILLPLAYING) {
        await calls.callUntilNotPlaying(what, () => ask(address));
      } else if (result !== MMSYSERR_NOERROR) throw CallFailed.answered(what, result);
    }
  }
}
