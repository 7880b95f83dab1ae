/** The events of the last while, in bounded memory, with the state that instruments were in before them. */
import { bothLost, type LostEvents } from '../files/growing/growing-take.js';
import { ChannelState } from '../midi/channel-state.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { isPlayed, LEAD_IN_MS } from '../midi/playing.js';

const ROWS_PER_CHUNK = 4096;
/** What a row takes: its columns, and its place in the list of payloads. */
const BYTES_PER_ROW = 34;
/** Chunks go as a whole: none is to be more than this part of the memory. */
const CHUNKS_OF_MEMORY = 8;

interface Chunk {
  events: EventBatch;
  payloadBytes: number;
}

export class EventHistory {
  readonly #keepMs: number;
  readonly #mostBytes: number;
  /** Oldest first; there is always one, to which events are added. */
  #chunks: Chunk[] = [newChunk()];
  #bytes = 0;
  /** Before the first event of the first chunk. */
  readonly #stateBefore = new ChannelState();
  /** What memory made it forget, from the first thing that was played on. */
  #cuts: LostEvents[] = [];

  /**
   * @param keepMs - events older than this may be forgotten
   * @param mostBytes - memory for events; older ones go first
   */
  constructor(keepMs: number, mostBytes: number) {
    this.#keepMs = keepMs;
    this.#mostBytes = mostBytes;
  }

  /** Takes a copy of the events, and forgets those that are too old by now. */
  add(batch: EventBatch): void {
    for (let row = 0; row < batch.count; row++) {
      let chunk = this.#chunks.at(-1)!;
      if (this.#isFull(chunk)) {
        chunk = newChunk();
        this.#chunks.push(chunk);
      }
      const payloadBytes = batch.kind[row] === EventKind.SHORT ? 0 : batch.payload[row]!.length;
      chunk.events.addRow(batch, row, batch.timeMs[row]!);
      chunk.payloadBytes += payloadBytes;
      this.#bytes += BYTES_PER_ROW + payloadBytes;
    }
    if (batch.count > 0) this.#forgetBefore(batch.timeMs[batch.count - 1]! - this.#keepMs);
  }

  /**
   * What was played since `fromMs`: the state before it as the first events of the first batch, then the marks, all
   * of it at times that count from the start, which is shortly before the first thing that was
   * played. Undefined if nothing was. The batches are made one by one as they are asked for, before anything is
   * added: all together would take as much memory again.
   */
  since(fromMs: number): { startMs: number; batches: Iterable<EventBatch> } | undefined {
    const playedMs = this.#firstPlayedMs(fromMs);
    if (playedMs === undefined) return undefined;
    const startMs = Math.max(0, fromMs, playedMs - LEAD_IN_MS);
    return { startMs, batches: this.#batchesFrom(startMs, fromMs) };
  }

  /** @param marksFromMs - marks before the start stand at it, with the state */
  *#batchesFrom(startMs: number, marksFromMs: number): Generator<EventBatch> {
    const state = this.#stateBefore.clone();
    const marks = new EventBatch(4);
    let isFirst = true;
    for (const { events } of this.#chunks) {
      let row = 0;
      for (; row < events.count && events.timeMs[row]! < startMs; row++) {
        updateState(state, events, row);
        const isMark = events.kind[row] === EventKind.MARKER;
        if (isMark && events.timeMs[row]! >= marksFromMs) marks.addRow(events, row, 0);
      }
      if (row === events.count) continue;
      const copy = new EventBatch(events.count - row + 64);
      if (isFirst) {
        state.addTo(copy, 0);
        for (let mark = 0; mark < marks.count; mark++) copy.addRow(marks, mark, 0);
      }
      isFirst = false;
      for (; row < events.count; row++) copy.addRow(events, row, events.timeMs[row]! - startMs);
      yield copy;
    }
  }

  /** Whether anything that is kept was played since `fromMs`, or anything of what `counts`. */
  hasPlayedSince(fromMs: number, counts = isPlayed): boolean {
    return this.#firstPlayedMs(fromMs, counts) !== undefined;
  }

  /** The events since `fromMs`, those included for which memory had no room. */
  allSince(fromMs: number): LostEvents | undefined {
    const kept = this.#chunks.map(({ events }) => eventsFrom(events, fromMs));
    return kept.reduce(bothLost, this.missingSince(fromMs));
  }

  /** The events since `fromMs` that are missing, since memory had no room for them. */
  missingSince(fromMs: number): LostEvents | undefined {
    const young = this.#cuts.filter(({ lastTimeMs }) => lastTimeMs >= fromMs);
    return young.reduce<LostEvents | undefined>(bothLost, undefined);
  }

  /** Forgets all events; the state that they left behind stays. */
  clear(): void {
    this.#cuts = [];
    this.#forgetBefore(Number.POSITIVE_INFINITY);
  }

  #isFull({ events, payloadBytes }: Chunk): boolean {
    return events.count === ROWS_PER_CHUNK || payloadBytes >= this.#mostBytes / CHUNKS_OF_MEMORY;
  }

  #firstPlayedMs(fromMs: number, counts = isPlayed): number | undefined {
    for (const { events } of this.#chunks) {
      const timeMs = playedMsIn(events, fromMs, counts);
      if (timeMs !== undefined) return timeMs;
    }
    return undefined;
  }

  #noteCut(events: EventBatch, fromMs: number): void {
    this.#cuts = this.#cuts.filter(({ lastTimeMs }) => lastTimeMs >= fromMs);
    const cut = eventsFrom(events, fromMs)!;
    if (this.#cuts.length > 0 || playedMsIn(events, fromMs) !== undefined) this.#cuts.push(cut);
  }

  #forgetBefore(timeMs: number): void {
    for (;;) {
      const [{ events, payloadBytes }] = this.#chunks as [Chunk];
      const isOld = events.count > 0 && events.timeMs[events.count - 1]! < timeMs;
      const isTooMuch = this.#bytes > this.#mostBytes && this.#chunks.length > 1;
      if (!isOld && !isTooMuch) return;
      if (!isOld) this.#noteCut(events, timeMs);
      for (let row = 0; row < events.count; row++) updateState(this.#stateBefore, events, row);
      this.#bytes -= events.count * BYTES_PER_ROW + payloadBytes;
      this.#chunks.shift();
      if (this.#chunks.length === 0) this.#chunks.push(newChunk());
    }
  }
}

/** When the first thing was played since `fromMs`. */
function playedMsIn(events: EventBatch, fromMs: number, counts = isPlayed): number | undefined {
  for (let row = 0; row < events.count; row++) {
    if (events.timeMs[row]! < fromMs) continue;
    if (counts(events.kind[row]!, events.packed[row]!)) return events.timeMs[row];
  }
  return undefined;
}

function eventsFrom({ timeMs, count }: EventBatch, fromMs: number): LostEvents | undefined {
  let row = 0;
  while (row < count && timeMs[row]! < fromMs) row++;
  if (row === count) return undefined;
  return { count: count - row, firstTimeMs: timeMs[row]!, lastTimeMs: timeMs[count - 1]! };
}

function newChunk(): Chunk {
  return { events: new EventBatch(ROWS_PER_CHUNK), payloadBytes: 0 };
}

function updateState(state: ChannelState, events: EventBatch, row: number): void {
  if (events.kind[row] === EventKind.SHORT) {
    state.update(events.device[row]!, events.packed[row]!);
  }
}
