/**
 * What all ports of the sequencer have in common: the list of ports, kept up to date by announcements, the queue
 * that stamps what comes in, and the one wait for all that are open.
 */
import type { Clock } from '../../../midi/clock.js';
import { QueueClock } from './queue-clock.js';
import {
  ANNOUNCEMENTS,
  type ListedPort,
  type SequencerAddress,
  type SequencerClient,
  type SequencerEvent,
  type SequencerLibrary,
  SND_SEQ_EVENT_CLIENT_EXIT,
  SND_SEQ_EVENT_PORT_EXIT,
  SND_SEQ_EVENT_PORT_UNSUBSCRIBED,
  SND_SEQ_PORT_CAP_NO_EXPORT,
  SND_SEQ_PORT_CAP_WRITE,
} from './sequencer.js';

/** A client that receives. */
export interface SequencerReader {
  readonly client: SequencerClient;
  /** Whom it is connected with; undefined if others connect with it. */
  readonly source: SequencerAddress | undefined;
  /** @param timeMs - when the kernel had it, on midirec's clock */
  onBytes(bytes: Uint8Array, timeMs: number): void;
  /** The kernel had no room: everything that waited is lost. */
  onOverrun(): void;
  /** The source is not there or not connected any more. */
  onGone(): void;
}

/** A wait ends by itself now and then, if nothing else ends it. */
const WAIT_LIMIT_MS = 1000;

export class SequencerHub {
  readonly library: SequencerLibrary;
  readonly queue: number;
  readonly #watcher: SequencerClient;
  readonly #queueClock: QueueClock;
  readonly #readers = new Set<SequencerReader>();
  readonly #listeners = new Set<() => void>();
  /** Undefined if something may have changed since. */
  #ports: readonly ListedPort[] | undefined;
  #isWaiting = false;

  /** @param watcher - a client of the library's, which belongs to the hub from now on */
  constructor(library: SequencerLibrary, watcher: SequencerClient, clock: Clock) {
    this.library = library;
    this.#watcher = watcher;
    this.queue = watcher.startQueue();
    this.#queueClock = new QueueClock(clock, () => watcher.queueMs(this.queue));
    const capability = SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_NO_EXPORT;
    watcher.connectFrom(watcher.createPort('announcements', capability), ANNOUNCEMENTS);
  }

  /** All ports that are there now. */
  listPorts(): readonly ListedPort[] {
    this.#readAnnouncements();
    this.#ports ??= this.#watcher.listPorts();
    return this.#ports;
  }

  /** Calls `listener` when ports may have come or gone. @returns what ends that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#wait();
    return () => this.#listeners.delete(listener);
  }

  add(reader: SequencerReader): void {
    this.#readers.add(reader);
    this.#wait();
  }

  remove(reader: SequencerReader): void {
    this.#readers.delete(reader);
  }

  /** A wait that has begun without a new reader ends at once, for the reader's client was announced. */
  async #wait(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    while (this.#readers.size > 0 || this.#listeners.size > 0) {
      const clients = [this.#watcher, ...[...this.#readers].map(({ client }) => client)];
      await this.library.whenReadable(clients, WAIT_LIMIT_MS);
      this.#queueClock.follow();
      for (const reader of this.#readers) this.#read(reader);
      this.#readAnnouncements();
    }
    this.#isWaiting = false;
  }

  #read(reader: SequencerReader): void {
    while (this.#readers.has(reader)) {
      const event = reader.client.read();
      if (event === undefined) return;
      if (typeof event === 'number') reader.onOverrun();
      else if (event.type === SND_SEQ_EVENT_PORT_UNSUBSCRIBED) this.#endIf(reader, true);
      else if (event.bytes.length > 0) {
        reader.onBytes(event.bytes, this.#queueClock.timeOf(event.queueMs));
      }
    }
  }

  #readAnnouncements(): void {
    let hasChanged = false;
    for (;;) {
      const event = this.#watcher.read();
      if (event === undefined) break;
      this.#ports = undefined;
      hasChanged = true;
      for (const reader of this.#readers) {
        // After an overrun only the list can tell who has gone.
        if (typeof event === 'number') this.#endIf(reader, !this.#isThere(reader.source));
        else this.#endIf(reader, hasEnded(event, reader));
      }
    }
    if (hasChanged) for (const listener of this.#listeners) listener();
  }

  /** A port of one's own has no source that could go. */
  #endIf(reader: SequencerReader, hasGone: boolean): void {
    if (!hasGone || reader.source === undefined || !this.#readers.delete(reader)) return;
    // What it sent last comes first.
    for (
      let event = reader.client.read();
      typeof event === 'object';
      event = reader.client.read()
    ) {
      if (event.bytes.length > 0) {
        reader.onBytes(event.bytes, this.#queueClock.timeOf(event.queueMs));
      }
    }
    reader.onGone();
  }

  #isThere(source: SequencerAddress | undefined): boolean {
    return this.#watcher
      .listPorts()
      .some(({ client, port }) => client === source?.client && port === source.port);
  }
}

/** Whether an announcement says so. */
function hasEnded({ type, data }: SequencerEvent, { client, source }: SequencerReader): boolean {
  const [one, port, receiver] = data;
  if (one !== source?.client) return false;
  if (type === SND_SEQ_EVENT_CLIENT_EXIT) return true;
  if (port !== source?.port) return false;
  if (type === SND_SEQ_EVENT_PORT_EXIT) return true;
  return type === SND_SEQ_EVENT_PORT_UNSUBSCRIBED && receiver === client.id;
}
