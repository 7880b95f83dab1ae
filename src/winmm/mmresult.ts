/** MMRESULT numbers as people read them: constant, meaning, what to do. */
import { MidirecError } from '../midi/errors.js';
import type { Mmresult } from './winmm.js';

const IN_USE_HINT = 'close the program that uses it, or choose another device (midirec list)';
export const GONE_HINT = 'check the cable and the power, then look at midirec list';
const BUG_HINT =
  'this looks like a fault of the driver or of midirec; run again with -v and report it';

/** Constant, meaning, what to do. Source: mmsystem.h, "general error return values" and "MIDI error return values". */
const MMRESULTS: Record<number, [constant: string, meaning: string, hint?: string]> = {
  0: ['MMSYSERR_NOERROR', 'no error'],
  1: ['MMSYSERR_ERROR', 'unspecified error', GONE_HINT],
  2: ['MMSYSERR_BADDEVICEID', 'there is no such device', GONE_HINT],
  3: ['MMSYSERR_NOTENABLED', 'the driver could not be enabled'],
  4: ['MMSYSERR_ALLOCATED', 'the device is already in use', IN_USE_HINT],
  5: ['MMSYSERR_INVALHANDLE', 'the device handle is not valid', GONE_HINT],
  6: ['MMSYSERR_NODRIVER', 'there is no driver for the device', GONE_HINT],
  7: [
    'MMSYSERR_NOMEM',
    'not enough memory, or the device is already in use (some drivers say the one for the other)',
    IN_USE_HINT,
  ],
  8: ['MMSYSERR_NOTSUPPORTED', 'the driver does not support this'],
  9: ['MMSYSERR_BADERRNUM', 'an error number is out of range', BUG_HINT],
  10: ['MMSYSERR_INVALFLAG', 'a flag is not valid', BUG_HINT],
  11: ['MMSYSERR_INVALPARAM', 'a parameter is not valid', BUG_HINT],
  12: ['MMSYSERR_HANDLEBUSY', 'the handle is in use by another thread'],
  13: ['MMSYSERR_INVALIDALIAS', 'the alias is not in the registry'],
  14: ['MMSYSERR_BADDB', 'the registry is damaged'],
  15: ['MMSYSERR_KEYNOTFOUND', 'a registry key is missing'],
  16: ['MMSYSERR_READERROR', 'the registry could not be read'],
  17: ['MMSYSERR_WRITEERROR', 'the registry could not be written'],
  18: ['MMSYSERR_DELETEERROR', 'a registry key could not be deleted'],
  19: ['MMSYSERR_VALNOTFOUND', 'a registry value is missing'],
  20: ['MMSYSERR_NODRIVERCB', 'the driver does not call back'],
  21: ['MMSYSERR_MOREDATA', 'there is more data to return'],
  64: ['MIDIERR_UNPREPARED', 'the buffer header has not been prepared', BUG_HINT],
  65: ['MIDIERR_STILLPLAYING', 'buffers are still in the queue of the driver'],
  66: ['MIDIERR_NOMAP', 'there is no MIDI map'],
  67: ['MIDIERR_NOTREADY', 'the hardware is busy with other data'],
  68: ['MIDIERR_NODEVICE', 'the device is no longer connected', GONE_HINT],
  69: ['MIDIERR_INVALIDSETUP', 'the MIDI setup is damaged'],
  70: ['MIDIERR_BADOPENMODE', 'not possible in the mode in which the device was opened'],
  71: ['MIDIERR_DONT_CONTINUE', 'the driver does not continue'],
};

/** The constant's name, or `MMRESULT` for a number that Windows does not define. */
export function mmresultName(result: Mmresult): string {
  return MMRESULTS[result]?.[0] ?? 'MMRESULT';
}

/** An MMRESULT that was not MMSYSERR_NOERROR. */
export class MmresultError extends MidirecError {
  /** The function that failed, by its Windows name. */
  readonly call: string;
  readonly result: Mmresult;

  /**
   * @param device - the device's name, if it helps to know which one
   * @param cause - what the operating system said
   */
  constructor(call: string, result: Mmresult, device?: string, cause?: unknown) {
    const [, meaning = 'an error number that Windows does not define', hint] =
      MMRESULTS[result] ?? [];
    const where = device === undefined ? '' : ` (${device})`;
    const message = `${call} failed: ${mmresultName(result)} (${result}): ${meaning}${where}`;
    super('MMRESULT', message, { hint, cause });
    this.call = call;
    this.result = result;
  }
}

/** @throws MmresultError unless `result` is MMSYSERR_NOERROR. */
export function check(call: string, result: Mmresult, device?: string): void {
  if (result !== 0) throw new MmresultError(call, result, device);
}
