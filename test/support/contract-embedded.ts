/** The contract suite's world on the embedded WinMm: the loopback, with three drivers for its output. */

import { createEmbeddedWinMm } from '../../src/driver/embedded-winmm.js';
import type { KernelOutput } from '../../src/driver/kernel-port.js';
import { createLoopback } from '../../src/driver/loopback.js';
import { PortDriver } from '../../src/driver/port-driver.js';
import type { Completion } from '../../src/driver/port-output.js';
import type { DriverFactory } from '../../src/driver/user-mode-driver.js';
import { type Clock, sleep, systemClock } from '../../src/midi/clock.js';
import { MMSYSERR_INVALFLAG, MMSYSERR_NOERROR } from '../../src/winmm/constants.js';
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
      return new PortDriver(host, { clock, ports: () => [port], completion });
    };
  const winmm = createEmbeddedWinMm({
    clock,
    drivers: [
      driver('asynchronous', { input: loopback.input!, output }),
      driver('synchronous', { output }),
      driver('asynchronous', { output: slowDown(output, clock) }),
    ],
  });
  return {
    winmm,
    inputId: 0,
    asynchronousOutputId: 0,
    synchronousOutputId: 1,
    slowOutputId: 2,
    refusedInputId: 0,
    refusedOutputId: 2,
    differences: {
      openWithEventCallback: MMSYSERR_INVALFLAG,
      unprepareUnprepared: MMSYSERR_NOERROR,
      refusedCloseLosesHandle: false,
    },
    dispose: async () => winmm.dispose(),
  };
}

/** The same output at the pace of a slow line. */
function slowDown(output: KernelOutput, clock: Clock): KernelOutput {
  let breakOff = () => {};
  return {
    open: () => output.open(),
    async ioctl(code, bytes) {
      const brokenOff = new Promise<void>((resolve) => {
        breakOff = resolve;
      });
      await Promise.race([sleep(clock, bytes.length / SLOW_BYTES_PER_MS), brokenOff]);
      return output.ioctl(code, bytes);
    },
    cancel: () => breakOff(),
    close: () => output.close(),
  };
}
