/** How many sysex buffers an input has, and how large, unless someone says otherwise. */

/**
 * Together with the size: 8.25 MiB in flight, as much as a USB cable brings in many seconds. However
 * small a message is, it takes a whole buffer, and buffers are given back when JavaScript is woken: so many
 * bridge a stall of half a second in which a driver sends 2,000 small ones, or 8 MiB in messages of 20,000 bytes,
 * each of which leaves a part of its last buffer empty. More of them would make the end of a take slow, since
 * each is given back by a call of its own.
 */
export const DEFAULT_BUFFERS = 2112;
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
/** Of all inputs together, for the same reason: they are closed at once. */
export const MOST_BUFFERS_IN_ALL = 65_536;
export const SMALLEST_BUFFER_SIZE = 16;
/** Most memory that the buffers of one input may take. */
export const MOST_BUFFER_BYTES = 64 * 1024 * 1024;
