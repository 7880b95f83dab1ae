/** The messages of a dump that are not on the disk yet, or not known to be. */

/** Bytes that are written at a time at most, but for longer messages. */
const BATCH_BYTES = 0x10_0000;

export class SyxQueue {
  #messages: Uint8Array[] = [];
  #byteLength = 0;
  #overtaken = 0;

  get messages(): readonly Uint8Array[] {
    return this.#messages;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** Changes when messages leave the queue behind the back of a write that is under way. */
  get overtaken(): number {
    return this.#overtaken;
  }

  add(message: Uint8Array): void {
    this.#messages.push(message);
    this.#byteLength += message.length;
  }

  /** The messages at the head that are written together; at least one, if there is any. They stay. */
  nextBatch(): Uint8Array[] {
    let count = 0;
    let bytes = 0;
    for (const message of this.#messages) {
      bytes += message.length;
      if (count > 0 && bytes > BATCH_BYTES) break;
      count++;
    }
    return this.#messages.slice(0, count);
  }

  /** Lets go of the first `count` messages, which a write has put on the disk. */
  remove(count: number): void {
    for (const message of this.#messages.splice(0, count)) this.#byteLength -= message.length;
  }

  /** The same, for messages that a write under way may have at hand. */
  overtake(count: number): void {
    this.#overtaken++;
    this.remove(count);
  }
}
