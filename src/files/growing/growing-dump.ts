/** What a growing dump is made of, and what is told of it in the end. */
import type { Clock } from '../../midi/clock.js';
import type { MidirecError } from '../../midi/errors.js';
import type { Disk } from '../disk/disk.js';

export interface SyxFileOptions {
  /** The file; with `split`, the name that the files' numbers are put into. */
  readonly path: string;
  /** Replace what is there. It stays what it is until the first message of the dump is on the disk. */
  readonly overwrite: boolean;
  /** One file a message: dump-001.syx, dump-002.syx … */
  readonly split?: boolean;
  readonly clock: Clock;
  readonly disk?: Disk;
  /** Called once when writing begins to fail; the dump goes on in memory. */
  readonly onTrouble?: (error: MidirecError) => void;
  /** Called when what had been waiting is on the disk. */
  readonly onRecovered?: () => void;
  /** Called when the rest of the dump goes to another file, because the first one cannot grow. */
  readonly onMoved?: (path: string) => void;
  /** Bytes that may wait in memory while the disk does not take them (twice that while a write hangs). Default 64 MiB. */
  readonly waitingBytesLimit?: number;
}

export interface SyxResult {
  /** The files, in the order of their messages. None if no message came. */
  readonly paths: readonly string[];
  /** Messages that are in the files. */
  readonly messages: number;
  readonly byteLength: number;
  /** Messages that neither the disk nor the memory could take. */
  readonly lost: { readonly messages: number; readonly byteLength: number } | undefined;
  /** Why the dump is not all at the path that was asked for. */
  readonly trouble: MidirecError | undefined;
}
