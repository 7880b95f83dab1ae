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
}

export function describeDevice({ id, caps }: { id: number; caps: MidiInCaps }): DeviceFacts {
  return {
    id,
    name: caps.szPname,
    manufacturerId: caps.wMid,
    productId: caps.wPid,
    driverVersion: `${caps.vDriverVersion >>> 8}.${caps.vDriverVersion & 0xff}`,
  };
}
