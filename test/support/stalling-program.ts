/**
 * midirec with a main thread that stands still: from when the file `started` is there, which the
 * driver's script makes, until half a second has passed and the script has made `played`. To the
 * script it says by `stalled` that it does. All of them are in the working directory.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const STALL_MS = 500;
const PATIENCE_MS = 30_000;

const timer = setInterval(() => {
  if (!existsSync('started')) return;
  clearInterval(timer);
  const sinceMs = performance.now();
  writeFileSync('stalled', '');
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    Atomics.wait(cell, 0, 0, 20);
    const stalledMs = performance.now() - sinceMs;
    if ((stalledMs >= STALL_MS && existsSync('played')) || stalledMs > PATIENCE_MS) break;
  }
}, 10);
timer.unref();

await import(pathToFileURL(join(process.env.MIDIREC_WINE_BED!, 'app/bin/midirec.js')).href);
