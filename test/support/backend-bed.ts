/** A backend around a WinMm, for tests of what commands do with devices: no ports of its own, nothing that ends by itself. */
import type { Backend } from '../../src/cli/backend.js';
import type { Clock } from '../../src/midi/clock.js';
import type { WinMm } from '../../src/winmm/winmm.js';

export function backendOver<Driver extends WinMm>(
  winmm: Driver,
  clock: Clock,
  isBuiltIn: (name: string) => boolean = () => false,
): Backend & { winmm: Driver } {
  return {
    winmm,
    clock,
    portNames: new Set(),
    isFifo: () => false,
    preferredNames: undefined,
    isBuiltIn,
    endingOf: () => undefined,
    nameOfAddress: () => undefined,
  };
}
