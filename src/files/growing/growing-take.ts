/** What a take is made of, and what is told of it in the end. */
import type { Clock } from '../../midi/clock.js';
import type { MidirecError } from '../../midi/errors.js';
import type { GridPoint } from '../../midi/tempo/tempo-grid.js';
import type { Disk } from '../disk/disk.js';
import type { KnownTempo } from '../smf/tempo-track.js';
import type { TakeTexts, TimeSignature } from './take-journal.js';
import type { TrackPer } from './take-tracks.js';

export interface TakeOptions {
  /**
   * Where the take goes. Undefined: into a temporary file, from which the caller copies it to
   * standard output (`streamFile`) and which the caller then removes.
   */
  readonly path: string | undefined;
  /** Replace a file that is there. It stays what it is until the first events of the take are on the disk. */
  readonly overwrite: boolean;
  /** Of the finished file: 0 is one track, 1 is a track for the tempo and others as `trackPer` says. */
  readonly format: 0 | 1;
  /** What has a track of its own in format 1. Default: each device. */
  readonly trackPer?: TrackPer;
  /** Ticks per quarter note, a whole number from 1 to MAX_PPQ (32,767). */
  readonly ppq: number;
  /**
   * Quarter notes per minute, 3.58 to 60,000,000, rounded so that one lasts whole microseconds. The tempo of
   * the whole take, unless `close` is told where the beats were.
   */
  readonly bpm: number;
  /** Numerator 1 to 255, denominator 1, 2, 4 … 128. It says where bars are, and changes no times. */
  readonly timeSignature: TimeSignature;
  /** Tempo and bars that are known from the beginning, in the take's ticks: a growing file of format 1 has them. */
  readonly known?: KnownTempo | undefined;
  /** Names of the inputs, by their index in the batches. */
  readonly deviceNames: readonly string[];
  /** What the file says about itself, in words. Default: nothing. */
  readonly about?: TakeTexts | undefined;
  /** Keep as F7 escapes what an SMF has no event for: see TakeEncoder. */
  readonly keepRealtime: boolean;
  /** Says when to write, and how long a disk may take. */
  readonly clock: Clock;
  /** Default: the real one. */
  readonly disk?: Disk;
  /** Default: 64 MiB waiting, a track of just under 2 GiB. */
  readonly limits?: TakeLimits;
  /** Called once when writing begins to fail, or to hang; the take goes on in memory. */
  readonly onTrouble?: (error: MidirecError) => void;
  /** Called when what had been waiting is on the disk. */
  readonly onRecovered?: () => void;
  /** Called when the take goes on in another file, because its own cannot grow. */
  readonly onMoved?: (path: string) => void;
}

export interface TakeLimits {
  /** Bytes that may wait in memory while the disk does not take them. */
  readonly waitingBytes: number;
  /** Bytes of the growing track. */
  readonly trackBytes: number;
}

/** Events that neither the disk nor the memory nor a full file could take. */
export interface LostEvents {
  readonly count: number;
  /** Times of the first and the last of them, on the take's clock. */
  readonly firstTimeMs: number;
  readonly lastTimeMs: number;
}

/** Both together. */
export function bothLost(
  one: LostEvents | undefined,
  other: LostEvents | undefined,
): LostEvents | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    count: one.count + other.count,
    firstTimeMs: Math.min(one.firstTimeMs, other.firstTimeMs),
    lastTimeMs: Math.max(one.lastTimeMs, other.lastTimeMs),
  };
}

/** What was found out about the music's own time while it was played. */
export interface TakeTiming {
  /** Beats, on the take's clock; none before 0. Empty if nothing is known. */
  readonly points: readonly GridPoint[];
  /** Tempo and bars that are known from elsewhere, in the take's ticks; then `points` count for nothing. */
  readonly known?: KnownTempo | undefined;
  /** Data of an SMPTE offset event: hours with frame rate, minutes, seconds, frames, hundredths. */
  readonly smpteOffset?: Uint8Array | undefined;
}

/** What became of the files of a take. */
export interface FinishedTake {
  /** Where the take is: as asked, unless `trouble` says otherwise. */
  readonly path: string;
  readonly byteLength: number;
  /** False if the file is the one that grew: valid, but with seams. */
  readonly canonical: boolean;
  /** Why the take is not canonical, or not all of it at the path that was asked for. */
  readonly trouble: MidirecError | undefined;
  /** Events for which there was no place at all, or that cannot be read back. */
  readonly lostCount: number;
  /** When these begin, if it is not with what was waiting. */
  readonly lostFromTick?: number;
}

export interface TakeResult extends Omit<FinishedTake, 'lostCount' | 'lostFromTick'> {
  /** Events in the file, without those that describe the take. */
  readonly events: number;
  readonly notes: number;
  /** Realtime and system common messages left out. */
  readonly leftOut: number;
  readonly lost: LostEvents | undefined;
}
