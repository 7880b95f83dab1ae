/** How many sysex buffers an input has, and how large, unless someone says otherwise. */

/** Together with the size: 8 MiB in flight, several seconds of the fastest MIDI there is. */
export const DEFAULT_BUFFERS = 512;
/** Below 64 KiB, the most that old drivers take in one buffer. */
export const DEFAULT_BUFFER_SIZE = 16_384;

/** With a single buffer the driver would have none while it is being read. */
export const FEWEST_BUFFERS = 2;
export const SMALLEST_BUFFER_SIZE = 16;
/** Most memory that the buffers of one input may take. */
export const MOST_BUFFER_BYTES = 64 * 1024 * 1024;
