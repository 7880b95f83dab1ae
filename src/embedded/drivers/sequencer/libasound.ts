/** The sequencer interface over libasound.so.2, by koffi. */
import { loadKoffi } from '../../../winmm/native/koffi-bindings.js';
import { loadPoll, type Poll } from '../raw/poll.js';
import {
  EAGAIN,
  type ListedPort,
  type SequencerAddress,
  type SequencerClient,
  type SequencerEvent,
  type SequencerLibrary,
  type WriteAnswer,
} from './sequencer.js';

/** Functions by name, with the types of their result and parameters; `handle` is a pointer that libasound made. */
const FUNCTIONS = {
  snd_seq_open: 'int (_Out_ uintptr_t *, const char *, int, int)',
  snd_seq_close: 'int (uintptr_t)',
  snd_seq_client_id: 'int (uintptr_t)',
  snd_seq_set_client_name: 'int (uintptr_t, const char *)',
  snd_seq_set_client_pool_input: 'int (uintptr_t, size_t)',
  snd_seq_poll_descriptors: 'int (uintptr_t, uint8_t *, unsigned int, short)',
  snd_seq_alloc_named_queue: 'int (uintptr_t, const char *)',
  snd_seq_control_queue: 'int (uintptr_t, int, int, int, uintptr_t)',
  snd_seq_drain_output: 'int (uintptr_t)',
  snd_seq_queue_status_malloc: 'int (_Out_ uintptr_t *)',
  snd_seq_get_queue_status: 'int (uintptr_t, int, uintptr_t)',
  snd_seq_queue_status_get_real_time: 'uintptr_t (uintptr_t)',
  snd_seq_client_info_malloc: 'int (_Out_ uintptr_t *)',
  snd_seq_client_info_set_client: 'void (uintptr_t, int)',
  snd_seq_client_info_get_client: 'int (uintptr_t)',
  snd_seq_client_info_get_name: 'const char * (uintptr_t)',
  snd_seq_client_info_get_type: 'int (uintptr_t)',
  snd_seq_client_info_get_card: 'int (uintptr_t)',
  snd_seq_query_next_client: 'int (uintptr_t, uintptr_t)',
  snd_seq_port_info_malloc: 'int (_Out_ uintptr_t *)',
  snd_seq_port_info_set_client: 'void (uintptr_t, int)',
  snd_seq_port_info_set_port: 'void (uintptr_t, int)',
  snd_seq_port_info_get_port: 'int (uintptr_t)',
  snd_seq_port_info_get_name: 'const char * (uintptr_t)',
  snd_seq_port_info_get_capability: 'unsigned int (uintptr_t)',
  snd_seq_port_info_set_name: 'void (uintptr_t, const char *)',
  snd_seq_port_info_set_capability: 'void (uintptr_t, unsigned int)',
  snd_seq_port_info_set_type: 'void (uintptr_t, unsigned int)',
  snd_seq_port_info_set_timestamping: 'void (uintptr_t, int)',
  snd_seq_port_info_set_timestamp_real: 'void (uintptr_t, int)',
  snd_seq_port_info_set_timestamp_queue: 'void (uintptr_t, int)',
  snd_seq_get_port_info: 'int (uintptr_t, int, uintptr_t)',
  snd_seq_port_info_get_read_use: 'int (uintptr_t)',
  snd_seq_query_next_port: 'int (uintptr_t, uintptr_t)',
  snd_seq_create_port: 'int (uintptr_t, uintptr_t)',
  snd_seq_connect_from: 'int (uintptr_t, int, int, int)',
  snd_seq_connect_to: 'int (uintptr_t, int, int, int)',
  snd_seq_event_input: 'int (uintptr_t, _Out_ uintptr_t *)',
  snd_seq_event_output_direct: 'int (uintptr_t, uint8_t *)',
  snd_midi_event_new: 'int (size_t, _Out_ uintptr_t *)',
  snd_midi_event_free: 'void (uintptr_t)',
  snd_midi_event_no_status: 'void (uintptr_t, int)',
  snd_midi_event_decode: 'long (uintptr_t, uint8_t *, long, uintptr_t)',
  snd_midi_event_encode: 'long (uintptr_t, uint8_t *, long, uint8_t *)',
};

type Native = Record<keyof typeof FUNCTIONS, (...args: unknown[]) => number> & {
  readonly poll: Poll;
  view(address: number, byteLength: number): Uint8Array;
};

