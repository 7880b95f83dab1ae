/** A player on a FIFO: a dense stream of messages, each different from all others, with the moment at which it was sent. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from './seeded-random.js';

export interface SentMessage {
  /** Its bytes, in hex. */
  readonly hex: string;
  /** When the last byte of it was in the FIFO; performance.now() of this process. */
  readonly sentMs: number;
}

export interface PlayerOptions {
  readonly path: string;
  readonly seed: number;
  /** What is played: controllers with a sysex now and then, or nothing but sysex. */
  readonly kind: 'music' | 'sysex';
}

/** Longer than a message takes to be played; a line of the fastest instruments carries less than what is sent in it. */
const STEP_MS = 2;
/** How long a reader may take to come. */
const PATIENCE_MS = 20_000;
/** What a FIFO of Linux holds. */
const FIFO_BYTES = 1 << 16;
const ACTIVE_SENSING = 0xfe;
const WRITE_NOW = constants.O_WRONLY | constants.O_NONBLOCK;

export function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

export class FifoPlayer {
  readonly sent: SentMessage[] = [];
  readonly #fd: number;
  readonly #random: SeededRandom;
  readonly #kind: 'music' | 'sysex';
  #isStopped = false;
  #playing: Promise<void> | undefined;

  /** Waits until somebody has the FIFO open for reading, and opens it. */
  static async open(options: PlayerOptions): Promise<FifoPlayer> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        closeSync(openSync(options.path, WRITE_NOW));
        // The reader has looked at what it is, and will open it once more.
        await pause(100);
        return new FifoPlayer(options, openSync(options.path, WRITE_NOW));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ENXIO' || performance.now() > endMs) throw error;
      }
      await pause(10);
    }
  }

  private constructor({ seed, kind }: PlayerOptions, fd: number) {
    this.#fd = fd;
    this.#random = new SeededRandom(seed);
    this.#kind = kind;
  }

  /** Plays until `stop`, or until the reader is gone. */
  play(): void {
    this.#playing = this.#play();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#playing;
    closeSync(this.#fd);
  }

  /**
   * Stops, when the reader has worked on everything that was played: as much active sensing as the
   * FIFO holds has gone in behind it twice, so that it was read, and then read on. No file shows it.
   */
  async stopWhenRead(): Promise<void> {
    this.#isStopped = true;
    await this.#playing;
    const sensing = new Uint8Array(FIFO_BYTES).fill(ACTIVE_SENSING);
    if (await this.#write(sensing)) await this.#write(sensing);
    closeSync(this.#fd);
  }

  async #play(): Promise<void> {
    while (!this.#isStopped) {
      for (let count = this.#random.between(1, 10); count > 0; count--) {
        if (!(await this.#send(this.#nextMessage()))) return;
      }
      await pause(STEP_MS);
    }
  }

  async #send(message: Uint8Array): Promise<boolean> {
    if (!(await this.#write(message))) return false;
    this.sent.push({
      hex: Buffer.from(message).toString('hex'),
      sentMs: performance.now(),
    });
    return true;
  }

  /** @returns false if the reader is gone */
  async #write(bytes: Uint8Array): Promise<boolean> {
    for (let done = 0; done < bytes.length; ) {
      try {
        done += writeSync(this.#fd, bytes, done);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EPIPE') return false;
        if (code !== 'EAGAIN') throw error;
        await pause(STEP_MS);
      }
    }
    return true;
  }

  #nextMessage(): Uint8Array {
    const index = this.sent.length;
    const number = [(index >>> 14) & 0x7f, (index >>> 7) & 0x7f, index & 0x7f];
    if (this.#kind === 'music' && !this.#random.chance(0.01)) {
      return Uint8Array.of(0xb0 | (number[0]! & 0x0f), number[1]!, number[2]!);
    }
    const size = this.#random.between(0, this.#random.chance(0.05) ? 3000 : 60);
    return Uint8Array.of(0xf0, 0x7d, ...number, ...this.#random.bytes(size, 0x7f), 0xf7);
  }
}
