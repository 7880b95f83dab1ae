/** System errors as WinMM has words for them, and those for which it has none. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import {
  mmresultOf,
  mmresultOfNumber,
  takeUnexplained,
} from '../../../../../src/embedded/drivers/streams/stream-error.js';
import {
  MMSYSERR_ALLOCATED,
  MMSYSERR_ERROR,
  MMSYSERR_NOERROR,
} from '../../../../../src/winmm/constants.js';

test('what WinMM has no word for is kept until it is asked for', () => {
  const tooMany = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  assert.equal(mmresultOf(tooMany), MMSYSERR_ERROR);
  assert.equal(mmresultOfNumber(-constants.errno.EBUSY), MMSYSERR_ALLOCATED);
  assert.equal(mmresultOfNumber(3), MMSYSERR_NOERROR);
  assert.equal(takeUnexplained(), tooMany);
  assert.equal(takeUnexplained(), undefined);
  assert.equal(mmresultOfNumber(-constants.errno.EMFILE), MMSYSERR_ERROR);
  const { code, message } = takeUnexplained() as NodeJS.ErrnoException;
  assert.deepEqual([code, message], ['EMFILE', 'EMFILE: too many open files']);
});
