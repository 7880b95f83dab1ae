/** A recording in the Wine bed: started, waited for, stopped with Ctrl-C, and its file read. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { SmfEvent } from '../../src/files/smf/smf-content.js';
import { parseWithMidiFile, parseWithMidiParserJs } from './smf-parsers.js';
import { tracksOfTake } from './take-rows.js';
import { type WineResult, WineRun, type WineRunOptions } from './wine-run.js';
import type { LogLine } from './wine-script.js';

/** Both callbacks, as tests name and set them. */
export const CALLBACKS = ['machine-code', 'register'] as const;

export interface WineTake {
  result: WineResult;
  /** Undefined if there is no file. */
  bytes: Buffer | undefined;
  log: LogLine[];
}

/**
 * Records until the scripts of `inputs` inputs have ended, then presses Ctrl-C.
 *
 * @param args - options of `midirec record`, `-o` excepted
 */
export async function recordScript(
  options: WineRunOptions & { inputs?: number; args?: readonly string[] },
): Promise<WineTake> {
  const run = startRecording(options, options.args);
  await run.waitForEnd(options.inputs ?? 1);
  run.kill('SIGINT');
  return finishTake(run);
}

export function startRecording(options: WineRunOptions, args: readonly string[] = []): WineRun {
  return new WineRun(['record', '-o', 'take.mid', ...args], options);
}

export async function finishTake(run: WineRun): Promise<WineTake> {
  const result = await run.finished;
  const path = run.path('take.mid');
  const bytes = existsSync(path) ? readFileSync(path) : undefined;
  return { result, bytes, log: run.log() };
}

/** The events of each track that are no meta events; the file is not damaged. */
export function playedEvents(bytes: Uint8Array): SmfEvent[][] {
  return tracksOfTake(bytes).map(({ events }) =>
    [...events].filter(({ metaType }) => metaType < 0),
  );
}

/** The packed short messages of a track. */
export function shortMessages(events: readonly SmfEvent[]): number[] {
  return events.filter(({ status }) => status < 0xf0).map(({ packed }) => packed);
}

/** Two parsers that share no code read the file, and agree on every event of it. */
export function assertReadersAgree(bytes: Uint8Array): void {
  const midiFile = parseWithMidiFile(bytes);
  const midiParser = parseWithMidiParserJs(bytes);
  assert.equal(midiFile.ppq, midiParser.ppq);
  assert.equal(midiFile.tracks.length, midiParser.tracks.length);
  for (const [index, track] of midiFile.tracks.entries()) {
    assert.deepEqual(track, midiParser.tracks[index]);
  }
}

/** What the driver says about its messages to one input: packed, stamped, and when the input was started. */
export function drivenMessages(log: readonly LogLine[], input: number) {
  const data = log.filter((line) => line.event === 'data' && line.input === input);
  const start = log.find((line) => line.event === 'start' && line.input === input);
  assert.ok(start?.startQpc !== undefined, `input ${input} was not started`);
  return {
    packed: data.map((line) => line.packed!),
    timesMs: data.map((line) => line.timeMs!),
    /** Ticks of 100 ns. */
    startQpc: start.startQpc,
  };
}
