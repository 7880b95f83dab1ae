/**
 * A dump on its way to the disk: a .syx of whole messages at every message boundary.
 *
 * Messages wait in memory only while those before them are written and synced. A disk that fails
 * is tried again every second, while up to 64 MiB wait; then, and at the end, what is left goes to
 * a file in the temporary folder. Whatever becomes of a message, the result of `close` says it.
 */

import type { CancelTimer } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { waitAtMost } from '../../midi/waiting.js';
import { inspectDestination } from '../disk/destination.js';
import type { Disk } from '../disk/disk.js';
import { writeFailed } from '../disk/io-errors.js';
import { nodeDisk } from '../disk/node-disk.js';
import type { SyxFileOptions, SyxResult } from './growing-dump.js';
import { finishDump, KEPT } from './syx-finish.js';
import { SyxSplitTarget } from './syx-split-target.js';
import { openSpare, putFirstNow, SyxFileTarget, type SyxTarget, throwAway } from './syx-target.js';

const DEFAULT_WAITING_BYTES = 0x400_0000;
/** Bytes that are written at a time at most, but for longer messages. */
const BATCH_BYTES = 0x10_0000;
/** When this much waits although the disk is well, it is written at once, without waiting for a sync. */
const HURRY_BYTES = 0x20_0000;
const RETRY_MS = 1000;
/** How long `close` and `discard` wait for a write under way that gets no further. */
const CLOSE_PATIENCE_MS = 2000;

export class SyxFile {
  readonly #options: SyxFileOptions;
  readonly #disk: Disk;
  readonly #limit: number;
  /** Messages that are not on the disk, or not known to be. Another array whenever some have left it. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Where messages go; the last one is in use, those before it could not go on. */
  readonly #targets: SyxTarget[] = [];
  /** A FIFO or a device, which gets the dump in the end. */
  readonly #device: string | undefined;
  #flight: Promise<void> | undefined;
  #cancelRetry: CancelTimer | undefined;
  #trouble: MidirecError | undefined;
  #isTroubled = false;
  #mayMove = true;
  #messages = 0;
  #appendedBytes = 0;
  #closing: Promise<SyxResult> | undefined;

  /**
   * Makes the file, empty; with `split`, makes sure that files can be made.
   *
   * @throws MidirecError OUTPUT_EXISTS or OUTPUT_UNWRITABLE; nothing on the disk is changed then
   */
  constructor(options: SyxFileOptions) {
    const { path, overwrite, disk = nodeDisk } = options;
    this.#options = options;
    this.#disk = disk;
    this.#limit = options.waitingBytesLimit ?? DEFAULT_WAITING_BYTES;
    if (options.split) {
      this.#targets.push(new SyxSplitTarget(disk, path, overwrite));
    } else if (inspectDestination(path, overwrite).kind === 'special') {
      this.#device = path;
      this.#targets.push(openSpare(this.#disk, path));
    } else {
      this.#targets.push(new SyxFileTarget(disk, path, overwrite));
    }
  }

  /** Messages appended, lost ones included. */
  get messages(): number {
    return this.#messages;
  }

