/**
 * Ports that are byte streams: a raw MIDI device, a serial device, a FIFO, standard input.
 *
 * What comes in is stamped on arrival. A sender is held back while the client has no buffers, so
 * that nothing is lost where the stream can wait (a FIFO can, a MIDI line cannot).
 *
 * When is a port gone? A device when reading it fails, or its path is not there. A FIFO only when
 * its path is not there, or is another FIFO's: writers come and go, and one that leaves may be
 * followed by the next. Both may come back. A file and standard input are over at their end, for
 * good: whatever stands at the path then, it cannot be opened again.
 *
 * A file is only ever read. What is in it is somebody's, and sending would write over it.
 */

import { constants, openSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../../../midi/clock.js';
import { MidirecError } from '../../../midi/errors.js';
import { cutText } from '../../../midi/printable.js';
import { MMSYSERR_NODRIVER, MMSYSERR_NOERROR, MOD_MIDIPORT } from '../../../winmm/constants.js';
import { MAXPNAMELEN } from '../../../winmm/structures.js';
import type { Mmresult } from '../../../winmm/winmm.js';
import type { KernelInput, KernelPort, PortReceiver } from '../../kernel-port.js';
import { openReader, openStandardInput } from './open-reader.js';
import type { RawSubdevice } from './raw-control.js';
import type { RawWait } from './raw-reader.js';
import { mmresultOf } from './stream-error.js';
import { StreamOutput } from './stream-output.js';
import { mayAccess, type StreamEnding, type StreamReader, statIfThere } from './stream-reader.js';

export interface ByteStreamPortOptions {
  readonly clock: Clock;
  /** A path, or `-` for standard input. */
  readonly path: string;
  /** Name of the device; by default the path, or its last part if it is too long for a device name. */
  readonly name?: string;
  readonly wPid: number;
  /** The sides that the device has; by default those that the path may be read and written for. */
  readonly sides?: { readonly input: boolean; readonly output: boolean };
  readonly holderOf?: KernelPort['holderOf'];
  /** What waits for raw MIDI devices of Linux, where there is more than reading and writing. */
  readonly rawWait?: RawWait | undefined;
  /** Which line of a raw device it is, if it has several. */
  readonly subdevice?: RawSubdevice | undefined;
}

export interface ByteStreamPort extends KernelPort {
  isThere(): boolean;
  /** Whether it is a FIFO: it leads one way, and who reads what he has written to it hears himself. */
  isFifo(): boolean;
  /** How the input has come to its end for good; undefined if it has not. */
  readonly ending: StreamEnding | undefined;
}

/**
 * A port over a path. Nothing is opened yet.
 *
 * @throws MidirecError UNKNOWN_DEVICE if the path is not there, is nothing that MIDI could come
 *   from or go to, or may be neither read nor written
 */
export function createByteStreamPort(options: ByteStreamPortOptions): ByteStreamPort {
  const { clock, path, wPid, name = portNameOf(path) } = options;
  const isStandardInput = path === '-';
  const sides = isStandardInput ? { input: true, output: false } : (options.sides ?? sidesOf(path));
  const { rawWait, subdevice } = options;
  const openFile = (flags: number): number => {
    const open = (): number => openSync(path, flags);
    return rawWait && subdevice ? rawWait.control.withPreferred(subdevice, open) : open();
  };
  const open = () => openReader({ path, clock, openFile, rawWait });
  const input = sides.input
    ? new StreamInput(isStandardInput ? openStandardInput : open)
    : undefined;
  const output = sides.output ? new StreamOutput(path, clock, openFile) : undefined;
  return {
    name,
    wPid,
    wTechnology: MOD_MIDIPORT,
    ...(input && { input }),
    ...(output && { output }),
    ...(options.holderOf && { holderOf: options.holderOf }),
    get ending() {
      return input?.ending;
    },
    isThere() {
      return this.ending === undefined && (isStandardInput || statIfThere(path) !== undefined);
    },
    isFifo: () => !isStandardInput && statIfThere(path)?.isFIFO() === true,
  };
}

class StreamInput implements KernelInput {
  /** Once it is over, it stays so. */
  ending: StreamEnding | undefined;
  readonly #openReader: () => StreamReader;
  #reader: StreamReader | undefined;
  #receiver: PortReceiver | undefined;

  constructor(open: () => StreamReader) {
    this.#openReader = open;
  }

  open(receiver: PortReceiver): Mmresult {
    if (this.ending !== undefined) return MMSYSERR_NODRIVER;
    try {
      this.#reader = this.#openReader();
    } catch (error) {
      return mmresultOf(error);
    }
    this.#receiver = receiver;
    return MMSYSERR_NOERROR;
  }

  start(): void {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    this.#reader?.start({
      onBytes: (bytes, timeMs) => receiver.deliver(bytes, timeMs),
      onLost: () => receiver.lost(),
      onEnd: (ending) => {
        this.ending = ending;
        receiver.gone();
      },
    });
  }

  stop(): void {
    this.#reader?.stop();
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#receiver = undefined;
  }
}

/** What the device of a path is called by default. */
export function portNameOf(path: string): string {
  if (path === '-') return 'standard input';
  return cutText(path.length < MAXPNAMELEN ? path : basename(path), MAXPNAMELEN - 1);
}

function sidesOf(path: string): { input: boolean; output: boolean } {
  const stats = statIfThere(path);
  if (stats === undefined) throw unusable(path, 'does not exist');
  if (stats.isDirectory()) throw unusable(path, 'is a folder');
  if (stats.isBlockDevice()) throw unusable(path, 'is a disk');
  if (stats.isSocket()) throw unusable(path, 'is a socket');
  const input = mayAccess(path, constants.R_OK);
  if (stats.isFile() && !input) throw unusable(path, 'cannot be read: permission denied');
  const output = !stats.isFile() && mayAccess(path, constants.W_OK);
  if (!input && !output) throw unusable(path, 'can be neither read nor written: permission denied');
  return { input, output };
}

function unusable(path: string, why: string): MidirecError {
  return new MidirecError('UNKNOWN_DEVICE', `port ${path} ${why}`, {
    hint: 'name a FIFO, a serial or raw MIDI device, or - for standard input',
    exitCode: 2,
  });
}
