/** Names for takes that were not given one. */
import { MidirecError } from '../midi/errors.js';

/** `take-20260131-235959.mid`, in local time. */
export function takeName(date: Date, attempt = 1): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
  return `take-${day}-${time}${attempt === 1 ? '' : `-${attempt}`}.mid`;
}

/** More recorders than this do not start in one folder in one second. */
const MOST_ATTEMPTS = 100;

/**
 * Opens the first of `take-DATE-TIME.mid`, `take-DATE-TIME-2.mid`, … that is free, so that two
 * recorders started in the same second both get a file.
 *
 * @param open - throws MidirecError OUTPUT_EXISTS if the name is taken
 */
export function freeTakeName<T>(date: Date, open: (name: string) => T): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return open(takeName(date, attempt));
    } catch (error) {
      const isTaken = error instanceof MidirecError && error.code === 'OUTPUT_EXISTS';
      if (!isTaken || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