const SND_SEQ_OPEN_DUPLEX = 3;
const SND_SEQ_NONBLOCK = 1;
const SND_SEQ_EVENT_START = 30;
const SND_SEQ_EVENT_NONE = 255;
const SND_SEQ_QUEUE_DIRECT = 253;
/** SND_SEQ_ADDRESS_SUBSCRIBERS and SND_SEQ_ADDRESS_UNKNOWN. */
const SUBSCRIBERS: SequencerAddress = { client: 254, port: 253 };
const SND_SEQ_KERNEL_CLIENT = 2;
/** SND_SEQ_PORT_TYPE_MIDI_GENERIC and _APPLICATION. */
const PORT_TYPE = (1 << 1) | (1 << 20);
const POLLIN = 1;
const POLLFD_SIZE = 8;
/** The most that the kernel grants; each cell holds a short message, or 28 bytes of a sysex. */
const INPUT_CELLS = 2000;
/** Of snd_seq_event_t. */
const EVENT_SIZE = 28;
/** Bytes of sysex in one event: as many as other programs send. */
const PIECE_LENGTH = 256;
/** An event that came in may be longer. */
const DECODED_LENGTH = 65_536;

/** @throws Error where koffi or libasound.so.2 cannot be loaded */
export async function loadLibasound(): Promise<SequencerLibrary> {
  const koffi = await loadKoffi();
  const library = koffi.load('libasound.so.2');
  const functions = Object.entries(FUNCTIONS).map(([name, type]) => {
    const [, result, parameters] = /^(.*?) ?(\(.*\))$/.exec(type) ?? [];
    return [name, library.func(`${result} ${name}${parameters}`)];
  });
  const native: Native = {
    ...Object.fromEntries(functions),
    poll: await loadPoll(),
    view: (address, byteLength) => new Uint8Array(koffi.view(BigInt(address), byteLength)),
  };
  return {
    open(name) {
      const place = [0];
      const mode = [SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK];
      const result = native.snd_seq_open(place, 'default', ...mode);
      return result < 0 ? result : new LibasoundClient(native, Number(place[0]), name);
    },
    async whenReadable(clients, limitMs) {
      const fds = clients.flatMap((client) =>
        client instanceof LibasoundClient ? [client.fd] : [],
      );
      await native.poll(fds, limitMs);
    },
  };
}

class LibasoundClient implements SequencerClient {
  readonly id: number;
  /** Readable when there is something to be read. */
  readonly fd: number;
  readonly #native: Native;
  readonly #handle: number;
  readonly #decoder: number;
  readonly #encoder: number;
  readonly #clientInfo: number;
  readonly #portInfo: number;
  readonly #queueStatus: number;
  readonly #decoded = new Uint8Array(DECODED_LENGTH);

