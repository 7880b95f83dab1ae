/** One recorder that is killed in the middle of its work, and what it left on the disk, compared with what was played. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FifoPlayer, makeFifo, type SentMessage } from './fifo-player.js';
import { MIDIREC, untilSaid } from './run-midirec.js';
import { SeededRandom } from './seeded-random.js';
import { type ParsedSmf, parseWithMidiFile, parseWithMidiParserJs } from './smf-parsers.js';

/** What was sent longer ago than this when the recorder died has to be in the file. */
export const LOSS_LIMIT_MS = 1000;

/**
 * `take`: in the midst of a take. `replace`: the same, over an existing file with --force.
 * `saving`: shortly after Ctrl-C, while the file gets its final form. `dump`: in the midst of a
 * sysex-dump.
 */
export type CrashKind = 'take' | 'replace' | 'saving' | 'dump';

export interface CrashOutcome {
  /** Messages that were sent, and of these in the file. */
  sent: number;
  saved: number;
  /** Age of the oldest message that is not in the file, at the kill; 0 if there is none. */
  missingMs: number;
  /** Messages that are not in the file although they were older than LOSS_LIMIT_MS. */
  lost: number;
  /** How much more one message's time in the file is behind its sending than another's. */
  spreadMs: number;
  /** Files beside the take that the kill has left. */
  leftovers: string[];
}

const OLD_FILE = Buffer.from('4d546864000000060000000101e04d54726b0000000400ff2f00', 'hex');

/** Starts a recorder in a new folder, plays to it, kills it, and looks. Everything follows from the seed but the speed of the machine. */
export async function crash(folder: string, kind: CrashKind, seed: number): Promise<CrashOutcome> {
  const random = new SeededRandom(seed);
  mkdirSync(folder);
  const fifo = join(folder, 'fifo');
  makeFifo(fifo);
  const file = kind === 'dump' ? 'dump.syx' : 'take.mid';
  const args = kind === 'dump' ? ['sysex-dump'] : ['record', '--format', `${seed % 2}`];
  if (kind === 'replace') {
    args.push('--force');
    writeFileSync(join(folder, file), OLD_FILE);
  }
  const child = spawn(process.execPath, [MIDIREC, '--port', fifo, ...args, '-o', file], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  await untilSaid(child, kind === 'dump' ? 'listening' : 'recording');
  const player = await FifoPlayer.open({
    path: fifo,
    seed,
    kind: kind === 'dump' ? 'sysex' : 'music',
  });
  player.play();
  await pause(random.between(20, 3000));
  if (kind === 'saving') {
    child.kill('SIGINT');
    await pause(random.between(0, 150));
  }
  child.kill('SIGKILL');
  const killedMs = performance.now();
  await ended;
  await player.stop();
  const content = readFileSync(join(folder, file));
  const leftovers = readdirSync(folder).filter((name) => name !== file && name !== 'fifo');
  const { sent } = player;
  const outcome = { sent: sent.length, saved: 0, missingMs: 0, lost: 0, spreadMs: 0, leftovers };
  if (kind === 'dump') {
    compare(outcome, sent, splitDump(content), killedMs, 'dump');
  } else {
    for (const parse of [parseWithMidiFile, parseWithMidiParserJs]) {
      const events = playedEvents(parse(content));
      compare(
        outcome,
        sent,
        events.map(({ hex }) => hex),
        killedMs,
        parse.name,
      );
      outcome.spreadMs = Math.max(outcome.spreadMs, spread(sent, events));
    }
  }
  return outcome;
}

/** What is in the file is the beginning of what was sent, without a gap. */
function compare(
  outcome: CrashOutcome,
  sent: readonly SentMessage[],
  saved: readonly string[],
  killedMs: number,
  reader: string,
): void {
  assert.ok(saved.length <= sent.length, `${reader}: more than was sent`);
  for (const [index, hex] of saved.entries()) {
    assert.equal(hex, sent[index]!.hex, `${reader}: message ${index}`);
  }
  const missing = sent.slice(saved.length);
  const missingMs = missing.length === 0 ? 0 : killedMs - missing[0]!.sentMs;
  const lost = missing.filter(({ sentMs }) => killedMs - sentMs > LOSS_LIMIT_MS).length;
  outcome.saved = Math.max(outcome.saved, saved.length);
  outcome.missingMs = Math.max(outcome.missingMs, missingMs);
  outcome.lost = Math.max(outcome.lost, lost);
}

interface PlayedEvent {
  timeMs: number;
  hex: string;
}

/** The controllers and sysex of all tracks. 960 ticks at 120 bpm, the default, are 500 ms. */
function playedEvents({ tracks, ppq }: ParsedSmf): PlayedEvent[] {
  return tracks.flatMap((track) =>
    track
      .map((line) => line.split(' '))
      .filter(([, status]) => !status!.startsWith('ff'))
      .map(([tick, ...bytes]) => ({ timeMs: (Number(tick) * 500) / ppq, hex: bytes.join('') })),
  );
}

function spread(sent: readonly SentMessage[], events: readonly PlayedEvent[]): number {
  if (events.length === 0) return 0;
  const delays = events.map(({ timeMs }, index) => timeMs - sent[index]!.sentMs);
  const least = delays.reduce((a, b) => Math.min(a, b));
  return delays.reduce((a, b) => Math.max(a, b)) - least;
}

/** Nothing but whole messages may be there. */
function splitDump(content: Uint8Array): string[] {
  const messages: string[] = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0xf7, at) + 1;
    assert.ok(content[at] === 0xf0 && end > 0, `no whole message at offset ${at}`);
    messages.push(Buffer.from(content.subarray(at, end)).toString('hex'));
    at = end;
  }
  return messages;
}
