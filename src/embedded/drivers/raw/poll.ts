/** poll(2): waiting for files that the event loop cannot wait for, on a thread of libuv's, by koffi. */
import { loadKoffi } from '../../../winmm/native/koffi-bindings.js';

/**
 * Resolves when one of the files has something to read or has failed, and after `limitMs` at the latest.
 *
 * @param fds - stay open until then
 * @returns those that have
 */
export type Poll = (fds: readonly number[], limitMs: number) => Promise<readonly number[]>;

const POLLIN = 1;
/** struct pollfd: int fd, short events, short revents. */
const POLLFD_SIZE = 8;
/** An ArrayBuffer of its own: smaller ones Node.js may move while the call is under way. */
const LEAST_LENGTH = 128;

/** @throws Error where koffi cannot be loaded */
export async function loadPoll(): Promise<Poll> {
  const koffi = await loadKoffi();
  const poll = koffi.load(null).func('int poll(uint8_t *, unsigned long, int)');
  return (fds, limitMs) => {
    const buffer = new ArrayBuffer(Math.max(LEAST_LENGTH, fds.length * POLLFD_SIZE));
    const view = new DataView(buffer);
    fds.forEach((fd, index) => {
      view.setInt32(index * POLLFD_SIZE, fd, true);
      view.setInt16(index * POLLFD_SIZE + 4, POLLIN, true);
    });
    return new Promise((resolve) => {
      poll.async(new Uint8Array(buffer), fds.length, limitMs, () =>
        resolve(fds.filter((_, index) => view.getInt16(index * POLLFD_SIZE + 6, true) !== 0)),
      );
    });
  };
}
