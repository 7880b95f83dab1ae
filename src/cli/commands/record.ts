/** `midirec record`: inputs to a Standard MIDI File. */
import type { CaptureSession } from '../../capture/session.js';
import { TakeFile } from '../../formats/take-file.js';
import { systemClock } from '../../midi/clock.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { MidirecError } from '../../midi/errors.js';
import {
  chooseInputs,
  openSession,
  reportClosing,
  startSession,
} from '../capture-setup.js';
import type { CommandContext } from '../command-context.js';
import { ALL_CHANNELS, filterBatch } from '../event-filter.js';
import { formatClock, formatCount, formatCounted } from '../figures.js';
import { JsonLines } from '../json-lines.js';
import { LiveLine } from '../live-line.js';
import {
  parseBpm,
  parseBuffers,
  parseChannels,
  parseDuration,
  parseTimeSignature,
  parseWhole,
} from '../option-values.js';
import { watchForSilence } from '../silence.js';
import { exitCodeFor, StopRequests } from '../stop-requests.js';
import { describeTake, fitColumns } from '../take-summary.js';
import { Tally } from '../tally.js';
import type { RecordOptions } from './record-options.js';

type Settings = ReturnType<typeof readSettings>;

/** @throws MidirecError USAGE */
function readSettings(options: RecordOptions) {
  const output = options.output;
  if (options.json && output === '-') {
    throw new MidirecError('USAGE', '--json and -o - both want standard output', {
      hint: 'name a file with -o, or leave one of the two away',
      exitCode: 2,
    });
  }
  const optional = <T>(text: string | undefined, parse: (text: string) => T) =>
    text === undefined ? undefined : parse(text);
  return {
    devices: options.device,
    ...parseBuffers(options.buffers, options.bufferSize),
    output,
    overwrite: options.force ?? false,
    format: optional(options.format, (text) => parseWhole('--format', text, 0, 1)) ?? 1,
    bpm: parseBpm('--bpm', options.bpm),
    ppq: parseWhole('--ppq', options.ppq, 24, 32_767),
    timeSignature: parseTimeSignature('--time-signature', options.timeSignature),
    durationMs: optional(options.duration, (text) => parseDuration('--duration', text)),
    idleMs: optional(options.untilIdle, (text) => parseDuration('--until-idle', text)),
    filter: {
      channelMask:
        optional(options.channel, (text) => parseChannels('--channel', text)) ?? ALL_CHANNELS,
      keepSysex: options.sysex,
    },
    keepRealtime: options.keepRealtime ?? false,
    json: options.json ?? false,
  };
}

export async function record(options: RecordOptions, context: CommandContext): Promise<number> {
  const settings = readSettings(options);
  const winmm = await context.createWinMm();
  const choices = chooseInputs(winmm, settings.devices);
  const stop = new StopRequests();
  const take = await openTake(settings, context);
  stop.listen();
  let session: CaptureSession;
  try {
    session = await openSession(winmm, settings, choices, context.console);
    await take.begin(session.inputs.map((input) => input.name));
    …
  }
}
