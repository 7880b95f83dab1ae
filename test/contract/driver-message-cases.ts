/** Contract cases: messages to a driver that has neither volume nor patches. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MMSYSERR_NOTSUPPORTED,
  MODM_CACHEDRUMPATCHES,
  MODM_CACHEPATCHES,
  MODM_GETVOLUME,
  MODM_SETVOLUME,
} from '../../src/winmm/constants.js';
import { withOutput } from '../support/contract-port.js';
import type { Fixture } from './winmm-contract.js';

/** A number that is no driver message at all. */
const NO_MESSAGE = 99;

export function defineDriverMessageCases(fixture: Fixture): void {
  const answersOf = async (...messages: number[]) => {
    const { winmm, asynchronousOutputId, sendToDriver } = fixture();
    const answers: number[] = [];
    await withOutput(winmm, asynchronousOutputId, async ({ handle }) => {
      for (const message of messages) answers.push(sendToDriver(handle, message));
    });
    return answers;
  };

  describe('driver messages', () => {
    it('an output without volume answers MODM_GETVOLUME and MODM_SETVOLUME with MMSYSERR_NOTSUPPORTED', async () => {
      const answers = await answersOf(MODM_GETVOLUME, MODM_SETVOLUME);
      assert.deepEqual(answers, [MMSYSERR_NOTSUPPORTED, MMSYSERR_NOTSUPPORTED]);
    });

    it('an output without patches answers MODM_CACHEPATCHES and MODM_CACHEDRUMPATCHES with MMSYSERR_NOTSUPPORTED', async () => {
      const answers = await answersOf(MODM_CACHEPATCHES, MODM_CACHEDRUMPATCHES);
      assert.deepEqual(answers, [MMSYSERR_NOTSUPPORTED, MMSYSERR_NOTSUPPORTED]);
    });

    it('a message that does not exist is MMSYSERR_NOTSUPPORTED', async () => {
      assert.deepEqual(await answersOf(NO_MESSAGE), [MMSYSERR_NOTSUPPORTED]);
    });
  });
}
