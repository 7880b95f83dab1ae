/** What there is to say about a take: counts, channels, tempo and piano roll, gathered while it is recorded or read. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { HeldKeys } from '../../midi/held-keys.js';
import { isPlayed } from '../../midi/playing.js';
import { isChannelMessage, isNoteOff, isNoteOn } from '../../midi/status.js';
import { TempoGuess } from '../../midi/tempo/tempo-guess.js';
import { PianoRoll } from './piano-roll.js';

export interface ChannelCounts {
  /** Index of the input, or of the track. */
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

/** What an input did last. */
export interface InputActivity {
  /** When it played last. */
  playedMs: number;
  /** The last key that was struck; undefined: none yet. */
  key: number | undefined;
}

const CHANNELS = 16;

/** Its memory does not grow with the take. Times are milliseconds on the take's clock. */
export class TakeStatistics {
  /** All that came in, clock and active sensing included. */
  messages = 0;
  notes = 0;
  /** Channel messages that are no notes: controllers, pitch bend, programs, pressure. */
  controls = 0;
  sysex = 0;
  sysexBytes = 0;
  /** When something was played last (clock and active sensing are not); undefined before the first time. */
  lastPlayedMs: number | undefined;
  /** When the first note began; undefined before it. */
  firstNoteMs: number | undefined;
  /** When the last event of any kind came. */
  lastMs = 0;
  /** By index of the input; there is none for one that has played nothing. */
  readonly activity: (InputActivity | undefined)[] = [];
  readonly roll = new PianoRoll();
  readonly #tempo = new TempoGuess();
  readonly #held = new HeldKeys({
    begins: (slot) => {
      this.firstNoteMs ??= this.lastMs;
      this.roll.noteOn(this.lastMs, slot);
    },
    ends: (slot) => this.roll.noteOff(this.lastMs, slot),
  });
  /** By device and channel. */
  readonly #channels: (ChannelCounts | undefined)[] = [];

  get heldKeys(): number {
    return this.#held.count;
  }

  /** Those that said something, by device, then by channel. */
  get channels(): ChannelCounts[] {
    return this.#channels.filter((counts) => counts !== undefined);
  }

  /** Quarter notes per minute, if what was played has a beat that can be told. */
  guessTempo(): number | undefined {
    return this.#tempo.guess();
  }

  /** @param batch - events in order of time; it is read, not kept */
  add(batch: EventBatch): void {
    for (let row = 0; row < batch.count; row++) {
      this.lastMs = batch.timeMs[row]!;
      const kind = batch.kind[row]!;
      if (kind === EventKind.MARKER) continue;
      const isRest = kind !== EventKind.SHORT && batch.packed[row]! > 0;
      if (!isRest) this.messages++;
      if (isPlayed(kind, batch.packed[row]!)) {
        this.lastPlayedMs = this.lastMs;
        const device = batch.device[row]!;
        this.activity[device] ??= { playedMs: 0, key: undefined };
        this.activity[device].playedMs = this.lastMs;
      }
      if (kind === EventKind.SHORT) {
        this.#addShort(batch.device[row]!, batch.packed[row]!);
      } else {
        if (!isRest) this.sysex++;
        this.sysexBytes += batch.payload[row]!.length;
      }
    }
  }

  /** The take is over: notes that are held last until here. */
  end(timeMs: number): void {
    this.roll.end(timeMs);
  }

  #addShort(device: number, packed: number): void {
    // Song position and its like: not of a channel, and not in the file.
    if (!isChannelMessage(packed & 0xff)) return;
    const counts = this.#countsOf(device, packed & 0x0f);
    this.#held.update(device, packed);
    if (isNoteOn(packed)) {
      const key = (packed >>> 8) & 0x7f;
      this.notes++;
      this.activity[device]!.key = key;
      counts.notes++;
      if (key < counts.lowestKey) counts.lowestKey = key;
      if (key > counts.highestKey) counts.highestKey = key;
      this.#tempo.add(this.lastMs);
    } else if (!isNoteOff(packed)) {
      this.controls++;
      counts.controls++;
    }
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
