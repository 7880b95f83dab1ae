/** A callback ring whose messages a test can read as a list. */
import { CallbackRing } from '../../src/winmm/callback-ring.js';
import type { NativeMemory } from '../../src/winmm/memory.js';

export interface RingMessage {
  wMsg: number;
  dwParam1: number;
  dwParam2: number;
  counter: number;
}

export class RingLog {
  readonly ring: CallbackRing;

  constructor(memory: NativeMemory, slotCount = 65_536) {
    this.ring = new CallbackRing(memory.allocate(CallbackRing.byteLength(slotCount)), slotCount);
  }

  /** Takes all messages out of the ring. */
  take(): RingMessage[] {
    const messages: RingMessage[] = [];
    this.ring.drain({
      onRingMessage(wMsg, dwParam1, dwParam2, counter) {
        messages.push({ wMsg, dwParam1, dwParam2, counter });
      },
    });
    return messages;
  }
}
