// Runs of midirec on its embedded WinMm, with a FIFO as the cable: everything that needs neither Windows nor Wine.
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { noteAt } from '../build/test/support/wine-script.js';

const executable = fileURLToPath(new URL('../bin/midirec.js', import.meta.url));
const CHUNK_NOTES = 1 << 16;
/** What a FIFO of Linux holds. */
const FIFO_BYTES = 1 << 16;

/** `midirec record` of one FIFO, into take.mid of a folder of its own. */
export class FifoRun {
  /** @param args - more options of `record` */
  constructor(args = []) {
    this.folder = mkdtempSync(join(tmpdir(), 'midirec-bench-'));
    this.fifo = join(this.folder, 'cable');
    this.take = join(this.folder, 'take.mid');
    execFileSync('mkfifo', [this.fifo]);
    this.child = spawn(
      process.execPath,
      [executable, '--port', this.fifo, 'record', '-o', this.take, ...args],
      { stdio: ['ignore', 'ignore', openSync(join(this.folder, 'stderr'), 'w')] },
    );
    this.finished = new Promise((resolve) => {
      this.child.on('exit', resolve);
    });
  }

  /** Lets whatever midirec does at its start pass, and plugs the cable in. */
  async settle() {
    await pause(1000);
    if (this.child.exitCode !== null) throw new Error(`midirec record ended:\n${this.stderr}`);
    // For reading as well: so it waits for nobody.
    this.cable = openSync(this.fifo, 'r+');
  }

  get stderr() {
    return readFileSync(join(this.folder, 'stderr'), 'utf8');
  }

  /** Sends `count` notes, as fast as midirec takes them. */
  send(count) {
    for (let first = 0; first < count; first += CHUNK_NOTES) {
      this.#write(encodeNotes(first, Math.min(count, first + CHUNK_NOTES)));
    }
  }

  /**
   * Returns when midirec has taken all notes out of the FIFO: as much active sensing as fits has gone in
   * behind them. It leaves no trace in the take.
   */
  push() {
    this.#write(new Uint8Array(FIFO_BYTES).fill(0xfe));
  }

  #write(bytes) {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.cable, bytes, done);
  }

  /** Ctrl-C. */
  async end() {
    this.child.kill('SIGINT');
    const code = await this.finished;
    closeSync(this.cable);
    return { code, stderr: this.stderr };
  }

  get takeBytes() {
    return readFileSync(this.take);
  }

  get takeMs() {
    return statSync(this.take).ctimeMs;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Notes as they are on a cable, without running status. */
export function encodeNotes(from, until) {
  const bytes = new Uint8Array((until - from) * 3);
  for (let index = from, at = 0; index < until; index++) {
    const packed = noteAt(index);
    bytes[at++] = packed;
    bytes[at++] = packed >>> 8;
    bytes[at++] = packed >>> 16;
  }
  return bytes;
}
