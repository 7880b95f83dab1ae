/** The thread of CallWatch: looks at times, and ends the process when a call does not come back. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { CALL_LIMIT_MS, WATCHED, WatchWord } from './call-watch.js';
import { loadProcessEnd } from './koffi-bindings.js';

const LOOK_MS = 2000;
/** Looks are counted, not milliseconds: while the machine sleeps nothing hangs. */
const LOOKS = CALL_LIMIT_MS / LOOK_MS;

const EXIT_FAILED = 1;

const words = workerData as Int32Array;
/** The sequence at the last look. While it is even nothing is under way: then this sleeps. */
let seen = 0;
let looks = 0;
while (looks < LOOKS && Atomics.load(words, WatchWord.IS_OVER) === 0) {
  if (seen % 2 === 0) Atomics.wait(words, WatchWord.SEQUENCE, seen);
  else Atomics.wait(words, WatchWord.IS_OVER, 0, LOOK_MS);
  const sequence = Atomics.load(words, WatchWord.SEQUENCE);
  looks = sequence === seen && sequence % 2 !== 0 ? looks + 1 : 0;
  seen = sequence;
}
// Not awaited: the single program has this file as CommonJS, which cannot wait at the top level.
if (looks === LOOKS) end();

async function end(): Promise<void> {
  const name = WATCHED[Atomics.load(words, WatchWord.FUNCTION)];
  writeSync(
    2,
    `midirec: ${name} did not return within ${CALL_LIMIT_MS / 1000} s\n` +
      'hint: the driver hangs: unplug the device and plug it in again, or restart the machine\n',
  );
  const endProcess = await loadProcessEnd();
  endProcess(EXIT_FAILED);
}
