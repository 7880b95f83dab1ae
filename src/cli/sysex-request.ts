/** `--request`: where it goes, and sending it. */
import type { DeviceChoice } from '../capture/session.js';
import { systemClock } from '../midi/clock.js';
import { MidirecError } from '../midi/errors.js';
import { Output } from '../output/output.js';
import { listOutputs, noDevice, type OutputDevice, resolveDevice } from '../winmm/devices.js';
import type { WinMm } from '../winmm/winmm.js';

/**
 * Where the request goes: the output that was named, else the one that is called like the input.
 *
 * @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseRequestOutput(
  winmm: WinMm,
  to: string | undefined,
  inputs: DeviceChoice[],
): OutputDevice {
  const outputs = listOutputs(winmm);
  if (to !== undefined) return resolveDevice('output', outputs, to);
  if (outputs.length === 0) throw noDevice('output');
  const name = inputs.length === 1 ? inputs[0]!.name : undefined;
  const namesakes = outputs.filter((output) => output.name === name);
  if (namesakes.length === 1) return namesakes[0]!;
  throw new MidirecError(
    'USAGE',
    '--request needs --to: the output that the synthesizer is connected to',
    {
      hint: `there is ${outputs.map((output) => `${output.id} '${output.name}'`).join(', ')}`,
      exitCode: 2,
    },
  );
}

/** Sends all messages, in order, and closes the output again. */
export async function sendRequest(
  winmm: WinMm,
  output: OutputDevice,
  messages: Uint8Array[],
): Promise<void> {
  const { id, name } = output;
  const opened = await Output.open({ winmm, clock: systemClock, deviceId: id, name });
  try {
    for (const message of messages) await opened.sendLong(message);
  } finally {
    await opened.close();
  }
}
