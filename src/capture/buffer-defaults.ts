/** How many sysex buffers an input has, and how large, unless someone says otherwise. */

/** Together with the size: 4 MiB in flight, many seconds of the fastest MIDI line there is. */
export const DEFAULT_BUFFERS = 1024;
/**
 * Small, for a driver gives a buffer back only when it is full or the message ends: 4096 bytes are
 * 1.3 s of a MIDI line, and that long nobody sees that a dump is on its way. (And far below
 * 64 KiB, the most that old drivers take.)
 */
export const DEFAULT_BUFFER_SIZE = 4096;

/** With a single buffer the driver would have none while it is being read. */
export const FEWEST_BUFFERS = 2;
/**
 * Each buffer is given to the driver and taken back with calls of its own: more of them than this
 * are not closed within the time that closing may take.
 */
export const MOST_BUFFERS = 16_384;
export const SMALLEST_BUFFER_SIZE = 16;
/** Most memory that the buffers of one input may take. */
export const MOST_BUFFER_BYTES = 64 * 1024 * 1024;
