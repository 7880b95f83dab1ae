/** The contract suite's world on the embedded WinMm: the loopback, with drivers of every kind for its output. */

import { createLoopback } from '../../src/embedded/drivers/loopback.js';
import type { EmbeddedMemory } from '../../src/embedded/embedded-memory.js';
import { createEmbeddedWinMm } from '../../src/embedded/embedded-winmm.js';
import type { KernelOutput } from '../../src/embedded/kernel-port.js';
import { PortDriver } from '../../src/embedded/port-driver.js';
import type { Completion } from '../../src/embedded/port-output.js';
import type { DriverFactory, UserModeDriver } from '../../src/embedded/user-mode-driver.js';
import { type Clock, systemClock } from '../../src/midi/clock.js';
import {
  MIDIERR_NOTREADY,
  MMSYSERR_INVALFLAG,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
} from '../../src/winmm/constants.js';
import { readAddress } from '../../src/winmm/structures.js';
import type { WinMmFixture } from './contract-fixture.js';

const SLOW_BYTES_PER_MS = 1;

export async function makeEmbeddedFixture(): Promise<WinMmFixture> {
  const clock = systemClock;
  const loopback = createLoopback();
  const output = loopback.output!;
  const driver =
    (completion: Completion, parts: Partial<typeof loopback>): DriverFactory =>
    (host) => {
      const { wPid, wTechnology } = loopback;
      const port = { name: `Contract ${completion}`, wPid, wTechnology, ...parts };
      return new PortDriver(host, clock, () => [port], completion);
    };
  const load = driver('asynchronous', { input: loopback.input!, output });
  let asynchronous: UserModeDriver | undefined;
  const winmm = createEmbeddedWinMm(clock, [
    (host) => {
      asynchronous = load(host);
      return asynchronous;
    },
    driver('synchronous', { output }),
    driver('asynchronous', { output: slowDown(output, clock) }),
    driver('synchronous', { output: slowDown(output, clock) }),
    driver('synchronous', { output: refusing }),
  ]);
  return {
    winmm,
    inputId: 0,
    asynchronousOutputId: 0,
    synchronousOutputId: 1,
    slowOutputId: 2,
    slowSynchronousOutputId: 3,
    refusingOutputId: 4,
    refusedInputId: 0,
    refusedOutputId: 2,
    differences: {
      openWithEventCallback: MMSYSERR_INVALFLAG,
      openWithWindowCallback: MMSYSERR_INVALPARAM,
      unprepareUnprepared: MMSYSERR_NOERROR,
      refusedCloseLosesHandle: false,
    },
    sendToDriver(hmo, uMsg) {
      // A handle of the embedded WinMm is the address of the driver's instance identifier.
      const bytes = (winmm.memory as EmbeddedMemory).resolve(hmo, 8)!;
      const dwUser = readAddress(new DataView(bytes.buffer, bytes.byteOffset, 8), 0);
      const answer = asynchronous?.modMessage(0, uMsg, dwUser, 0, 0);
      if (typeof answer !== 'number') throw new TypeError('the driver gave no answer');
      return answer;
    },
    dispose: async () => winmm.dispose(),
  };
}

/** A device that is not ready, ever. */
const refusing: KernelOutput = {
  open: () => MMSYSERR_NOERROR,
  play: () => MIDIERR_NOTREADY,
  cancel() {},
  close() {},
};

/** The same output at the pace of a slow line. */
function slowDown(output: KernelOutput, clock: Clock): KernelOutput {
  let breakOff = () => {};
  return {
    open: () => output.open(),
    async play(bytes) {
      await new Promise<void>((resolve) => {
        const cancelTimer = clock.setTimer(bytes.length / SLOW_BYTES_PER_MS, resolve);
        breakOff = () => {
          cancelTimer();
          resolve();
        };
      });
      return output.play(bytes);
    },
    cancel: () => breakOff(),
    close: () => output.close(),
  };
}
