/** The input side of a sequencer port: a client of its own, so that what the kernel could not hold is known of this input alone. */
import { MMSYSERR_NOERROR } from '../../../winmm/constants.js';
import type { Mmresult } from '../../../winmm/winmm.js';
import type { KernelInput, PortReceiver } from '../../kernel-port.js';
import { mmresultOfNumber } from '../streams/stream-error.js';
import {
  type SequencerAddress,
  type SequencerClient,
  SND_SEQ_PORT_CAP_NO_EXPORT,
  SND_SEQ_PORT_CAP_SUBS_WRITE,
  SND_SEQ_PORT_CAP_WRITE,
} from './sequencer.js';
import type { SequencerHub, SequencerReader } from './sequencer-hub.js';

export class SequencerInput implements KernelInput {
  readonly #hub: SequencerHub;
  readonly #name: string;
  readonly #source: SequencerAddress | undefined;
  #client: SequencerClient | undefined;
  #reader: SequencerReader | undefined;
  #isStarted = false;

  /** @param source - connected with while the input is open; undefined: other programs connect with it, by its name */
  constructor(hub: SequencerHub, name: string, source: SequencerAddress | undefined) {
    this.#hub = hub;
    this.#name = name;
    this.#source = source;
  }

  open(receiver: PortReceiver): Mmresult {
    const source = this.#source;
    const client = this.#hub.library.open(source ? 'midirec' : this.#name);
    if (typeof client === 'number') return mmresultOfNumber(client);
    const shown = source ? SND_SEQ_PORT_CAP_NO_EXPORT : SND_SEQ_PORT_CAP_SUBS_WRITE;
    const port = client.createPort(this.#name, SND_SEQ_PORT_CAP_WRITE | shown, this.#hub.queue);
    const result = source === undefined || port < 0 ? port : client.connectFrom(port, source);
    if (result < 0) {
      client.close();
      return mmresultOfNumber(result);
    }
    this.#client = client;
    const ifStarted = (act: () => void): void => {
      if (this.#isStarted) act();
    };
    this.#reader = {
      client,
      source,
      onBytes: (bytes, timeMs) => ifStarted(() => receiver.deliver(bytes, timeMs)),
      onOverrun: () => ifStarted(() => receiver.lost()),
      onGone: () => receiver.gone(),
    };
    this.#hub.add(this.#reader);
    return MMSYSERR_NOERROR;
  }

  start(): void {
    this.#isStarted = true;
  }

  stop(): void {
    this.#isStarted = false;
  }

  close(): void {
    if (this.#reader) this.#hub.remove(this.#reader);
    this.#client?.close();
    this.#reader = undefined;
    this.#client = undefined;
  }
}
