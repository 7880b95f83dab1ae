/**
 * midirec as a library: the parts that the program itself is made of, and six functions that put
 * them together the way the program does.
 *
 * Times are milliseconds. Take time counts from the moment at which the earliest input of a
 * session was started.
 */
import { CaptureSession, type SessionOptions } from './capture/session.js';
import { inspectDestination } from './files/disk/destination.js';
import { readInputFile } from './files/disk/input-file.js';
import { asOutputError } from './files/disk/io-errors.js';
import { writeWhole } from './files/disk/naming.js';
import { nodeDisk } from './files/disk/node-disk.js';
import type { TakeOptions } from './files/growing/growing-take.js';
import { TakeFile } from './files/growing/take-file.js';
import { fromMidiData, type MidiData, toMidiData } from './files/smf/midi-data.js';
import { isMidiJson, readMidiJson } from './files/smf/midi-json.js';
import { readSmf } from './files/smf/smf-reader.js';
import { writeSmf } from './files/smf/smf-writer.js';
import { damageText, type SmfDamage } from './files/smf/tracks/smf-findings.js';
import { systemClock } from './midi/clock.js';
import { badFile, usage } from './midi/errors.js';
import { Output, type OutputOptions } from './output/output.js';
import { listInputs, listOutputs, resolveDevice } from './winmm/devices.js';
import type { BackendName, WinMm } from './winmm/winmm.js';

// biome-ignore-start lint/performance/noBarrelFile: this is the one place where others look for these names
export type { Loss, LossKind, LossLedger } from './capture/loss-ledger.js';
export { CaptureSession, type SessionOptions } from './capture/session.js';
export type { LostEvents, TakeOptions, TakeResult } from './files/growing/growing-take.js';
export { TakeFile } from './files/growing/take-file.js';
export type { MidiData, MidiEvent } from './files/smf/midi-data.js';
export type { SmfDamage } from './files/smf/tracks/smf-findings.js';
export { type Clock, systemClock } from './midi/clock.js';
export { type ErrorCode, MidirecError } from './midi/errors.js';
export { EventBatch, EventKind } from './midi/event-batch.js';
export { BrokenOff, Output, type OutputOptions } from './output/output.js';
export type { CloseReport } from './winmm/calls/device-close.js';
export { type InputDevice, listInputs, listOutputs, type OutputDevice } from './winmm/devices.js';
export { MmresultError } from './winmm/mmresult.js';
export type { BackendName, WinMm } from './winmm/winmm.js';
// biome-ignore-end lint/performance/noBarrelFile: until here

export interface WinMmChoice {
  /** Default: winmm on Windows, embedded elsewhere and where `ports` are given. */
  backend?: BackendName;
  /** Paths of FIFOs, serial and raw MIDI devices that become devices of the embedded one, and of no other; `-` is standard input. */
  ports?: readonly string[];
}

/**
 * The MIDI functions of this machine: winmm.dll's, or the embedded ones with their demo devices
 * and, on Linux, raw MIDI devices.
 *
 * Its `dispose` is to be called when everything that was opened is closed.
 *
 * @throws MidirecError NO_BACKEND where there is no winmm.dll, UNKNOWN_DEVICE for a port that cannot be one,
 *   USAGE for one that is there twice, and for ports of winmm
 */
export async function openWinMm(choice: WinMmChoice = {}): Promise<WinMm> {
  const { ports = [] } = choice;
  const isNative = process.platform === 'win32' && ports.length === 0;
  if ((choice.backend ?? (isNative ? 'winmm' : 'embedded')) === 'winmm') {
    if (ports.length > 0) {
      throw usage('ports are devices of the embedded backend', "leave out backend: 'winmm'");
    }
    const { createNativeWinMm } = await import('./winmm/native/native-winmm.js');
    return createNativeWinMm();
  }
  const { createBuiltInWinMm } = await import('./embedded/drivers/built-in.js');
  const { createStreamPorts } = await import('./embedded/drivers/streams/stream-ports.js');
  const { openRawDevices } = await import('./embedded/drivers/raw/raw-devices.js');
  const { ports: hardware, rawWait } = await openRawDevices(systemClock);
  const all = createStreamPorts(systemClock, ports, { hardware, rawWait }).all;
  return createBuiltInWinMm(systemClock, all);
}

/** A device by its id, or by its name, the beginning of it or any part of it, whatever the case. */
export type DeviceName = string | number;

/** What may be set besides the devices. */
export type InputSettings = Omit<Partial<SessionOptions>, 'winmm' | 'devices'>;

