/**
 * Ports that are byte streams: a raw MIDI device, a serial device, a FIFO, standard input.
 *
 * What comes in is stamped on arrival. A sender is held back while the client has no buffers, so
 * that nothing is lost where the stream can wait (a FIFO can, a MIDI line cannot).
 */
import { accessSync, constants, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../midi/clock.js';
import { MidirecError } from '../midi/errors.js';
import { MMSYSERR_NOERROR, MOD_MIDIPORT } from '../winmm/constants.js';
import { MAXPNAMELEN } from '../winmm/structures.js';
import type { Mmresult } from '../winmm/winmm.js';
import type { KernelInput, KernelOutput, KernelPort, PortReceiver } from './kernel-port.js';
import { mmresultOf } from './stream-error.js';
import { StreamOutput } from './stream-output.js';
import { openReader, openStandardInput, type StreamReader } from './stream-reader.js';

export interface ByteStreamPortOptions {
  readonly clock: Clock;
  /** A path, or `-` for standard input. */
  readonly path: string;
  /** Name of the device; by default the path, or its last part if it is too long for a device name. */
  readonly name?: string;
  readonly wPid: number;
  /** The sides that the device has; by default those that the path may be read and written for. */
  readonly sides?: { readonly input: boolean; readonly output: boolean };
}

/**
 * A port over a path. Nothing is opened yet.
 *
 * @throws MidirecError UNKNOWN_DEVICE if the path is not there, is a folder, or may be neither
 *   read nor written
 */
export function createByteStreamPort(options: ByteStreamPortOptions): KernelPort {
  const { clock, path, wPid } = options;
  const common = { name: options.name ?? nameOf(path), wPid, wTechnology: MOD_MIDIPORT };
  if (path === '-') return { ...common, input: new StreamInput(openStandardInput) };
  const sides = options.sides ?? sidesOf(path);
  const input: KernelInput = new StreamInput(() => openReader(path, clock));
  const output: KernelOutput = new StreamOutput(path, clock);
  return { ...common, ...(sides.input && { input }), ...(sides.output && { output }) };
}

class StreamInput implements KernelInput {
  readonly #openReader: () => StreamReader;
  #reader: StreamReader | undefined;
  #receiver: PortReceiver | undefined;

  constructor(open: () => StreamReader) {
    this.#openReader = open;
  }

  open(receiver: PortReceiver): Mmresult {
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
      onBytes: (bytes) => receiver.deliver(bytes),
      onEnd: () => receiver.gone(),
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

function nameOf(path: string): string {
  if (path === '-') return 'standard input';
  return path.length < MAXPNAMELEN ? path : basename(path);
}

function sidesOf(path: string): { input: boolean; output: boolean } {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw unusable(path, 'is not there');
  if (stats.isDirectory()) throw unusable(path, 'is a folder');
  const input = mayAccess(path, constants.R_OK);
  const output = mayAccess(path, constants.W_OK);
  if (!input && !output) throw unusable(path, 'may be neither read nor written by you');
  return { input, output };
}

function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function unusable(path: string, why: string): MidirecError {
  return new MidirecError('UNKNOWN_DEVICE', `port ${path} ${why}`, {
    hint: 'name a FIFO, a serial or raw MIDI device, or - for standard input',
    exitCode: 2,
  });
}
