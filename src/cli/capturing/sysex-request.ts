/** `--request`: where it goes, and sending it. */
import type { DeviceChoice } from '../../capture/session.js';
import { listOutputs, noDevice, type OutputDevice, resolveDevice } from '../../winmm/devices.js';
import type { Backend } from '../backend.js';
import { usage } from '../exit-codes.js';
import { hintAtFifo, openOutput } from './output-choice.js';

/**
 * Where the request goes: the output that was named, else the one that is called like the input,
 * unless that is a FIFO, in which the request would be taken for its own answer.
 *
 * @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseRequestOutput(
  { winmm, isFifo }: Backend,
  to: string | undefined,
  inputs: DeviceChoice[],
): OutputDevice {
  const outputs = listOutputs(winmm);
  if (to !== undefined) return resolveDevice('output', outputs, to);
  if (outputs.length === 0) throw noDevice('output');
  const name = inputs.length === 1 ? inputs[0]!.name : undefined;
  const namesakes = outputs.filter((output) => output.name === name && !isFifo(output.name));
  if (namesakes.length === 1) return namesakes[0]!;
  throw usage(
    '--request needs --to: the output that the synthesizer is connected to',
    `there is ${outputs.map((output) => `${output.id} '${output.name}'`).join(', ')}`,
  );
}

/** Sends all messages, in order, and closes the output again. */
export async function sendRequest(
  backend: Backend,
  output: OutputDevice,
  messages: Uint8Array[],
): Promise<void> {
  const opened = await openOutput(backend, output);
  try {
    for (const message of messages) await opened.sendLong(message);
  } catch (error) {
    throw hintAtFifo(error, backend, output.name);
  } finally {
    await opened.close();
  }
}
