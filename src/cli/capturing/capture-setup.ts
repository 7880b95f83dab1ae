/** From the options of a capturing command to an open session. */
import { CaptureSession, type DeviceChoice, type SessionOptions } from '../../capture/session.js';
import { systemClock } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import type { CloseReport } from '../../winmm/calls/device-close.js';
import { listInputs, noDevice, resolveDevice } from '../../winmm/devices.js';
import type { WinMm } from '../../winmm/winmm.js';
import type { Backend } from '../backend.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import type { DeviceChangeOptions } from './device-changes.js';

/** How often to look for what comes after a silence if a person or a program reads along: pollMs of SessionOptions. */
export const PROMPT_POLL_MS = 50;

export interface CaptureSettings {
  /** Inputs as the user named them; undefined means every input that can be opened. */
  devices: string[] | undefined;
  buffers: number;
  bufferSize: number;
}

/**
 * The inputs that the user means.
 *
 * @throws MidirecError NO_DEVICE, UNKNOWN_DEVICE, AMBIGUOUS_DEVICE
 */
export function chooseInputs(backend: Backend, names: string[] | undefined): DeviceChoice[] {
  const inputs = listInputs(backend.winmm);
  if (inputs.length === 0) throw noDevice('input');
  const chosen =
    names === undefined
      ? preferred(inputs, backend)
      : names.map((name) => resolveDevice('input', inputs, name));
  return [...new Set(chosen)].map(({ id, name }) => ({ deviceId: id, name }));
}

function preferred<D extends { caps: { szPname: string } }>(
  devices: D[],
  { preferredNames }: Backend,
): D[] {
  const found = devices.filter(({ caps }) => preferredNames?.has(caps.szPname));
  return found.length > 0 ? found : devices;
}

/**
 * Opens the chosen inputs. If the user named none, an input that cannot be opened is only warned
 * of, as long as another one can.
 *
 * @param more - what becomes of inputs that go away meanwhile (without it they are waited for in
 *   silence), and who gets events as they come
 * @throws what CaptureSession.open throws
 */
export async function openSession(
  winmm: WinMm,
  settings: CaptureSettings,
  choices: DeviceChoice[],
  console: ConsoleOutput,
  more: DeviceChangeOptions & Pick<SessionOptions, 'pollMs' | 'onArrival'> = {},
): Promise<CaptureSession> {
  let lastFailure: unknown;
  const session = await CaptureSession.open({
    ...more,
    winmm,
    clock: systemClock,
    devices: choices,
    buffers: settings.buffers,
    bufferSize: settings.bufferSize,
    onOpenFailure(device, error) {
      lastFailure = error;
      if (settings.devices !== undefined || choices.length === 1) return false;
      console.warn(
        `not recorded: ${device.name}: ${error instanceof Error ? error.message : error}`,
      );
      return true;
    },
  });
  if (session.inputs.length === 0) throw lastFailure;
  const callback = winmm.callbackReason === '' ? '' : ` (${winmm.callbackReason})`;
  console.tell(`${winmm.backend}, callback: ${winmm.callbackKind}${callback}`);
  for (const { name } of session.inputs) {
    console.tell(`opened ${name}: ${settings.buffers} buffers of ${settings.bufferSize} bytes`);
  }
  return session;
}

/**
 * Starts the session; if that fails, everything that was opened is closed again.
 *
 * @throws what CaptureSession.start throws
 */
export async function startSession(
  session: CaptureSession,
  onBatch: (batch: EventBatch) => void,
): Promise<void> {
  try {
    await session.start(onBatch);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Says what went wrong while closing. Returns true if a handle had to be abandoned. */
export function reportClosing(reports: CloseReport[], console: ConsoleOutput): boolean {
  for (const report of reports) {
    if (!report.closed) console.warn(`${report.name} was abandoned: ${report.problem}`);
    else if (report.problem !== '') console.tell(`${report.name}: ${report.problem}`);
  }
  return reports.some((report) => !report.closed);
}
