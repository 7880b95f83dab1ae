/** Opens a path for reading, in the way that suits what it is. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';
import type { Clock } from '../../../midi/clock.js';
import { EventReader, FifoReader } from './event-reader.js';
import { PollingReader } from './polling-reader.js';
import { RawReader, type RawWait } from './raw-reader.js';
import type { StreamReader } from './stream-reader.js';
import { makeLineRaw } from './terminal-line.js';

/** Pipes that belong to a process, such as a shell's `<(…)`: when their writers leave, no other can come. */
const INHERITED = /^\/dev\/(stdin|fd\/\d+)$/;

const RAW_DEVICE = /^\/dev\/snd\/midiC\d+D\d+$/;

export interface ReaderOptions {
  readonly path: string;
  readonly clock: Clock;
  /** open(2) of the path. */
  readonly openFile: (flags: number) => number;
  /** For raw MIDI devices of Linux; without it they are looked at again and again. */
  readonly rawWait: RawWait | undefined;
}

/**
 * A FIFO is read as long as its path is there: writers may come and go.
 *
 * @throws the system's error if it cannot be opened
 */
export function openReader({ path, clock, openFile, rawWait }: ReaderOptions): StreamReader {
  const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants;
  const fd = openFile(O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    const stats = fstatSync(fd);
    if (stats.isFIFO()) return INHERITED.test(path) ? openPipe(fd) : openFifo(path, fd, clock);
    if (rawWait && RAW_DEVICE.test(path)) return new RawReader(fd, rawWait, clock);
    if (!isatty(fd)) return new PollingReader(fd, clock, stats.isFile());
    const giveBack = makeLineRaw(path);
    return new EventReader(new ReadStream(fd), false, giveBack);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Standard input, which is not ours to close. */
export function openStandardInput(): StreamReader {
  return new EventReader(process.stdin, true);
}

function openPipe(fd: number): StreamReader {
  return new EventReader(new Socket({ fd, readable: true, writable: false }), true);
}

function openFifo(path: string, fd: number, clock: Clock): StreamReader {
  // As its own writer it never sees the end of the stream when another writer leaves.
  const lasting = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  closeSync(fd);
  const socket = new Socket({ fd: lasting, readable: true, writable: false });
  return new FifoReader(socket, path, fstatSync(lasting), clock);
}
