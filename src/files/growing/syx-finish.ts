/** The end of a dump: its files safe and closed, one that was removed made again, a device given its bytes. */
import type { Clock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { copyToDevice } from '../disk/device-copy.js';
import type { Disk } from '../disk/disk.js';
import { writeFailed } from '../disk/io-errors.js';
import { openSpare, SyxFileTarget, type SyxTarget, throwAway } from './syx-target.js';

/** What to do about a disk that does not take a dump. */
export const KEPT = 'make room on the disk; until then the dump is kept in memory';

/** A dump of which no more messages come. */
export interface EndedDump {
  readonly disk: Disk;
  readonly clock: Clock;
  /** The path that was asked for. */
  readonly path: string;
  /** A FIFO or a device, which gets the dump in the end. */
  readonly device: string | undefined;
  /** In the order of their messages. */
  readonly targets: readonly SyxTarget[];
  /** A write that has not come back: its file stays open, since its descriptor could become another file's. */
  readonly isHung: boolean;
}

export interface FinishedDump {
  /** The files that are there, in the order of their messages. */
  readonly paths: readonly string[];
  readonly messages: number;
  readonly byteLength: number;
  readonly trouble: MidirecError | undefined;
}

/** Brings a dump to its end. What a disk or a device refuses is in the answer, not thrown. */
export async function finishDump(dump: EndedDump): Promise<FinishedDump> {
  const { disk, path, device, clock, isHung } = dump;
  let trouble: MidirecError | undefined;
  const note = (error: MidirecError) => {
    trouble ??= error;
  };
  const targets = isHung ? [...dump.targets] : restoreMissing(dump, note);
  let spoiled = 0;
  for (const target of targets) {
    try {
      const count = endTarget(target, !isHung);
      spoiled += count;
      if (count > 0) note(spoiledBy(target.paths[0] ?? path));
    } catch (error) {
      note(writeFailed(target.paths[0] ?? path, error, KEPT));
    }
  }
  const filled = targets.filter(({ byteLength }) => byteLength > 0);
  let paths: readonly string[] = filled.flatMap((target) => target.paths);
  if (device !== undefined && paths.length > 0) {
    try {
      for (const from of paths) await copyToDevice(from, device, clock);
      for (const from of paths) disk.remove(from);
      paths = [device];
    } catch (error) {
      note(writeFailed(device, error, `the dump is in ${paths.join(' and ')}`));
    }
  }
  return {
    paths,
    messages: filled.reduce((sum, { messages }) => sum + messages, 0) - spoiled,
    byteLength: filled.reduce((sum, { byteLength }) => sum + byteLength, 0),
    trouble,
  };
}

/**
 * Makes what a target has safe, and closes it; one without messages is taken away.
 *
 * @returns how many of its messages another program has spoiled
 */
function endTarget(target: SyxTarget, mayClose: boolean): number {
  const isEmpty = target.byteLength === 0;
  try {
    if (isEmpty) return 0;
    target.syncNow();
    return mayClose ? target.countSpoiled() : 0;
  } finally {
    if (mayClose) target.close();
    if (isEmpty) target.remove();
  }
}

function spoiledBy(path: string): MidirecError {
  return new MidirecError('WRITE_FAILED', `${path} is damaged: another program has written to it`, {
    hint: 'it was left as it is: midirec show tells what can still be read',
  });
}

/** The targets as they are at the end: a file that someone has removed while it grew is made again from what is still open. */
function restoreMissing(
  { disk, path, targets }: EndedDump,
  note: (error: MidirecError) => void,
): SyxTarget[] {
  const [removed, ...others] = targets;
  if (removed === undefined || removed.byteLength === 0 || !removed.isMissing) return [...targets];
  const inPlace = copied(removed, () => new SyxFileTarget(disk, path, false));
  const again = inPlace ?? copied(removed, () => openSpare(disk, path));
  const left = again === undefined ? others : [again, ...others];
  if (inPlace === undefined) {
    const paths = left.flatMap((target) => (target.byteLength > 0 ? target.paths : []));
    const hint =
      paths.length === 0
        ? 'nothing of it is left'
        : `${again === undefined ? 'what came later' : 'the dump'} is in ${paths.join(' and ')}`;
    const message = `${path} was removed while the dump was written to it`;
    note(new MidirecError('WRITE_FAILED', message, { hint }));
  }
  removed.close();
  return left;
}

/** Another target with all that `source` has; undefined if there can be none. */
function copied(source: SyxTarget, open: () => SyxTarget): SyxTarget | undefined {
  let target: SyxTarget | undefined;
  try {
    target = open();
    source.copyTo(target);
    return target;
  } catch {
    if (target !== undefined) throwAway(target);
    return undefined;
  }
}
