/** What a take looks like: the piano roll, the channels and the tempo, gathered while it is recorded. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { HeldKeys } from '../../midi/held-keys.js';
import { isChannelMessage, isNoteOff, isNoteOn } from '../../midi/status.js';
import { TempoGuess } from '../../midi/tempo/tempo-guess.js';
import { PianoRoll } from './piano-roll.js';

export interface ChannelCounts {
  /** Number of the input, or of the track. */
  readonly device: number;
  /** 1 to 16. */
  readonly channel: number;
  notes: number;
  /** Controllers, pitch bend, programs, pressure. */
  controls: number;
  /** 128 if there is no note. */
  lowestKey: number;
  /** -1 if there is no note. */
  highestKey: number;
}

const CHANNELS = 16;

/** Its memory does not grow with the take. */
export class TakePortrait {
  readonly roll = new PianoRoll();
  readonly #tempo = new TempoGuess();
  #timeMs = 0;
  readonly #held = new HeldKeys({
    begins: (slot) => this.roll.noteOn(this.#timeMs, slot),
    ends: (slot) => this.roll.noteOff(this.#timeMs, slot),
  });
  /** By device and channel. */
  readonly #channels: (ChannelCounts | undefined)[] = [];

  /** @param batch - events in order of time */
  add(batch: EventBatch): void {
    const { kind, packed, timeMs, device, count } = batch;
    for (let row = 0; row < count; row++) {
      if (kind[row] !== EventKind.SHORT || !isChannelMessage(packed[row]! & 0xff)) continue;
      this.#addShort(timeMs[row]!, device[row]!, packed[row]!);
    }
  }

  /** The take is over. */
  end(timeMs: number): void {
    this.roll.end(timeMs);
  }

  /** Those that said something, by device, then by channel. */
  get channels(): ChannelCounts[] {
    return this.#channels.filter((counts) => counts !== undefined);
  }

  /** Beats a minute, if what was played has a beat that can be told. */
  guessTempo(): number | undefined {
    return this.#tempo.guess();
  }

  #addShort(timeMs: number, device: number, packed: number): void {
    const counts = this.#countsOf(device, packed & 0x0f);
    this.#timeMs = timeMs;
    this.#held.update(device, packed);
    if (!isNoteOn(packed)) {
      if (!isNoteOff(packed)) counts.controls++;
      return;
    }
    const key = (packed >>> 8) & 0x7f;
    counts.notes++;
    if (key < counts.lowestKey) counts.lowestKey = key;
    if (key > counts.highestKey) counts.highestKey = key;
    this.#tempo.add(timeMs);
  }

  #countsOf(device: number, channel: number): ChannelCounts {
    const index = device * CHANNELS + channel;
    this.#channels[index] ??= {
      device,
      channel: channel + 1,
      notes: 0,
      controls: 0,
      lowestKey: 128,
      highestKey: -1,
    };
    return this.#channels[index];
  }
}
