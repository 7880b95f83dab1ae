/** A rack of instruments behind a WinMM on a clock that a test moves, with a cable that can do what bad cables do. */
import { CaptureSession } from '../../../src/capture/session.js';
import { paceOfInstrument, SessionLine } from '../../../src/cli/capturing/instrument-line.js';
import { StopRequests } from '../../../src/cli/process/stop-requests.js';
import type { DemoInstrument } from '../../../src/embedded/drivers/demo/demo-instrument.js';
import { createDemoRack } from '../../../src/embedded/drivers/demo/demo-rack.js';
import { createEmbeddedWinMm } from '../../../src/embedded/embedded-winmm.js';
import type { KernelPort } from '../../../src/embedded/kernel-port.js';
import { PortDriver } from '../../../src/embedded/port-driver.js';
import { Output } from '../../../src/output/output.js';
import type { PaceEntry } from '../../../src/sysex/instruments/entry.js';
import type { WinMm } from '../../../src/winmm/winmm.js';
import { FakeClock } from '../fake-clock.js';

/** What a cable makes of bytes that it carries. */
export type Spoil = (bytes: Uint8Array) => Uint8Array;

const AS_IT_IS: Spoil = (bytes) => bytes;

export class RackBed {
  readonly clock = new FakeClock();
  readonly stop = new StopRequests();
  readonly #close: (() => Promise<unknown>)[] = [];

  /** @param spoil - of both directions */
  async connect(
    instruments: readonly DemoInstrument[],
    pace: PaceEntry | undefined,
    spoil: Spoil = AS_IT_IS,
  ): Promise<SessionLine> {
    const { clock } = this;
    const port = overBadCable(createDemoRack(clock, instruments), spoil);
    const winmm = this.winMmOf(port);
    const device = { deviceId: 0, name: port.name };
    const session = await CaptureSession.open({
      winmm,
      clock,
      devices: [device],
      buffers: 32,
      bufferSize: 1024,
    });
    const output = await Output.open({ winmm, clock, ...device });
    const line = new SessionLine(session, output, paceOfInstrument(pace), this.stop, clock);
    await session.start((batch) => line.take(batch));
    this.#close.push(
      () => output.close(),
      () => session.close(),
    );
    return line;
  }

  winMmOf(port: KernelPort): WinMm {
    const { clock } = this;
    return createEmbeddedWinMm(clock, [
      (host) => new PortDriver(host, clock, () => [port], 'asynchronous'),
    ]);
  }

  /** Lets time pass until `promise` is settled. @returns what it gives, and how long it took */
  async until<T>(promise: Promise<T>): Promise<{ value: T; tookMs: number }> {
    const sinceMs = this.clock.nowMs();
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    while (!isSettled) await this.clock.advanceAsync(1);
    return { value: await promise, tookMs: this.clock.nowMs() - sinceMs };
  }

  async close(): Promise<void> {
    for (const close of this.#close) await this.until(close());
  }
}

function overBadCable(port: KernelPort, spoil: Spoil): KernelPort {
  const input = port.input!;
  const output = port.output!;
  return {
    ...port,
    input: {
      open: (receiver) =>
        input.open({
          deliver: (bytes, timeMs) => receiver.deliver(spoil(bytes), timeMs),
          lost: () => receiver.lost(),
          gone: () => receiver.gone(),
        }),
      start: () => input.start(),
      stop: () => input.stop(),
      close: () => input.close(),
    },
    output: {
      open: () => output.open(),
      play: (bytes) => output.play(spoil(bytes)),
      cancel: () => output.cancel(),
      close: () => output.close(),
    },
  };
}
