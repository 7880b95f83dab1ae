/** An ALSA sequencer that a test plays itself: its ports, what comes in, what writing answers. */
import type {
  ListedPort,
  SequencerAddress,
  SequencerClient,
  SequencerEvent,
  SequencerLibrary,
  WriteAnswer,
} from '../../src/embedded/drivers/sequencer/sequencer.js';

const FIRST_CLIENT = 128;
/** Most sysex bytes in one event. */
const PIECE_LENGTH = 256;

export class ScriptedSequencer implements SequencerLibrary {
  ports: ListedPort[] = [];
  /** In the order of opening: the first one watches. */
  readonly clients: ScriptedClient[] = [];
  /** What `open` answers if it is negative. */
  openResult = 0;
  /** What connecting answers. */
  connectResult = 0;
  /** What the next writes answer; then they succeed. */
  writeResults: number[] = [];
  readonly sent: number[][] = [];
  /** Of every queue. */
  readerCount = 0;
  queueMs = 0;
  #wake = (): void => {};

  open(name: string): SequencerClient | number {
    if (this.openResult < 0) return this.openResult;
    const client = new ScriptedClient(this, FIRST_CLIENT + this.clients.length, name);
    this.clients.push(client);
    return client;
  }

  whenReadable(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Ends the wait, and lets what follows from it happen. */
  async wake(): Promise<void> {
    this.#wake();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

export class ScriptedClient implements SequencerClient {
  readonly id: number;
  readonly name: string;
  readonly connections: SequencerAddress[] = [];
  /** What `read` answers, in turn. */
  readonly incoming: (SequencerEvent | number)[] = [];
  isClosed = false;
  readonly #library: ScriptedSequencer;
  #ports = 0;

  constructor(library: ScriptedSequencer, id: number, name: string) {
    this.#library = library;
    this.id = id;
    this.name = name;
  }

  listPorts(): ListedPort[] {
    return this.#library.ports;
  }

  startQueue(): number {
    return 1;
  }

  queueMs(): number {
    return this.#library.queueMs;
  }

  createPort(): number {
    return this.#ports++;
  }

  connectFrom(_port: number, source: SequencerAddress): number {
    this.connections.push(source);
    return source.client === 0 ? 0 : this.#library.connectResult;
  }

  connectTo(port: number, destination: SequencerAddress): number {
    return this.connectFrom(port, destination);
  }

  readerCount(): number {
    return this.#library.readerCount;
  }

  read(): SequencerEvent | undefined | number {
    return this.incoming.shift();
  }

  write(_port: number, _to: SequencerAddress | undefined, bytes: Uint8Array): WriteAnswer {
    const piece = [...bytes.subarray(0, PIECE_LENGTH)];
    const send = (): number => {
      const result = this.#library.writeResults.shift() ?? 0;
      if (result >= 0) this.#library.sent.push(piece);
      return result;
    };
    return { taken: piece.length, result: send(), retry: send };
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A MIDI message, or a piece of one. */
export function midiEvent(queueMs: number, ...bytes: number[]): SequencerEvent {
  return { type: 6, queueMs, data: new Uint8Array(12), bytes: Uint8Array.from(bytes) };
}

/** What 0:1 says. */
export function announcement(type: number, ...data: number[]): SequencerEvent {
  return { type, queueMs: 0, data: Uint8Array.from(data), bytes: new Uint8Array() };
}
