/** Which sysex of a track that come in several events have begun and not ended. */
import type { SmfEvent } from '../files/smf/smf-content.js';
import { MetaType } from '../files/smf/smf-encoding.js';
import { isRealtime, SYSEX_END, SYSEX_START } from '../midi/status.js';

export class SysexUnderWay {
  /** Ports (FF 21) that have one: each has a sysex of its own. */
  readonly #ports: Set<number>;
  #port: number;

  constructor(ports: ReadonlySet<number> = new Set(), port = 0) {
    this.#ports = new Set(ports);
    this.#port = port;
  }

  copy(): SysexUnderWay {
    return new SysexUnderWay(this.#ports, this.#port);
  }

  get isEmpty(): boolean {
    return this.#ports.size === 0;
  }

  /** The next event of the track, with which a sysex may begin. */
  take(event: SmfEvent): void {
    this.goesOnWith(event);
    if (event.status === SYSEX_START && !isEnd(event)) this.#ports.add(this.#port);
  }

  /** The next event of the track. @returns whether it brings more of a sysex under way, or its end */
  goesOnWith(event: SmfEvent): boolean {
    const { metaType, status, data } = event;
    if (metaType === MetaType.PORT) this.#port = data[0] ?? 0;
    if (metaType >= 0 || !this.#ports.has(this.#port)) return false;
    const [first = SYSEX_END] = data;
    const isPacket = status === SYSEX_END && (first < 0x80 || first === SYSEX_END);
    // Realtime may stand in the midst of it; any other message breaks it off.
    const mayGoOn = isPacket || (status === SYSEX_END && isRealtime(first));
    if (!mayGoOn || isEnd(event)) this.#ports.delete(this.#port);
    return isPacket;
  }
}

/** Whether no more comes of a sysex after this F0 or F7 event. */
function isEnd({ data, left = 0 }: SmfEvent): boolean {
  return left === 0 && (data.length === 0 || data.at(-1) === SYSEX_END);
}
