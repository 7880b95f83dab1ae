/** The memory of another process, as Linux tells it. */
import { readFileSync } from 'node:fs';

/** Memory of a process, in KiB: now, or (VmHWM) the most that it ever had. */
export function residentKib(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s*(\\d+)`).exec(status)![1]);
}
