/** The end of a take: the canonical file in its place, or the best that can be had if something is in the way. */
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../midi/clock.js';
import { MidirecError } from '../midi/errors.js';
import type { TakeDisk } from './take-disk.js';
import type { TakeJournal } from './take-journal.js';
import { describeIoError, type TakeOutput, temporaryName } from './take-output.js';
import { type CanonicalTake, rewriteTake } from './take-rewrite.js';
import { copyToDevice } from './take-spool.js';

/** How long a FIFO may have no reader, or a stopped one. */
const DEVICE_PATIENCE_MS = 10_000;
const noBytes = new Uint8Array(0);

/** A take of which no more events come. */
export interface EndedTake {
  readonly disk: TakeDisk;
  readonly clock: Clock;
  readonly output: TakeOutput | undefined;
  readonly journal: TakeJournal;
  readonly journalPath: string;
  /** Events that the journal does not have, in order; empty if it is complete. */
  readonly waiting: readonly Uint8Array[];
  /** Why they could not be added. */
  readonly journalError: unknown;
  /**
   * True if a write to the journal may still happen at any time. Then its file is left alone, and
   * left open: a late write to a closed descriptor could hit another file.
   */
  readonly isHung: boolean;
  readonly canonical: CanonicalTake;
}

export interface FinishedTake {
  /** Where the take is: as asked, unless `trouble` says otherwise. */
  readonly path: string;
  readonly byteLength: number;
  /** False if the file is the one that grew: complete and valid, but with seams. */
  readonly canonical: boolean;
  /** Why the take is not canonical, or not at the path that was asked for. */
  readonly trouble: MidirecError | undefined;
}

/**
 * Brings a take to its end, without the thread pool.
 *
 * In this order: the canonical file, renamed over the journal; if that cannot be written, the
 * journal, if it is complete; else the canonical file in the folder for temporary files.
 *
 * @throws MidirecError WRITE_FAILED if none of these can be had; the journal is left as it is
 */
export async function finishTake(take: EndedTake): Promise<FinishedTake> {
  const finished = finishFile(take);
  const { output, disk, clock } = take;
  if (output?.kind !== 'special' || finished.trouble !== undefined) return finished;
  try {
    await copyToDevice(finished.path, output.path, clock, DEVICE_PATIENCE_MS);
  } catch (error) {
    return { ...finished, trouble: troubleWith(output.path, finished.path, error) };
  }
  removeLeftover(disk, finished.path);
  return { ...finished, path: output.path };
}

function finishFile(take: EndedTake): FinishedTake {
  const { disk, journal, journalPath, output, isHung } = take;
  const isComplete = take.waiting.length === 0;
  const target = output?.kind === 'file' ? output.path : journalPath;
  const temporary = temporaryName(target);
  let byteLength: number;
  try {
    byteLength = writeCanonical(take, temporary, output?.mode);
  } catch (error) {
    if (!isComplete) return finishElsewhere(take, target, take.journalError ?? error);
    journal.file.close();
    return keepJournal(take, target, error);
  }
  // Windows renames nothing over an open file.
  if (!isHung) journal.file.close();
  try {
    disk.rename(temporary, target);
  } catch (error) {
    if (isComplete && journalPath === target) {
      removeLeftover(disk, temporary);
      return keepJournal(take, target, error);
    }
    if (journalPath !== target) removeLeftover(disk, journalPath);
    const trouble = troubleWith(target, temporary, error);
    return { path: temporary, byteLength, canonical: true, trouble };
  }
  if (journalPath !== target) removeLeftover(disk, journalPath);
  disk.syncFolder(dirname(target));
  return { path: target, byteLength, canonical: true, trouble: undefined };
}

/** The journal holds everything, so it is the take. */
function keepJournal(take: EndedTake, target: string, error: unknown): FinishedTake {
  const { disk, journal, journalPath } = take;
  let path = target;
  try {
    if (journalPath !== target) disk.rename(journalPath, target);
  } catch {
    path = journalPath;
  }
  const trouble = new MidirecError(
    'WRITE_FAILED',
    `the take could not be put in its final form: ${describeIoError(error)}`,
    { hint: `${path} is complete and any program can read it`, cause: error },
  );
  return { path, byteLength: journal.end, canonical: false, trouble };
}

function finishElsewhere(take: EndedTake, target: string, error: unknown): FinishedTake {
  const path = join(take.disk.tempFolder, basename(temporaryName(target)).concat('.mid'));
  let byteLength: number;
  try {
    byteLength = writeCanonical(take, path, undefined);
  } catch {
    throw new MidirecError(
      'WRITE_FAILED',
      `the end of the take could not be written: ${describeIoError(error)}`,
      { hint: `everything up to then is in ${take.journalPath}`, cause: error },
    );
  } finally {
    if (!take.isHung) take.journal.file.close();
  }
  return { path, byteLength, canonical: true, trouble: troubleWith(target, path, error) };
}

/** Writes the canonical take into a new file at `path`; leaves nothing there if that fails. */
function writeCanonical(take: EndedTake, path: string, mode: number | undefined): number {
  const { disk, journal, waiting, canonical } = take;
  const file = disk.create(path, noBytes, mode);
  let isWhole = false;
  try {
    const events = { file: journal.file, start: journal.eventsAt, end: journal.end, waiting };
    const byteLength = rewriteTake(events, canonical, file);
    file.syncNow();
    isWhole = true;
    return byteLength;
  } finally {
    file.close();
    if (!isWhole) disk.remove(path);
  }
}

/** Removes a file that is not needed any more. If that fails, the take is no worse for it. */
export function removeLeftover(disk: TakeDisk, path: string): void {
  try {
    disk.remove(path);
  } catch {
    // Its name says what it is.
  }
}

function troubleWith(wanted: string, actual: string, error: unknown): MidirecError {
  return new MidirecError('WRITE_FAILED', `cannot write to ${wanted}: ${describeIoError(error)}`, {
    hint: `the whole take is in ${actual}`,
    cause: error,
  });
}
