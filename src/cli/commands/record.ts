/** `midirec record`: inputs to a Standard MIDI File. */
import { rmSync } from 'node:fs';
import type { CaptureSession } from '../../capture/session.js';
import { TakeFile, type TakeResult } from '../../formats/take-file.js';
import { streamFile } from '../../formats/take-spool.js';
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { chooseInputs, openSession, reportClosing, startSession } from '../capture-setup.js';
import type { CommandContext } from '../command-context.js';
import { ALL_CHANNELS, filterBatch } from '../event-filter.js';
import { displayPath, formatBytes, formatCounted } from '../figures.js';
import { JsonLines } from '../json-lines.js';
import { LiveLine } from '../live-line.js';
import { describeLosses } from '../loss-report.js';
import {
  parseBpm,
  parseBuffers,
  parseChannels,
  parseDuration,
  parseOptional,
  parseTimeSignature,
  parseWhole,
} from '../option-values.js';
import { RateMeter } from '../rate-meter.js';
import { watchForSilence } from '../silence.js';
import { exitCodeFor, StopRequests } from '../stop-requests.js';
import { freeTakeName } from '../take-name.js';
import { describeLive, describeTake } from '../take-summary.js';
import { Tally } from '../tally.js';
import type { RecordOptions } from './record-options.js';

type Settings = ReturnType<typeof readSettings>;

/** Exit code of a take that is saved, but of which something was lost. */
const EXIT_INCOMPLETE = 3;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

export async function record(options: RecordOptions, context: CommandContext): Promise<number> {
  const settings = readSettings(options);
  const backend = await context.createBackend();
  const { winmm } = backend;
  const choices = chooseInputs(backend, settings.devices);
  const stop = new StopRequests();
  stop.listen();
  const take = openTake(settings, context);
  let session: CaptureSession;
  try {
    session = await openSession(winmm, settings, choices, context.console);
  } catch (error) {
    take.discard();
    throw error;
  }
  if (stop.reason !== undefined) {
    take.discard();
    reportClosing(await session.close(), context.console);
    return exitCodeFor(stop.reason) || EXIT_INTERRUPTED;
  }
  return runTake(settings, context, session, take, stop);
}

/** The take itself, from the first message to the summary. */
async function runTake(
  settings: Settings,
  context: CommandContext,
  session: CaptureSession,
  take: TakeFile,
  stop: StopRequests,
): Promise<number> {
  const { console } = context;
  const deviceNames = session.inputs.map((input) => input.name);
  const tally = new Tally();
  const json = settings.json ? new JsonLines(() => stop.request('reader-gone')) : undefined;
  take.nameDevices(deviceNames);
  json?.begin({
    backend: context.backend.name,
    file: settings.output === '-' ? null : take.path,
    devices: session.inputs.map(({ deviceId, name }) => ({ id: deviceId, name })),
  });
  try {
    await startSession(session, (batch: EventBatch) => {
      filterBatch(batch, settings.filter);
      take.write(batch);
      tally.add(batch);
      json?.write(batch);
    });
  } catch (error) {
    take.discard();
    throw error;
  }
  console.say(`recording ${deviceNames.join(', ')}${howItEnds(settings)}`);
  const stopWatching = watchForEnd(settings, session, tally, stop);
  const rate = new RateMeter(
    () => tally.messages,
    () => session.nowMs,
  );
  const live = await LiveLine.start(console, (columns) =>
    describeLive(
      {
        timeMs: session.nowMs,
        messagesPerSecond: rate.perSecond(),
        tally,
        buffersFree: session.buffersQueued,
        lost: session.ledger.count(),
      },
      columns,
      console.chalk,
    ),
  );

  const reason = await stop.first;
  // A timer may fire a fraction of a millisecond early.
  const askedMs = reason === 'duration' ? (settings.durationMs ?? 0) : 0;
  const stoppedMs = Math.max(session.nowMs, askedMs);
  stopWatching();
  live?.stop();
  // What was played is with the file before any driver is asked to stop.
  session.poll();
  const abandoned = reportClosing(await session.close(), console);
  const lengthMs = Math.max(stoppedMs, tally.lastMs);
  const result = await take.close(lengthMs);
  if (settings.output === '-') await copyToStandardOutput(result);
  if (result.trouble !== undefined) console.warn(describeTrouble(result, result.trouble));

  const losses = session.ledger.entries();
  const incomplete = losses.length > 0 || result.lost !== undefined;
  const where = settings.output === '-' ? '' : `${displayPath(result.path)}: `;
  console.say(`${where}${describeTake(lengthMs, tally)}, ${formatBytes(result.byteLength)}`);
  for (const line of describeLosses(losses, deviceNames)) console.warn(line);
  if (result.lost !== undefined) {
    console.warn(`${formatCounted(result.lost.count, 'event')} lost: the disk would not take them`);
  }
  const code =
    exitCodeFor(reason) || (incomplete ? EXIT_INCOMPLETE : 0) || (abandoned ? EXIT_FAILED : 0);
  await json?.end({
    durationMs: Math.round(lengthMs),
    messages: tally.messages,
    notes: tally.notes,
    sysexMessages: tally.sysex,
    sysexBytes: tally.sysexBytes,
    file: settings.output === '-' ? null : result.path,
    losses,
    stoppedBy: reason,
    exitCode: code,
  });
  return code;
}