  constructor(native: Native, handle: number, name: string) {
    this.#native = native;
    this.#handle = handle;
    this.id = native.snd_seq_client_id(handle);
    const pollfd = new Uint8Array(POLLFD_SIZE);
    native.snd_seq_poll_descriptors(handle, pollfd, 1, POLLIN);
    this.fd = new DataView(pollfd.buffer, pollfd.byteOffset).getInt32(0, true);
    native.snd_seq_set_client_name(handle, name);
    native.snd_seq_set_client_pool_input(handle, INPUT_CELLS);
    const made = (make: (...args: unknown[]) => number, ...args: unknown[]): number => {
      const place = [0];
      make(...args, place);
      return Number(place[0]);
    };
    this.#decoder = made(native.snd_midi_event_new, DECODED_LENGTH);
    this.#encoder = made(native.snd_midi_event_new, PIECE_LENGTH);
    native.snd_midi_event_no_status(this.#decoder, 1);
    this.#clientInfo = made(native.snd_seq_client_info_malloc);
    this.#portInfo = made(native.snd_seq_port_info_malloc);
    this.#queueStatus = made(native.snd_seq_queue_status_malloc);
  }

  listPorts(): ListedPort[] {
    const { snd_seq_query_next_client: nextClient, snd_seq_query_next_port: nextPort } =
      this.#native;
    const native = this.#native;
    const text = (value: unknown): string => String(value ?? '');
    const ports: ListedPort[] = [];
    native.snd_seq_client_info_set_client(this.#clientInfo, -1);
    while (nextClient(this.#handle, this.#clientInfo) >= 0) {
      const client = native.snd_seq_client_info_get_client(this.#clientInfo);
      const clientName = text(native.snd_seq_client_info_get_name(this.#clientInfo));
      const type = native.snd_seq_client_info_get_type(this.#clientInfo);
      const card = native.snd_seq_client_info_get_card(this.#clientInfo);
      native.snd_seq_port_info_set_client(this.#portInfo, client);
      native.snd_seq_port_info_set_port(this.#portInfo, -1);
      while (nextPort(this.#handle, this.#portInfo) >= 0) {
        ports.push({
          client,
          port: native.snd_seq_port_info_get_port(this.#portInfo),
          clientName,
          portName: text(native.snd_seq_port_info_get_name(this.#portInfo)),
          capability: native.snd_seq_port_info_get_capability(this.#portInfo),
          card,
          isKernel: type === SND_SEQ_KERNEL_CLIENT,
        });
      }
    }
    return ports;
  }

  startQueue(): number {
    const queue = this.#native.snd_seq_alloc_named_queue(this.#handle, 'midirec');
    this.#native.snd_seq_control_queue(this.#handle, queue, SND_SEQ_EVENT_START, 0, 0);
    this.#native.snd_seq_drain_output(this.#handle);
    return queue;
  }

  queueMs(queue: number): number {
    this.#native.snd_seq_get_queue_status(this.#handle, queue, this.#queueStatus);
    const address = this.#native.snd_seq_queue_status_get_real_time(this.#queueStatus);
    return readRealTime(this.#native.view(Number(address), 8), 0);
  }

  createPort(name: string, capability: number, stampQueue?: number): number {
    const native = this.#native;
    const info = this.#portInfo;
    native.snd_seq_port_info_set_name(info, name);
    native.snd_seq_port_info_set_capability(info, capability);
    native.snd_seq_port_info_set_type(info, PORT_TYPE);
    native.snd_seq_port_info_set_timestamping(info, stampQueue === undefined ? 0 : 1);
    native.snd_seq_port_info_set_timestamp_real(info, 1);
    native.snd_seq_port_info_set_timestamp_queue(info, stampQueue ?? 0);
    const result = native.snd_seq_create_port(this.#handle, info);
    return result < 0 ? result : native.snd_seq_port_info_get_port(info);
  }

  connectFrom(port: number, source: SequencerAddress): number {
    return this.#native.snd_seq_connect_from(this.#handle, port, source.client, source.port);
  }

  connectTo(port: number, destination: SequencerAddress): number {
    const { client, port: theirs } = destination;
    return this.#native.snd_seq_connect_to(this.#handle, port, client, theirs);
  }

  readerCount(port: number): number {
    this.#native.snd_seq_get_port_info(this.#handle, port, this.#portInfo);
    return this.#native.snd_seq_port_info_get_read_use(this.#portInfo);
  }

  read(): SequencerEvent | undefined | number {
    const place = [0];
    const result = this.#native.snd_seq_event_input(this.#handle, place);
    if (result === -EAGAIN) return undefined;
    if (result < 0) return result;
    const address = Number(place[0]);
    const event = this.#native.view(address, EVENT_SIZE);
    const length = this.#native.snd_midi_event_decode(
      this.#decoder,
      this.#decoded,
      DECODED_LENGTH,
      address,
    );
    return {
      type: event[0] ?? 0,
      queueMs: readRealTime(event, 4),
      data: event.subarray(16),
      bytes: this.#decoded.subarray(0, Math.max(0, Number(length))),
    };
  }

  write(port: number, destination: SequencerAddress | undefined, bytes: Uint8Array): WriteAnswer {
    const event = new Uint8Array(new ArrayBuffer(EVENT_SIZE));
    event[0] = SND_SEQ_EVENT_NONE;
    const taken = Number(
      this.#native.snd_midi_event_encode(this.#encoder, bytes, bytes.length, event),
    );
    const send = () => this.#native.snd_seq_event_output_direct(this.#handle, event);
    if (taken < 0) return { taken: 0, result: taken, retry: () => taken };
    if (event[0] === SND_SEQ_EVENT_NONE) return { taken, result: 0, retry: () => 0 };
    event[3] = SND_SEQ_QUEUE_DIRECT;
    const { client, port: theirs } = destination ?? SUBSCRIBERS;
    event.set([this.id, port, client, theirs], 12);
    return { taken, result: send(), retry: send };
  }

  close(): void {
    this.#native.snd_seq_close(this.#handle);
    this.#native.snd_midi_event_free(this.#decoder);
    this.#native.snd_midi_event_free(this.#encoder);
  }
}

/** snd_seq_real_time_t: seconds and nanoseconds. */
function readRealTime(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8);
  return view.getUint32(0, true) * 1000 + view.getUint32(4, true) / 1e6;
}
