/** Clicks that come back through an input: taken out, so that they are never recorded. */
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { isNoteOff } from '../midi/status.js';

/**
 * A click comes back within this time: through a cable at once, over a network or the air later. Nobody
 * plays its key with just its velocity meanwhile …
 */
const LATEST_MS = 200;
/** … and it may seem to come a little early: two drivers have two clocks. */
const EARLIEST_MS = -5;
/** Events are looked at at most so long after they came. */
const FORGET_MS = 2000;

interface SentClick {
  readonly packed: number;
  readonly timeMs: number;
  /** Inputs through which it has come back: once through each. */
  readonly returned: Set<number>;
  /** For the end of a click: its beginning. */
  readonly on: SentClick | undefined;
}

/** All times are milliseconds on the session's clock. */
export class ClickFilter {
  returned = 0;
  #sent: SentClick[] = [];

  /** A message of a click is being sent. */
  note(packed: number, timeMs: number): void {
    this.#sent = this.#sent.filter((click) => timeMs - click.timeMs < FORGET_MS);
    const on = isNoteOff(packed)
      ? this.#sent.findLast(({ packed: sent }) => !isNoteOff(sent) && isSameKey(sent, packed))
      : undefined;
    this.#sent.push({ packed, timeMs, returned: new Set(), on });
  }

  filter(batch: EventBatch, from: number): void {
    if (this.#sent.length === 0) return;
    const { kind, packed, timeMs, device } = batch;
    this.returned += batch.keepRows(
      from,
      (row) =>
        kind[row] !== EventKind.SHORT || !this.#isClick(packed[row]!, timeMs[row]!, device[row]!),
    );
  }

  #isClick(packed: number, timeMs: number, device: number): boolean {
    const click = this.#sent.find(({ packed: sent, timeMs: sentMs, returned, on }) => {
      const delayMs = timeMs - sentMs;
      const isInTime = delayMs >= EARLIEST_MS && delayMs <= LATEST_MS;
      // The end of a click that has not come back is the end of a note that somebody played.
      const hasBegun = on === undefined || on.returned.has(device);
      return isInTime && hasBegun && isSame(sent, packed) && !returned.has(device);
    });
    click?.returned.add(device);
    return click !== undefined;
  }
}

/** A note-off may come back as a note-on without velocity, or with another velocity. */
function isSame(sent: number, packed: number): boolean {
  if (sent === packed) return true;
  return isNoteOff(sent) && isNoteOff(packed) && isSameKey(sent, packed);
}

function isSameKey(one: number, other: number): boolean {
  return (one & 0x7f0f) === (other & 0x7f0f);
}