/** @throws MidirecError USAGE */
function readSettings(options: RecordOptions) {
  if (options.json && options.output === '-') {
    throw new MidirecError('USAGE', '--json and -o - both want standard output', {
      hint: 'name a file with -o, or leave one of the two away',
      exitCode: 2,
    });
  }
  if (options.output === '-' && process.stdout.isTTY) {
    throw new MidirecError(
      'USAGE',
      'standard output is a terminal: a MIDI file would only garble it',
      {
        hint: 'name a file with -o, or pipe the output into a program',
        exitCode: 2,
      },
    );
  }
  return {
    devices: options.device,
    ...parseBuffers(options.buffers, options.bufferSize),
    output: options.output,
    overwrite: options.force ?? false,
    format: options.format === undefined ? 1 : parseWhole('--format', options.format, 0, 1),
    bpm: parseBpm('--bpm', options.bpm),
    ppq: parseWhole('--ppq', options.ppq, 24, 32_767),
    timeSignature: parseTimeSignature('--time-signature', options.timeSignature),
    durationMs: parseOptional('--duration', options.duration, parseDuration),
    idleMs: parseOptional('--until-idle', options.untilIdle, parseDuration),
    filter: {
      channelMask: parseOptional('--channel', options.channel, parseChannels) ?? ALL_CHANNELS,
      keepSysex: options.sysex,
    },
    keepRealtime: options.keepRealtime ?? false,
    json: options.json ?? false,
  };
}

/** @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
function openTake(settings: Settings, { console }: CommandContext): TakeFile {
  const open = (path: string | undefined) =>
    TakeFile.open({
      path,
      overwrite: settings.overwrite,
      format: settings.format as 0 | 1,
      ppq: settings.ppq,
      bpm: settings.bpm,
      timeSignature: settings.timeSignature,
      deviceNames: [],
      keepRealtime: settings.keepRealtime,
      clock: systemClock,
      onTrouble: (error) => console.warn(`${error.message}; the take goes on in memory`),
      onRecovered: () => console.say('the disk takes the take again: nothing was lost'),
    });
  if (settings.output === '-') return open(undefined);
  return settings.output === undefined ? freeTakeName(new Date(), open) : open(settings.output);
}

/** Asks to stop when the duration is over, or silence has come. */
function watchForEnd(
  settings: Settings,
  session: CaptureSession,
  tally: Tally,
  stop: StopRequests,
): () => void {
  const cancels: (() => void)[] = [];
  if (settings.durationMs !== undefined) {
    const leftMs = Math.max(0, settings.durationMs - session.nowMs);
    cancels.push(systemClock.setTimer(leftMs, () => stop.request('duration')));
  }
  if (settings.idleMs !== undefined) {
    cancels.push(
      watchForSilence(
        systemClock,
        settings.idleMs,
        () => session.nowMs,
        () => tally.lastPlayedMs,
        () => stop.request('idle'),
      ),
    );
  }
  return () => {
    for (const cancel of cancels) cancel();
  };
}

function howItEnds(settings: Settings): string {
  return settings.durationMs === undefined && settings.idleMs === undefined
    ? ' (Ctrl-C stops and saves)'
    : '';
}

/** A reader that goes away early has seen what it wanted. */
async function copyToStandardOutput(result: TakeResult): Promise<void> {
  try {
    await streamFile(result.path, process.stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  } finally {
    rmSync(result.path, { force: true });
  }
}

function describeTrouble(result: TakeResult, trouble: MidirecError): string {
  return `${trouble.message}; the take is in ${displayPath(result.path)}`;
}
