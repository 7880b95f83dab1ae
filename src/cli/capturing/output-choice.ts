/** Which output a command sends to, opening it, and what to do if that fails. */
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { Output, type OutputOptions } from '../../output/output.js';
import { MIDIERR_NODEVICE } from '../../winmm/constants.js';
import { listOutputs, noDevice, type OutputDevice, resolveDevice } from '../../winmm/devices.js';
import { MmresultError } from '../../winmm/mmresult.js';
import type { Backend } from '../backend.js';
import { usage } from '../exit-codes.js';

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
  const portNames = [...backend.portNames];
  const why =
    portNames.length > 0 && ports.length === 0
      ? `nothing can be sent to ${portNames.join(', ')}, which can only be read`
      : `${command} needs -d: the output to send to`;
  throw usage(
    why,
    `there is ${outputs.map((output) => `${output.id} '${output.name}'`).join(', ')}`,
  );
}

/** @throws what Output.open throws, with a hint that suits the device */
export async function openOutput(
  backend: Backend,
  { id, name }: Pick<OutputDevice, 'id' | 'name'>,
  options: Pick<OutputOptions, 'doneLimitMs'> = {},
): Promise<Output> {
  const { winmm } = backend;
  try {
    return await Output.open({ ...options, winmm, clock: systemClock, deviceId: id, name });
  } catch (error) {
    throw hintAtFifo(error, backend, name);
  }
}

/**
 * What fails about a FIFO is its other end, not a cable.
 *
 * @param name - of the output that `error` is about
 * @returns the error, with another hint if it is a FIFO's
 */
export function hintAtFifo(error: unknown, backend: Backend, name: string): unknown {
  if (!(error instanceof MidirecError) || !backend.isFifo(name)) return error;
  const isUnread = [error, error.cause].some(
    (one) => one instanceof MmresultError && one.result === MIDIERR_NODEVICE,
  );
  if (!isUnread && error.code !== 'TIMEOUT') return error;
  const { code, message, exitCode } = error;
  const hint = isUnread
    ? `nothing reads ${name}: start the program that does first`
    : `the program that reads ${name} takes no more: look at what keeps it`;
  return error.hint === hint
    ? error
    : new MidirecError(code, message, { hint, exitCode, cause: error.cause ?? error });
}
