/** Opens the inputs of a session, one after the other: all of them, or those that can be. */
import type { Clock } from '../midi/clock.js';
import { MidirecError, usage } from '../midi/errors.js';
import { MOST_DEVICES } from '../midi/event-batch.js';
import { OPEN_LIMIT_MS } from '../winmm/calls/device-open.js';
import { answerOf, isHungDriver } from '../winmm/calls/hung-driver.js';
import type { WinMm } from '../winmm/winmm.js';
import {
  DEFAULT_BUFFER_SIZE,
  DEFAULT_BUFFERS,
  MOST_BUFFERS_IN_ALL,
} from './buffers/buffer-defaults.js';
import { Input } from './input.js';
import { LossLedger } from './loss-ledger.js';
import { currentId, type DeviceChoice } from './presence/listed-ids.js';

/** Slots of all callback rings together. */
const RING_SLOTS = 1 << 20;
const FEWEST_RING_SLOTS = 1 << 16;

export interface SessionOpenOptions {
  winmm: WinMm;
  /** Everything is timed and awaited by it. */
  clock: Clock;
  /** Which inputs, each once and 256 at most, in the order in which events will number them. */
  devices: DeviceChoice[];
  /**
   * Sysex buffers of each input that are with its driver, 2 or more. Default 2,112. A message takes at
   * least one, however small it is; more than 16,384 are not closed within the time that closing may
   * take. Of more than 65,536 in all each input gets its share.
   */
  buffers?: number;
  /**
   * Bytes of each of them, 16 or more. Default 4,096. A driver gives a buffer back when it is full, or
   * the message ends; above 64 KiB old drivers refuse them.
   */
  bufferSize?: number;
  /**
   * Whether who gets the batches has not worked off what it has. As long as that is so nothing is read, and what
   * comes waits in the rings and the buffers, and then with those who send it.
   */
  isBehind?: () => boolean;
  /**
   * Opening or starting an input failed. Return true to go on without it, false to give up and have
   * the error thrown. One that could not be opened is not counted; one that could not be started
   * keeps its number, and nothing comes from it.
   *
   * @param device - one of `devices`
   */
  onOpenFailure?: (device: DeviceChoice, error: unknown) => boolean;
}

export interface OpenedInputs {
  readonly inputs: Input[];
  /** As what each of them was chosen. */
  readonly choices: readonly DeviceChoice[];
  readonly ledger: LossLedger;
  /** Whether a driver call has not returned. */
  readonly hasHung: boolean;
}

/**
 * @param onZeroLearned - an input's first message has told when its zero was, on the clock
 * @throws MidirecError USAGE for devices that cannot be one session; what Input.open throws, after closing what was opened, unless `onOpenFailure` forgives it
 */
export async function openInputs(
  options: SessionOpenOptions,
  onZeroLearned: (device: number, zeroMs: number) => void,
): Promise<OpenedInputs> {
  const { winmm, clock, devices } = options;
  requireDistinct(devices);
  const ledger = new LossLedger();
  const ringSlots = ringSlotsFor(devices.length);
  const share = Math.floor(MOST_BUFFERS_IN_ALL / devices.length);
  const buffers = Math.min(options.buffers ?? DEFAULT_BUFFERS, share);
  const inputs: Input[] = [];
  const choices: DeviceChoice[] = [];
  let hasHung = false;
  for (const device of devices) {
    const openOne = async (): Promise<Input> => {
      const { name } = device;
      const listing = winmm.listInputs();
      const listed = await answerOf('midiInGetDevCaps', name, listing, clock, OPEN_LIMIT_MS);
      const deviceId = currentId(listed, device, devices, inputs);
      return await Input.open({
        winmm,
        clock,
        ledger,
        name,
        deviceId,
        listed: listed[deviceId] ?? { name: undefined },
        device: inputs.length,
        buffers,
        bufferSize: options.bufferSize ?? DEFAULT_BUFFER_SIZE,
        ringSlots,
        onZeroLearned,
      });
    };
    try {
      inputs.push(await openOne().catch(onceMore(openOne)));
      choices.push(device);
    } catch (error) {
      hasHung ||= isHungDriver(error);
      if (options.onOpenFailure?.(device, error) === true) continue;
      await Promise.all(inputs.map((input) => input.close()));
      throw error;
    }
  }
  return { inputs, choices, ledger, hasHung };
}

/** Another device may have taken its id in that moment: it is looked for anew. */
function onceMore(open: () => Promise<Input>): (error: unknown) => Promise<Input> {
  return (error) => {
    if (error instanceof MidirecError && error.code === 'NO_DEVICE') return open();
    throw error;
  };
}

function requireDistinct(devices: DeviceChoice[]): void {
  if (devices.length > MOST_DEVICES) {
    const what = `${devices.length} inputs at once: ${MOST_DEVICES} at most`;
    throw usage(what, 'name those that are wanted');
  }
  const twice = devices.find(
    ({ deviceId }, index) => devices.findIndex((other) => other.deviceId === deviceId) < index,
  );
  if (twice !== undefined) throw usage(`${twice.name} is given twice`, 'give each input once');
}

function ringSlotsFor(inputs: number): number {
  let slots = RING_SLOTS;
  while (slots * inputs > RING_SLOTS && slots > FEWEST_RING_SLOTS) slots /= 2;
  return slots;
}