/**
 * Opens one input, or several on one clock. Nothing arrives before `start` is called; events then
 * carry the index of their input in `devices`.
 *
 * @throws MidirecError NO_DEVICE, UNKNOWN_DEVICE or AMBIGUOUS_DEVICE, USAGE for a device that is given twice or more
 *   than 256, or TIMEOUT if a driver does not answer within ten seconds; MmresultError if a driver refuses;
 *   RangeError if there is no memory for the buffers.
 *   What was opened is closed then
 */
export async function openInput(
  winmm: WinMm,
  devices: DeviceName | readonly DeviceName[],
  settings: InputSettings = {},
): Promise<CaptureSession> {
  const inputs = listInputs(winmm);
  const names = typeof devices === 'object' ? devices : [devices];
  const chosen = names.map((device) => resolveDevice('input', inputs, String(device)));
  return CaptureSession.open({
    clock: systemClock,
    ...settings,
    winmm,
    devices: chosen.map(({ id, name }) => ({ deviceId: id, name })),
  });
}

/**
 * Opens an output.
 *
 * @throws MidirecError NO_DEVICE, UNKNOWN_DEVICE or AMBIGUOUS_DEVICE, or TIMEOUT if the driver does not answer
 *   within ten seconds; MmresultError if the driver refuses; RangeError if there is no memory
 */
export async function openOutput(
  winmm: WinMm,
  device: DeviceName,
  settings: Pick<OutputOptions, 'doneLimitMs'> = {},
): Promise<Output> {
  const { id, name } = resolveDevice('output', listOutputs(winmm), String(device));
  return Output.open({ clock: systemClock, ...settings, winmm, deviceId: id, name });
}

/**
 * What a take may have besides its path. Defaults are those of `midirec record`: format 1, a track for each
 * device, 960 ticks per quarter note, 120 quarter notes per minute, 4/4, nothing overwritten, without realtime
 * messages; inputs have no names.
 */
export type TakeSettings = Omit<Partial<TakeOptions>, 'path'>;

/**
 * Makes the file of a take: a valid Standard MIDI File from now on. It gets batches with `write`
 * and is finished with `close`.
 *
 * @param path - a file that is not there yet, unless `overwrite` is set
 * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE; RangeError for a `bpm` or `ppq` out of bounds
 */
export function openTake(path: string, settings: TakeSettings = {}): TakeFile {
  return TakeFile.open({
    overwrite: false,
    format: 1,
    ppq: 960,
    bpm: 120,
    timeSignature: { numerator: 4, denominator: 4 },
    deviceNames: [],
    keepRealtime: false,
    clock: systemClock,
    ...settings,
    path,
  });
}

/**
 * A whole take, or any other Standard MIDI File (.mid, .rmi, or the .json that `midirec convert` makes), in the
 * shape that parseMidi of the package midi-file gives it. What that would throw at or lose is an event of
 * the type `unknownMeta`; texts have a character for each byte.
 *
 * @param onDamage - told of each place where the file is damaged: what can be read is the answer then. Without it
 *   damage is an error
 * @returns objects that belong to the caller
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE if it is none, is damaged, or has more than 4 MiB
 */
export async function readTake(
  path: string,
  { onDamage }: { onDamage?: (damage: SmfDamage) => void } = {},
): Promise<MidiData> {
  const bytes = await readInputFile(path);
  const smf = isMidiJson(bytes) ? await readMidiJson(bytes) : readSmf(bytes);
  for (const damage of smf.damages) {
    onDamage?.(damage);
    if (onDamage !== undefined) continue;
    throw badFile(damageText(path, damage), 'with onDamage, what can be read of it is taken');
  }
  return toMidiData(smf);
}

/**
 * Writes a whole Standard MIDI File: it is there in one piece, or not at all. What is written does not depend on
 * `header.numTracks`, and each track gets an end if it has none.
 *
 * @param midiData - as `readTake`, or parseMidi of the package midi-file, gives it; it is not changed
 * @throws MidirecError BAD_FILE, which names the place in `midiData` as `.tracks[1][17].velocity`; OUTPUT_EXISTS unless
 *   `overwrite` is set, OUTPUT_UNWRITABLE
 */
export async function writeTake(
  path: string,
  midiData: MidiData,
  { overwrite = false }: { overwrite?: boolean } = {},
): Promise<void> {
  const destination = inspectDestination(path, overwrite);
  const bytes = writeSmf(await fromMidiData(midiData));
  try {
    writeWhole(nodeDisk, destination, bytes);
  } catch (error) {
    throw asOutputError(error, path);
  }
}
