/** MMRESULT numbers as people read them: constant, meaning, what to do. */
import { MidirecError } from '../midi/errors.js';
import type { Mmresult } from './winmm.js';

interface MmresultText {
  constant: string;
  meaning: string;
  hint?: string;
}

const IN_USE_HINT = 'close the program that uses it, or choose another device (midirec list)';
const GONE_HINT = 'check the cable and the power, then look at midirec list';
const BUG_HINT =
  'this looks like a fault of the driver or of midirec; run again with -v and report it';

/** Source: mmsystem.h, "general error return values" and "MIDI error return values". */
const MMRESULTS: Record<number, MmresultText> = {
  0: { constant: 'MMSYSERR_NOERROR', meaning: 'no error' },
  1: { constant: 'MMSYSERR_ERROR', meaning: 'unspecified error', hint: GONE_HINT },
  2: { constant: 'MMSYSERR_BADDEVICEID', meaning: 'there is no such device', hint: GONE_HINT },
  3: { constant: 'MMSYSERR_NOTENABLED', meaning: 'the driver could not be enabled' },
  4: { constant: 'MMSYSERR_ALLOCATED', meaning: 'the device is already in use', hint: IN_USE_HINT },
  5: {
    constant: 'MMSYSERR_INVALHANDLE',
    meaning: 'the device handle is not valid',
    hint: GONE_HINT,
  },
  6: {
    constant: 'MMSYSERR_NODRIVER',
    meaning: 'there is no driver for the device',
    hint: GONE_HINT,
  },
  7: {
    constant: 'MMSYSERR_NOMEM',
    meaning:
      'not enough memory, or the device is already in use (some drivers say the one for the other)',
    hint: IN_USE_HINT,
  },
  8: { constant: 'MMSYSERR_NOTSUPPORTED', meaning: 'the driver does not support this' },
  9: { constant: 'MMSYSERR_BADERRNUM', meaning: 'an error number is out of range', hint: BUG_HINT },
  10: { constant: 'MMSYSERR_INVALFLAG', meaning: 'a flag is not valid', hint: BUG_HINT },
  11: { constant: 'MMSYSERR_INVALPARAM', meaning: 'a parameter is not valid', hint: BUG_HINT },
  12: { constant: 'MMSYSERR_HANDLEBUSY', meaning: 'the handle is in use by another thread' },
  13: { constant: 'MMSYSERR_INVALIDALIAS', meaning: 'the alias is not in the registry' },
  14: { constant: 'MMSYSERR_BADDB', meaning: 'the registry is damaged' },
  15: { constant: 'MMSYSERR_KEYNOTFOUND', meaning: 'a registry key is missing' },
  16: { constant: 'MMSYSERR_READERROR', meaning: 'the registry could not be read' },
  17: { constant: 'MMSYSERR_WRITEERROR', meaning: 'the registry could not be written' },
  18: { constant: 'MMSYSERR_DELETEERROR', meaning: 'a registry key could not be deleted' },
  19: { constant: 'MMSYSERR_VALNOTFOUND', meaning: 'a registry value is missing' },
  20: { constant: 'MMSYSERR_NODRIVERCB', meaning: 'the driver does not call back' },
  21: { constant: 'MMSYSERR_MOREDATA', meaning: 'there is more data to return' },
  64: {
    constant: 'MIDIERR_UNPREPARED',
    meaning: 'the buffer header has not been prepared',
    hint: BUG_HINT,
  },
  65: { constant: 'MIDIERR_STILLPLAYING', meaning: 'buffers are still in the queue of the driver' },
  66: { constant: 'MIDIERR_NOMAP', meaning: 'there is no MIDI map' },
  67: { constant: 'MIDIERR_NOTREADY', meaning: 'the hardware is busy with other data' },
  68: {
    constant: 'MIDIERR_NODEVICE',
    meaning: 'the device is no longer connected',
    hint: GONE_HINT,
  },
  69: { constant: 'MIDIERR_INVALIDSETUP', meaning: 'the MIDI setup is damaged' },
  70: {
    constant: 'MIDIERR_BADOPENMODE',
    meaning: 'not possible in the mode in which the device was opened',
  },
  71: { constant: 'MIDIERR_DONT_CONTINUE', meaning: 'the driver does not continue' },
};

/** The constant's name, or `MMRESULT` for a number that Windows does not define. */
export function mmresultName(result: Mmresult): string {
  return MMRESULTS[result]?.constant ?? 'MMRESULT';
}

/** An MMRESULT that was not MMSYSERR_NOERROR. */
export class MmresultError extends MidirecError {
  /** The function that failed, by its Windows name. */
  readonly call: string;
  readonly result: Mmresult;

  /** @param device - the device's name, if it helps to know which one */
  constructor(call: string, result: Mmresult, device?: string) {
    const text = MMRESULTS[result];
    const meaning = text?.meaning ?? 'an error number that Windows does not define';
    const where = device === undefined ? '' : ` (${device})`;
    super('MMRESULT', `${call} failed: ${mmresultName(result)} (${result}): ${meaning}${where}`, {
      ...(text?.hint === undefined ? {} : { hint: text.hint }),
    });
    this.call = call;
    this.result = result;
  }
}

/** @throws MmresultError unless `result` is MMSYSERR_NOERROR. */
export function check(call: string, result: Mmresult, device?: string): void {
  if (result !== 0) throw new MmresultError(call, result, device);
}
