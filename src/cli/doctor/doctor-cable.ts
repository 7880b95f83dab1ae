/** `midirec doctor --cable`: a cable between an output and an input, tried. */

import { type CableFacts, paceFoundBy } from '../../cable/cable-facts.js';
import type { Arrival } from '../../cable/cable-line.js';
import { CableTest } from '../../cable/cable-test.js';
import { usage } from '../../midi/errors.js';
import { EventKind } from '../../midi/event-batch.js';
import type { Output } from '../../output/output.js';
import { listInputs } from '../../winmm/devices.js';
import { openSession, reportClosing, startSession } from '../capturing/capture-setup.js';
import { chooseOutput, chooseReplyInput } from '../capturing/device-choice.js';
import { describeDevice } from '../capturing/device-facts.js';
import { openOutput, transmit } from '../capturing/sending.js';
import type { CommandContext } from '../command.js';
import { saveOwnPreset } from '../files/own-presets.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTime } from '../terminal/figures.js';
import { judgeCable } from './doctor-cable-judge.js';
import type { Examination } from './doctor-findings.js';
import type { DoctorOptions } from './doctor-options.js';

/** 64 KiB in one message, and room for many. */
const BUFFERS = { buffers: 32, bufferSize: 8192 };
const NO_INPUT = '--cable needs --from: the input at which the cable ends';

/** @throws MidirecError; what the drivers throw */
export async function tryCable(
  outputName: string,
  { from: inputName, beside: besideName, save }: DoctorOptions,
  context: CommandContext,
): Promise<Examination> {
  const { console } = context;
  const backend = await context.createBackend();
  const device = chooseOutput(backend, outputName, 'doctor --cable');
  const choice = chooseReplyInput(backend, inputName, device.name, NO_INPUT);
  const input = listInputs(backend.winmm).find(({ id }) => id === choice.deviceId)!;
  const beside =
    besideName === undefined ? undefined : chooseOutput(backend, besideName, 'doctor --cable');
  if (beside?.id === device.id) {
    throw usage(`${device.name} is the output that is tried`, 'name another one with --beside');
  }
  const session = await openSession(backend, BUFFERS, [choice], console, { reconnect: false });
  let arrived: Arrival[] = [];
  let other: Output | undefined;
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
    other = beside && (await openOutput(backend, beside));
    stop.listen();
    console.say(`trying the cable from ${device.name} to ${choice.name}; Ctrl-C ends it early`);
    const test = new CableTest(line, backend.clock, stop.signal, other);
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
    if (save !== undefined) keepPace(test.facts, save, device.name, console);
    const facts = {
      output: describeDevice(device),
      input: describeDevice(input),
      besideOutput: beside && describeDevice(beside),
      ...test.facts,
      losses: session.ledger.entries(),
    };
    const findings = judgeCable(test.facts, device.name, choice.name, beside?.name);
    return { facts, findings, exitCode: exitCodeFor(stop.reason, { hasFailed: isAbandoned }) };
  } finally {
    stop.close();
    if (other !== undefined) reportClosing([await other.close()], console);
    reportClosing(await session.close(), console);
    backend.winmm.dispose();
  }
}

function keepPace(facts: CableFacts, name: string, output: string, console: ConsoleOutput): void {
  const pace = paceFoundBy(facts);
  if (pace === undefined) {
    console.warn('no pace is kept: none was found at which everything arrives');
    return;
  }
  saveOwnPreset({ ...pace, name, what: `found by doctor --cable for ${output}` });
  console.say(`kept as preset ${name}: midirec sysex-send --preset ${name}`);
}
