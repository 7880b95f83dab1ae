/** What drivers tell of their devices, as `--json` has it. */
import type { MidiInCaps } from '../../winmm/structures.js';

export interface DeviceFacts {
  id: number;
  /** As the driver gave it. */
  name: string;
  manufacturerId: number;
  productId: number;
  /** `1.0` */
  driverVersion: string;
  /** Of the device's interface, where the driver tells it: it stays when the device is renamed. */
  path?: string | undefined;
}

export function describeDevice({
  id,
  caps,
  path,
}: {
  id: number;
  caps: MidiInCaps;
  path?: string | undefined;
}): DeviceFacts {
  return {
    id,
    name: caps.szPname,
    manufacturerId: caps.wMid,
    productId: caps.wPid,
    driverVersion: `${caps.vDriverVersion >>> 8}.${caps.vDriverVersion & 0xff}`,
    path,
  };
}
