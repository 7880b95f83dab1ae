/**
 * The ALSA sequencer as the driver needs it: clients, ports, connections, events as MIDI bytes. libasound.so.2
 * implements it; tests script it.
 *
 * Results below zero are negative error numbers of Linux. Source: alsa-lib, seq.h, seq_event.h, seq_midi_event.h.
 */

export interface SequencerAddress {
  readonly client: number;
  readonly port: number;
}

/** A port of any client. */
export interface ListedPort extends SequencerAddress {
  readonly clientName: string;
  readonly portName: string;
  /** SND_SEQ_PORT_CAP_… */
  readonly capability: number;
  /** The sound card that it is a device of; negative if none. */
  readonly card: number;
  /** Belongs to a driver in the kernel: mostly hardware. */
  readonly isKernel: boolean;
}

/** What a client has received. */
export interface SequencerEvent {
  /** SND_SEQ_EVENT_… */
  readonly type: number;
  /** When the kernel queued it, on the queue that stamps the port; milliseconds. */
  readonly queueMs: number;
  /** The twelve bytes of data of an announcement. A view: read before the next event. */
  readonly data: Uint8Array;
  /** The MIDI message, or a piece of a sysex; empty for everything else. A view: read before the next event. */
  readonly bytes: Uint8Array;
}

export interface SequencerClient {
  readonly id: number;
  /** Every port of every client, in the order of their numbers. */
  listPorts(): ListedPort[];
  /** Makes a queue that runs from now on. @returns its number */
  startQueue(): number;
  /** Where a queue of this client is, in milliseconds since it was started. */
  queueMs(queue: number): number;
  /** @param stampQueue - which stamps what comes in, for a port that receives @returns its number */
  createPort(name: string, capability: number, stampQueue?: number): number;
  connectFrom(port: number, source: SequencerAddress): number;
  connectTo(port: number, destination: SequencerAddress): number;
  /** How many others are connected with a port, and get what it sends. */
  readerCount(port: number): number;
  /** The next event; undefined if there is none, or a negative error number: -ENOSPC if events were lost. */
  read(): SequencerEvent | undefined | number;
  /**
   * Sends as many of the bytes as go into one event. The beginning of an event is kept for the next call.
   *
   * @param destination - undefined: whoever is connected
   */
  write(port: number, destination: SequencerAddress | undefined, bytes: Uint8Array): WriteAnswer;
  close(): void;
}

export interface WriteAnswer {
  /** How many of the bytes are in an event now, sent or not. */
  readonly taken: number;
  /** Zero or more; negative: why the event was not sent, -EAGAIN if there was no room for it. */
  readonly result: number;
  /** Sends that event again. */
  readonly retry: () => number;
}

export interface SequencerLibrary {
  /** @returns a negative error number if there is no sequencer */
  open(name: string): SequencerClient | number;
  /** Resolves when one of the clients has something to read, and after `limitMs` at the latest. */
  whenReadable(clients: readonly SequencerClient[], limitMs: number): Promise<void>;
}

export const SND_SEQ_PORT_CAP_READ = 1;
export const SND_SEQ_PORT_CAP_WRITE = 2;
export const SND_SEQ_PORT_CAP_SUBS_READ = 32;
export const SND_SEQ_PORT_CAP_SUBS_WRITE = 64;
export const SND_SEQ_PORT_CAP_NO_EXPORT = 128;

export const SND_SEQ_EVENT_CLIENT_EXIT = 61;
export const SND_SEQ_EVENT_PORT_EXIT = 64;
export const SND_SEQ_EVENT_PORT_UNSUBSCRIBED = 67;

export const EAGAIN = 11;

/** Where the kernel says which clients, ports and connections come and go. */
export const ANNOUNCEMENTS: SequencerAddress = { client: 0, port: 1 };
