/** The embedded WinMm with the devices that midirec brings along. */
import type { Clock } from '../../midi/clock.js';
import type { WinMm } from '../../winmm/winmm.js';
import { createEmbeddedWinMm } from '../embedded-winmm.js';
import type { PortSource } from '../kernel-port.js';
import { PortDriver } from '../port-driver.js';
import type { Completion } from '../port-output.js';
import type { DriverFactory } from '../user-mode-driver.js';
import { createDemoRack } from './demo/demo-rack.js';
import { createDemoKeyboard } from './demo-keyboard.js';
import { createLoopback } from './loopback.js';

/**
 * Demo keyboard, demo synth and loopback.
 *
 * @param ports - whose devices come first in the lists. Asked anew whenever devices are counted
 */
export function createBuiltInWinMm(clock: Clock, ports: PortSource = () => []): WinMm {
  const demo = [createDemoKeyboard(clock), createDemoRack(clock)];
  const loopback = [createLoopback()];
  const driver =
    (own: PortSource, completion: Completion): DriverFactory =>
    (host) =>
      new PortDriver(host, clock, own, completion);
  const drivers = [
    // Synchronous, so that midiOutLongMsg itself says when the other end of a stream is gone.
    driver(ports, 'synchronous'),
    // The demo devices are not, so that both kinds are at work.
    driver(() => demo, 'asynchronous'),
    driver(() => loopback, 'synchronous'),
  ];
  return createEmbeddedWinMm(clock, drivers);
}
