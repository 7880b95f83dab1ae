/** Which output a command sends to. */
import { MidirecError } from '../midi/errors.js';
import { listOutputs, noDevice, type OutputDevice, resolveDevice } from '../winmm/devices.js';
import type { Backend } from './backend.js';

/**
 * The output that was named; without a name the one of `--port`, if there is exactly one. There is
 * no other default: what is sent to the wrong instrument may overwrite its memory.
 *
 * @param command - for the message
 * @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseOutput(
  backend: Backend,
  name: string | undefined,
  command: string,
): OutputDevice {
  const outputs = listOutputs(backend.winmm);
  if (outputs.length === 0) throw noDevice('output');
  if (name !== undefined) return resolveDevice('output', outputs, name);
  const ports = outputs.filter(({ caps }) => backend.portNames.has(caps.szPname));
  if (ports.length === 1) return ports[0]!;
  throw new MidirecError('USAGE', `${command} needs -d: the output to send to`, {
    hint: `there is ${outputs.map((output) => `${output.id} '${output.name}'`).join(', ')}`,
    exitCode: 2,
  });
}
