/** Several rows of things in order of time, made into one. */
import { again, type SmfEvent } from '../smf-content.js';

interface Timed {
  readonly tick: number;
}

/** What comes next, and from which row. */
export interface Merged<T> {
  item: T;
  index: number;
}

interface Row<T> extends Merged<T> {
  readonly rest: Iterator<T>;
}

/**
 * The items of all rows in order of their ticks, those of the same tick in order of the rows.
 *
 * @param rows - each in order of its ticks
 * @returns objects that are used again for the next item
 */
export function* mergeByTick<T extends Timed>(rows: Iterable<Iterable<T>>): Generator<Merged<T>> {
  const heap: Row<T>[] = [];
  let index = 0;
  for (const row of rows) {
    const rest = row[Symbol.iterator]();
    const { done, value } = rest.next();
    if (!done) heap.push({ item: value, index, rest });
    index++;
  }
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(heap, at);
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    yield first;
    const { done, value } = first.rest.next();
    if (!done) first.item = value;
    else if (heap.length > 1) heap[0] = heap.pop()!;
    else return;
    sink(heap, 0);
  }
}

/** Events of several origins in one order, as `mergeByTick` has it. */
export function mergedEvents(rows: readonly Iterable<SmfEvent>[]): Iterable<SmfEvent> {
  return again(function* () {
    for (const { item } of mergeByTick(rows)) yield item;
  });
}

/** Moves a row down the heap until none below it comes before it. */
function sink<T extends Timed>(heap: Row<T>[], from: number): void {
  const row = heap[from]!;
  let at = from;
  for (let below = 2 * at + 1; below < heap.length; below = 2 * at + 1) {
    if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
    if (!isBefore(heap[below]!, row)) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = row;
}

function isBefore<T extends Timed>(one: Row<T>, other: Row<T>): boolean {
  const ticks = one.item.tick - other.item.tick;
  return ticks < 0 || (ticks === 0 && one.index < other.index);
}
