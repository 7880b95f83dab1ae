/** Which inputs and outputs the user means, named or not. */
import type { DeviceChoice } from '../../capture/session.js';
import { MidirecError, usage } from '../../midi/errors.js';
import {
  type InputDevice,
  listInputs,
  listNames,
  listOutputs,
  noDevice,
  type OutputDevice,
  resolveDevice,
} from '../../winmm/devices.js';
import type { Backend } from '../backend.js';

/**
 * The inputs to record from.
 *
 * @param named - empty: all that the backend prefers
 * @throws MidirecError NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseInputs(backend: Backend, named: readonly string[]): DeviceChoice[] {
  return chosenOf('input', listInputs(backend.winmm), named, backend).map(asChoice);
}

/**
 * The output that was named; without a name the one of `--port`, or the only one that is no demo, if there is
 * exactly one. There is no other default: what is sent to the wrong instrument may overwrite its memory.
 *
 * @param command - who needs it, for the message
 * @param needs - and what that is, in words
 * @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseOutput(
  backend: Backend,
  named: string | undefined,
  command: string,
  needs = '-d: the output to send to',
): OutputDevice {
  const outputs = listOutputs(backend.winmm);
  if (outputs.length === 0) throw noDevice('output');
  if (named !== undefined) return resolveNamed('output', outputs, named, backend);
  const ports = outputs.filter(({ caps }) => backend.portNames.has(caps.szPname));
  const portNames = [...backend.portNames];
  const real = outputs.filter(({ caps }) => !backend.isBuiltIn(caps.szPname));
  const [only, ...others] = portNames.length > 0 ? ports : real;
  if (only !== undefined && others.length === 0) return only;
  const why =
    portNames.length > 0 && ports.length === 0
      ? `nothing can be sent to ${portNames.join(', ')}, which can only be read`
      : `${command} needs ${needs}`;
  throw usage(why, `available: ${listNames(outputs)}`);
}

/**
 * The outputs that were named; without a name all that the backend prefers.
 *
 * @throws MidirecError NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseOutputs(backend: Backend, named: readonly string[]): OutputDevice[] {
  return chosenOf('output', listOutputs(backend.winmm), named, backend);
}

/** Each once; without a name those that the backend prefers, else all. */
function chosenOf<Device extends InputDevice | OutputDevice>(
  kind: 'input' | 'output',
  devices: Device[],
  named: readonly string[],
  backend: Backend,
): Device[] {
  if (devices.length === 0) throw noDevice(kind);
  if (named.length > 0) {
    return [...new Set(named.map((name) => resolveNamed(kind, devices, name, backend)))];
  }
  const preferred = devices.filter(({ caps }) => backend.preferredNames?.has(caps.szPname));
  return preferred.length > 0 ? preferred : devices;
}

/** The only input that is called like an output, which must not be a FIFO; undefined if there is none. */
export function findReplyInput(backend: Backend, outputName: string): DeviceChoice | undefined {
  const namesakes = listInputs(backend.winmm).filter(
    ({ name }) => name === outputName && !backend.isFifo(name),
  );
  return namesakes.length === 1 ? asChoice(namesakes[0]!) : undefined;
}

/**
 * Where the request of a dump goes.
 *
 * @param named - `--to`
 * @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseRequestOutput(
  backend: Backend,
  named: string | undefined,
  inputs: readonly DeviceChoice[],
): OutputDevice {
  const input = inputs.length === 1 ? inputs[0] : undefined;
  const outputs = listOutputs(backend.winmm);
  const otherwise = 'to ask for a dump takes --to: the output that the synthesizer is connected to';
  return choosePartner('output', outputs, named, input?.name, backend, otherwise);
}

/**
 * The input that the instrument behind an output is connected to.
 *
 * @param named - `--from`
 * @param otherwise - what is said if it is not named, and none is called like the output
 * @throws MidirecError USAGE, NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseReplyInput(
  backend: Backend,
  named: string | undefined,
  outputName: string,
  otherwise: string,
): DeviceChoice {
  const inputs = listInputs(backend.winmm);
  return asChoice(choosePartner('input', inputs, named, outputName, backend, otherwise));
}

/**
 * The device that was named, else the one that is called like `partner`, unless that is a FIFO, in
 * which what is sent would be taken for its own answer.
 */
function choosePartner<Device extends { id: number; name: string }>(
  kind: 'input' | 'output',
  devices: Device[],
  named: string | undefined,
  partner: string | undefined,
  backend: Backend,
  otherwise: string,
): Device {
  if (devices.length === 0) throw noDevice(kind);
  if (named !== undefined) return resolveNamed(kind, devices, named, backend);
  const namesakes = devices.filter(({ name }) => name === partner && !backend.isFifo(name));
  if (namesakes.length === 1) return namesakes[0]!;
  if (partner !== undefined && backend.isFifo(partner)) throw fifoLeadsOneWay(partner);
  throw usage(otherwise, `available: ${listNames(devices)}`);
}

/** What is asked through a FIFO would be taken for its own answer. */
export function fifoLeadsOneWay(names: string): MidirecError {
  return usage(
    `${names}: a FIFO leads one way, and what is sent into it comes back`,
    'name two with --port, one to the instrument and one from it: sysex-dump -d FROM --to TO, sysex-send and restore -d TO --from FROM',
  );
}

/** By id, by name, or by the number that other programs of Linux know it by. */
function resolveNamed<Device extends { id: number; name: string }>(
  kind: 'input' | 'output',
  devices: Device[],
  named: string,
  { nameOfAddress, isBuiltIn }: Backend,
): Device {
  const wanted = nameOfAddress(named) ?? named;
  const isWhole = devices.some(({ id, name }) => wanted === String(id) || wanted === name);
  const real = isWhole ? [] : devices.filter(({ name }) => !isBuiltIn(name));
  try {
    // The devices to practise with are in nobody's way who means another.
    if (real.length > 0) return resolveDevice(kind, real, wanted);
  } catch (error) {
    if (!(error instanceof MidirecError) || error.code !== 'UNKNOWN_DEVICE') throw error;
  }
  return resolveDevice(kind, devices, wanted);
}

function asChoice({ id, name }: { id: number; name: string }): DeviceChoice {
  return { deviceId: id, name };
}
