/** Inputs that go away in the midst of a capture: what a person is told, and when there is nothing left to wait for. */
import type { DeviceChange } from '../../capture/presence/reconnect.js';
import type { SessionOptions } from '../../capture/session.js';
import type { Backend } from '../backend.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTime } from '../terminal/figures.js';

export type DeviceChangeOptions = Pick<
  SessionOptions,
  'reconnect' | 'endingOf' | 'onDeviceGone' | 'onDeviceBack' | 'onAllGone'
>;

/**
 * For a session that is to end when its last input has gone for good.
 *
 * @param reconnect - whether to wait for a device that is unplugged
 * @param onGone - told of every input that goes, by its index in the take
 */
export function followDevices(
  backend: Backend,
  reconnect: boolean,
  console: ConsoleOutput,
  stop: StopRequests,
  onGone: (device: number) => void = () => {},
): DeviceChangeOptions {
  let isAnyLost = false;
  return {
    reconnect,
    endingOf: backend.endingOf,
    onDeviceGone({ device, name, timeMs, reason, isEnd, isAwaited }: DeviceChange) {
      onGone(device);
      const when = formatTime(timeMs);
      if (isEnd) {
        console.say(`${name} came to its end at ${when}`);
        return;
      }
      isAnyLost = true;
      const what = isAwaited ? '; waiting for it to come back' : '';
      console.warn(`${name} went away at ${when}${what}`);
      console.tell(`${name}: ${reason}`);
    },
    onDeviceBack({ name, timeMs }: DeviceChange) {
      console.say(`${name} is back at ${formatTime(timeMs)}`);
    },
    onAllGone() {
      stop.request(isAnyLost ? 'inputs-gone' : 'end-of-input');
    },
  };
}