  /** Bytes that are not on the disk yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Adds a message. Returns at once; never throws for what the disk does.
   *
   * @param message - its bytes, which must not change any more
   */
  append(message: Uint8Array): void {
    if (this.#closing !== undefined) throw new Error('The dump is closed');
    this.#messages++;
    const total = this.#waitingBytes + message.length;
    if (total > HURRY_BYTES && this.#target.isQuick && !this.#isTroubled) this.#writeAllNow();
    if (total > this.#limit && this.#isTroubled && this.#flight === undefined) this.#moveAway();
    this.#appendedBytes += message.length;
    if (!this.#hasRoomFor(message)) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    this.#start();
  }

  /**
   * Takes over, as one message, what was appended piece by piece to a dump of its own, and discards that.
   *
   * @returns false if the disk does not take it now: then `long` is as it was
   */
  adopt(long: SyxFile): boolean {
    for (const dump of [this, long]) {
      if (!dump.#isTroubled) dump.#writeAllNow();
      if (dump.waitingBytes > 0) return false;
    }
    const [source, ...spares] = long.#targets;
    if (spares.length > 0 || !(source instanceof SyxFileTarget)) return false;
    try {
      this.#target.adopt(source);
    } catch {
      return false;
    }
    this.#messages++;
    this.#appendedBytes += long.#appendedBytes;
    long.discard();
    return true;
  }

  /**
   * Writes what is waiting, and closes. Without any message there is no file, and what was to be
   * replaced is still there. Every further call answers as the first.
   */
  close(): Promise<SyxResult> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Takes everything away again that this dump has put on the disk. */
  async discard(): Promise<void> {
    this.#letGo(this.#waiting.length);
    await this.close();
    for (const target of this.#targets) {
      try {
        target.remove();
      } catch {
        // What is gone already needs no removing.
      }
    }
  }

  /** A single message may be larger than the limit: a disk that is well takes it all the same. */
  #hasRoomFor(message: Uint8Array): boolean {
    const byteLength = this.#waitingBytes;
    const limit = this.#flight === undefined ? this.#limit : 2 * this.#limit;
    return (byteLength === 0 && !this.#isTroubled) || byteLength + message.length <= limit;
  }

  get #target(): SyxTarget {
    return this.#targets.at(-1)!;
  }

  #start(): void {
    if (this.#flight !== undefined || this.#cancelRetry !== undefined) return;
    this.#flight = this.#pump().finally(() => {
      this.#flight = undefined;
    });
  }

  async #pump(): Promise<void> {
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      try {
        const count = await this.#target.put(firstBatch(waiting));
        if (waiting === this.#waiting) this.#letGo(count);
      } catch (error) {
        // They went another way meanwhile.
        if (waiting !== this.#waiting) continue;
        this.#fail(error);
        return;
      }
    }
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#options.onRecovered?.();
  }

  #fail(error: unknown): void {
    const { clock, path, onTrouble } = this.#options;
    this.#stopRetrying();
    this.#cancelRetry = clock.setTimer(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      this.#start();
    });
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    onTrouble?.(writeFailed(path, error, KEPT));
  }

  #stopRetrying(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  /** The first `count` of what waits are on the disk, or given up: also behind the back of a write under way. */
  #letGo(count: number): void {
    for (const { length } of this.#waiting.slice(0, count)) this.#waitingBytes -= length;
    this.#waiting = this.#waiting.slice(count);
  }

  /** Puts everything that waits on the disk, or as much of it as goes, before it returns. */
  #writeAllNow(): void {
    try {
      while (this.#waiting.length > 0) {
        this.#letGo(putFirstNow(this.#target, firstBatch(this.#waiting)));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Puts what waits into a file in the temporary folder, and goes on there. */
  #moveAway(): void {
    const { path, onMoved } = this.#options;
    if (!this.#mayMove) return;
    let spare: SyxTarget | undefined;
    try {
      spare = openSpare(this.#disk, path);
      for (const message of this.#waiting) spare.putNow(message);
      spare.syncNow();
    } catch (error) {
      this.#mayMove = false;
      this.#trouble ??= writeFailed(path, error, 'make room, there or in the temporary folder');
      if (spare !== undefined) throwAway(spare);
      return;
    }
    const place = spare.paths[0];
    this.#trouble = new MidirecError('WRITE_FAILED', `${path} could not take all of the dump`, {
      hint: `the rest of it is in ${place}`,
    });
    this.#targets.push(spare);
    this.#letGo(this.#waiting.length);
    this.#stopRetrying();
    this.#isTroubled = false;
    onMoved?.(place);
  }

  async #close(): Promise<SyxResult> {
    await this.#settle();
    if (this.#waiting.length > 0) {
      this.#writeAllNow();
      this.#stopRetrying();
      this.#mayMove = true;
      if (this.#waiting.length > 0) this.#moveAway();
    }
    const bytes = this.#appendedBytes;
    const { messages, byteLength, paths, trouble } = await finishDump({
      disk: this.#disk,
      clock: this.#options.clock,
      path: this.#options.path,
      device: this.#device,
      targets: this.#targets,
      isHung: this.#flight !== undefined,
    });
    const lost = { messages: this.#messages - messages, byteLength: bytes - byteLength };
    return {
      paths,
      messages,
      byteLength,
      lost: lost.messages > 0 ? lost : undefined,
      trouble: trouble ?? this.#trouble,
    };
  }

  /** Waits for a write under way, as long as it gets further. */
  async #settle(): Promise<void> {
    this.#stopRetrying();
    while (this.#flight !== undefined) {
      const { length } = this.#waiting;
      const { done } = await waitAtMost(this.#options.clock, this.#flight, CLOSE_PATIENCE_MS);
      if (!done && this.#waiting.length === length) break;
    }
    this.#stopRetrying();
  }
}

/** The messages that are written together: one at least. */
function firstBatch(messages: readonly Uint8Array[]): Uint8Array[] {
  const batch: Uint8Array[] = [];
  let bytes = 0;
  for (const message of messages) {
    bytes += message.length;
    if (batch.length > 0 && bytes > BATCH_BYTES) break;
    batch.push(message);
  }
  return batch;
}
