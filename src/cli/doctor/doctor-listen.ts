/** Listening for a while to every input, for `midirec doctor`: what arrives where. */
import type { Loss } from '../../capture/loss-ledger.js';
import { CaptureSession } from '../../capture/session.js';
import type { Clock } from '../../midi/clock.js';
import { reasonOf } from '../../midi/errors.js';
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { isChannelMessage, isNoteOn } from '../../midi/status.js';
import { MMSYSERR_ALLOCATED, MMSYSERR_NOMEM } from '../../winmm/constants.js';
import { MmresultError } from '../../winmm/mmresult.js';
import type { WinMm } from '../../winmm/winmm.js';
import { kindOf, type MessageKind } from '../capturing/message-kinds.js';

export interface ListenAnswer {
  id: number;
  name: string;
  /** `heard`: it was open all the time, whether or not anything came. */
  state: 'heard' | 'in use' | 'failed';
  /** Which program has it, if it is in use and the system tells. */
  holder?: string | undefined;
  /** Why not, unless it was heard. */
  error: string | undefined;
  /** How many of each kind arrived. */
  messages: Partial<Record<MessageKind, number>>;
  /** Notes that began. */
  notes: number;
  /** 1 to 16, ascending. */
  channels: number[];
  /** Of this input; their `device` says nothing here. */
  losses: Loss[];
}

/** Nothing is to be kept: a few buffers do. */
const BUFFERS = 8;
const BUFFER_SIZE = 4096;

/**
 * Opens all `devices` at once, listens until `until` resolves, and closes them. An input that
 * cannot be opened is an answer too; nothing is thrown for it.
 */
export async function listen(
  winmm: WinMm,
  clock: Clock,
  devices: readonly { id: number; name: string }[],
  until: Promise<unknown>,
): Promise<{ answers: ListenAnswer[]; haveClosed: boolean }> {
  const answers = devices.map(
    ({ id, name }): ListenAnswer => ({
      id,
      name,
      state: 'heard',
      error: undefined,
      messages: {},
      notes: 0,
      channels: [],
      losses: [],
    }),
  );
  const session = await CaptureSession.open({
    winmm,
    clock,
    devices: devices.map(({ id, name }) => ({ deviceId: id, name })),
    buffers: BUFFERS,
    bufferSize: BUFFER_SIZE,
    onOpenFailure(device, error) {
      const answer = answers.find(({ id }) => id === device.deviceId)!;
      answer.state = isInUse(error) ? 'in use' : 'failed';
      answer.error = reasonOf(error);
      if (answer.state === 'in use') answer.holder = winmm.holderOf?.('midiIn', device.name);
      return true;
    },
  });
  if (session.inputs.length === 0) return { answers, haveClosed: true };
  const open = answers.filter(({ error }) => error === undefined);
  try {
    await session.start((batch) => count(batch, open));
    await until;
  } catch (error) {
    for (const answer of open) {
      if (answer.error !== undefined) continue;
      answer.state = 'failed';
      answer.error = reasonOf(error);
    }
  }
  const reports = await session.close();
  for (const report of reports) {
    if (report.closed) continue;
    const answer = open.find(({ name }) => name === report.name);
    if (answer === undefined) continue;
    answer.state = 'failed';
    answer.error = `it would not close: ${report.problem}`;
  }
  for (const loss of session.ledger.entries()) open[loss.device ?? -1]?.losses.push(loss);
  return { answers, haveClosed: reports.every(({ closed }) => closed) };
}

function count(batch: EventBatch, answers: readonly ListenAnswer[]): void {
  for (let row = 0; row < batch.count; row++) {
    const answer = answers[batch.device[row]!];
    if (answer === undefined || batch.kind[row] === EventKind.MARKER) continue;
    const packed = batch.packed[row]!;
    const isShort = batch.kind[row] === EventKind.SHORT;
    // Of a long sysex the first part counts.
    if (!isShort && packed > 0) continue;
    const kind = isShort ? kindOf(packed & 0xff) : 'sysex';
    answer.messages[kind] = (answer.messages[kind] ?? 0) + 1;
    if (!isShort || !isChannelMessage(packed & 0xff)) continue;
    if (isNoteOn(packed)) answer.notes++;
    const channel = (packed & 0x0f) + 1;
    if (!answer.channels.includes(channel)) {
      answer.channels.push(channel);
      answer.channels.sort((one, other) => one - other);
    }
  }
}

/** Some drivers say that there is not enough memory when they mean that another program was first. */
function isInUse(error: unknown): boolean {
  return (
    error instanceof MmresultError &&
    (error.result === MMSYSERR_ALLOCATED || error.result === MMSYSERR_NOMEM)
  );
}
