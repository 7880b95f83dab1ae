/** A dump whose file someone has removed while it grew: made again from what is still open. */
import { MidirecError } from '../../midi/errors.js';
import type { Disk } from '../disk/disk.js';
import { openSpare, SyxFileTarget, type SyxTarget } from './syx-target.js';

export interface RestoredDump {
  /** What has the messages now; undefined if nothing does. */
  readonly target: SyxTarget | undefined;
  /** Undefined if the file is at its place again. */
  readonly trouble: MidirecError | undefined;
}

/** Makes the file again, at its place or in the folder for temporary files. `removed` stays open. */
export function restoreDump(disk: Disk, path: string, removed: SyxTarget): RestoredDump {
  const again = copied(removed, () => new SyxFileTarget(disk, path, false));
  if (again !== undefined) return { target: again, trouble: undefined };
  const target = copied(removed, () => openSpare(disk, path));
  const trouble = new MidirecError(
    'WRITE_FAILED',
    `${path} was removed while the dump was written to it`,
    { hint: target === undefined ? 'nothing is left of it' : `the dump is in ${target.paths[0]}` },
  );
  return { target, trouble };
}

/** Another target with all that `source` has; undefined if there can be none. */
function copied(source: SyxTarget, open: () => SyxTarget): SyxTarget | undefined {
  let target: SyxTarget | undefined;
  try {
    target = open();
    source.copyTo(target);
    return target;
  } catch {
    target?.close();
    target?.remove();
    return undefined;
  }
}
