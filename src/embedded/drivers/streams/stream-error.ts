/** What the errors of the operating system mean to a client of WinMM. */
import { getSystemErrorMap } from 'node:util';
import {
  MIDIERR_NODEVICE,
  MMSYSERR_ALLOCATED,
  MMSYSERR_ERROR,
  MMSYSERR_NOERROR,
  MMSYSERR_NOMEM,
} from '../../../winmm/constants.js';
import type { Mmresult } from '../../../winmm/winmm.js';

/**
 * Source: errno(3) and open(2) of POSIX. That a raw MIDI device in use answers EAGAIN to an open
 * that may not wait is from the Linux kernel, sound/core/rawmidi.c.
 */
const RESULTS = new Map<string | undefined, Mmresult>([
  ['EBUSY', MMSYSERR_ALLOCATED],
  ['EAGAIN', MMSYSERR_ALLOCATED],
  ['ENOENT', MIDIERR_NODEVICE],
  ['ENODEV', MIDIERR_NODEVICE],
  ['ENXIO', MIDIERR_NODEVICE],
  ['EIO', MIDIERR_NODEVICE],
  ['EPIPE', MIDIERR_NODEVICE],
  ['ENOMEM', MMSYSERR_NOMEM],
]);

/** The name of a system error, such as `EAGAIN`; undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** The last error that WinMM has no word for. */
let unexplained: unknown;

/** The MMRESULT for a system error; MMSYSERR_ERROR for one that WinMM has no word for, which `takeUnexplained` has. */
export function mmresultOf(error: unknown): Mmresult {
  const result = RESULTS.get(systemErrorCode(error));
  if (result === undefined) unexplained = error;
  return result ?? MMSYSERR_ERROR;
}

/** The system error behind the last MMSYSERR_ERROR, once. */
export function takeUnexplained(): unknown {
  const error = unexplained;
  unexplained = undefined;
  return error;
}

/** The same for what a function of C answers: no error if it is not negative. */
export function mmresultOfNumber(result: number): Mmresult {
  if (result >= 0) return MMSYSERR_NOERROR;
  const [code = '', meaning = ''] = getSystemErrorMap().get(result) ?? [];
  return mmresultOf(Object.assign(new Error(`${code}: ${meaning}`), { code }));
}
