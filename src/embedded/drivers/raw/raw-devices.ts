/** The raw MIDI devices of this machine, with what the kernel can do for them. */
import { existsSync } from 'node:fs';
import type { Clock } from '../../../midi/clock.js';
import type { PortSource } from '../../kernel-port.js';
import { createAlsaPortSource } from '../streams/alsa-raw-devices.js';
import { RawWait } from '../streams/raw-reader.js';

export interface RawDevices {
  readonly ports: PortSource;
  /** Undefined where koffi cannot be loaded, and where there is no sound card to load it for. */
  readonly rawWait: RawWait | undefined;
}

export async function openRawDevices(clock: Clock): Promise<RawDevices> {
  const rawWait = existsSync('/dev/snd') ? await loadWait().catch(() => undefined) : undefined;
  return { ports: createAlsaPortSource(clock, rawWait), rawWait };
}

async function loadWait(): Promise<RawWait> {
  const { loadRawControl } = await import('./linux-raw-control.js');
  return new RawWait(await loadRawControl());
}
