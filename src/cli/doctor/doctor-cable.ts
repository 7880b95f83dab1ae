/** `midirec doctor --cable`: a cable between an output and an input, tried. */
import type { Arrival } from '../../cable/cable-line.js';
import { CableTest } from '../../cable/cable-test.js';
import { EventKind } from '../../midi/event-batch.js';
import { listInputs } from '../../winmm/devices.js';
import { openSession, reportClosing, startSession } from '../capturing/capture-setup.js';
import { chooseOutput, chooseReplyInput } from '../capturing/device-choice.js';
import { describeDevice } from '../capturing/device-facts.js';
import { openOutput, transmit } from '../capturing/sending.js';
import type { CommandContext } from '../command.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import { formatTime } from '../terminal/figures.js';
import { judgeCable } from './doctor-cable-judge.js';
import type { Examination } from './doctor-findings.js';

/** 64 KiB in one message, and room for many. */
const BUFFERS = 32;
const BUFFER_SIZE = 8192;
const NO_INPUT = '--cable needs --from: the input at which the cable ends';

/** @throws MidirecError; what the drivers throw */
export async function tryCable(
  outputName: string,
  inputName: string | undefined,
  context: CommandContext,
): Promise<Examination> {
  const { console } = context;
  const backend = await context.createBackend();
  const device = chooseOutput(backend, outputName, 'doctor --cable');
  const choice = chooseReplyInput(backend, inputName, device.name, NO_INPUT);
  const input = listInputs(backend.winmm).find(({ id }) => id === choice.deviceId)!;
  const settings = { device: [choice.name], buffers: BUFFERS, bufferSize: BUFFER_SIZE };
  const session = await openSession(backend, settings, [choice], console, { reconnect: false });
  let arrived: Arrival[] = [];
  const stop = new StopRequests();
  try {
    await startSession(session, (batch) => {
      const zeroMs = backend.clock.nowMs() - session.nowMs;
      for (let row = 0; row < batch.count; row++) {
        if (batch.kind[row] === EventKind.MARKER) continue;
        const timeMs = zeroMs + batch.stampMs[row]!;
        arrived.push({ timeMs, packed: batch.packed[row]!, sysex: batch.payload[row] });
      }
    });
    const output = await openOutput(backend, device);
    const line = {
      sendShort: (packed: number) => output.sendShort(packed),
      submit: (bytes: Uint8Array) => output.submit(bytes),
      drain: () => output.drain(),
      take: () => {
        session.poll();
        const taken = arrived;
        arrived = [];
        return taken;
      },
    };
    stop.listen();
    console.say(`trying the cable from ${device.name} to ${choice.name}; Ctrl-C ends it early`);
    const test = new CableTest(line, backend.clock, stop.signal);
    const { failure, isAbandoned } = await transmit(
      output,
      {
        run: async () => {
          await test.run();
        },
        describe: (_, elapsedMs) => `${formatTime(elapsedMs, 0)}  ${test.stage}`,
      },
      stop,
      console,
    );
    if (failure !== undefined) throw failure;
    const facts = {
      output: describeDevice(device),
      input: describeDevice(input),
      ...test.facts,
      losses: session.ledger.entries(),
    };
    const findings = judgeCable(test.facts, device.name, choice.name);
    return { facts, findings, exitCode: exitCodeFor(stop.reason, { hasFailed: isAbandoned }) };
  } finally {
    stop.close();
    reportClosing(await session.close(), console);
    backend.winmm.dispose();
  }
}
