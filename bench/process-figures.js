// What the kernel says about a process: Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of all its threads so far, in milliseconds. */
export function processorMs(pid) {
  let ns = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1e6;
}

/** How often one of its threads has slept and was woken. */
export function wakeUps(pid) {
  let count = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
    count += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)[1]);
  }
  return count;
}

/** Member `field` of /proc/PID/status (VmRSS, VmHWM), in bytes. */
export function memoryBytes(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1024;
}
