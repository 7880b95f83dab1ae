/** Runs the contract suite against the real winmm.dll, on Windows or Wine, where the test driver is. */
import { describe, it } from 'node:test';
import { MMSYSERR_NOERROR } from '../../src/winmm/constants.js';
import { createNativeWinMm } from '../../src/winmm/native/native-winmm.js';
import type { WinMmFixture } from '../support/contract-fixture.js';
import { defineWinMmContract } from './winmm-contract.js';

/** The devices of test/wine/contract.script, in its order. */
async function makeNativeFixture(): Promise<WinMmFixture> {
  const forceRegister = process.env.MIDIREC_CALLBACK === 'register';
  const winmm = await createNativeWinMm({ forceRegister });
  const { default: koffi } = await import('koffi');
  const parameters = ['uintptr_t', 'uint32_t', 'uintptr_t', 'uintptr_t'];
  const midiOutMessage = koffi
    .load('winmm.dll')
    .func('__stdcall', 'midiOutMessage', 'uint32_t', parameters);
  return {
    winmm,
    inputId: 0,
    asynchronousOutputId: 0,
    synchronousOutputId: 1,
    slowOutputId: 2,
    slowSynchronousOutputId: 4,
    refusingOutputId: 5,
    refusedInputId: 1,
    refusedOutputId: 3,
    differences: {
      // Wine opens it, and then there is no callback that could receive anything.
      openWithEventCallback: MMSYSERR_NOERROR,
      // Wine looks at a window only if there is one.
      openWithWindowCallback: MMSYSERR_NOERROR,
      unprepareUnprepared: MMSYSERR_NOERROR,
      // Wine forgets the handle whatever the driver answers; the device stays open for ever.
      refusedCloseLosesHandle: true,
    },
    sendToDriver: (hmo, uMsg) => midiOutMessage(hmo, uMsg, 0, 0),
    dispose: async () => winmm.dispose(),
  };
}

// A real device is nothing to experiment with: the suite needs the test driver under winmm.dll.
if (process.env.MIDIREC_TEST_SCRIPT === undefined) {
  describe('WinMm contract: native', () => {
    it('needs the test driver', { skip: 'npm run test:wine runs it' }, () => {});
  });
} else {
  const callback = process.env.MIDIREC_CALLBACK ?? 'machine-code';
  defineWinMmContract(`native, ${callback} callback`, makeNativeFixture);
}
