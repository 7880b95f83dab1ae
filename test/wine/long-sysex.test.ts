/** A sysex of 100 MB through winmm.dll: every byte on the disk, and memory that does not grow with it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { residentKib } from '../support/process-memory.js';
import { WineRun } from '../support/wine-run.js';
import { sysexContent } from '../support/wine-script.js';
import { playedEvents } from '../support/wine-take.js';

const SIZE = 100_000_000;
const MOST_GROWTH_KIB = 100 * 1024;
const SCRIPT = `input "Synth"\nwait 500ms\nsysex size=${SIZE} seed=7\nwait 1s\n`;

describe('a sysex of 100 MB', () => {
  for (const [command, name] of [
    ['sysex-dump', 'dump.syx'],
    ['record', 'take.mid'],
  ] as const) {
    it(`midirec ${command}: byte for byte`, async (t) => {
      const run = new WineRun([command, '-o', name], { script: SCRIPT });
      await run.waitForLog('the start', ({ event }) => event === 'start');
      const startKib = residentKib(run.pid!, 'VmRSS');
      await run.waitForEnd();
      const mostKib = residentKib(run.pid!, 'VmHWM');
      run.kill('SIGINT');
      const { code, stderr } = await run.finished;
      // A driver that has sent all that the buffers hold waits for one, and that is told.
      assert.equal(code, /the driver had no buffer left/.test(stderr) ? 3 : 0, stderr);
      const bytes = readFileSync(run.path(name));
      const kept = name.endsWith('.mid') ? sysexIn(bytes) : bytes;
      assert.ok(kept.equals(sysexContent({ size: SIZE, seed: 7 })), `${kept.length} bytes`);
      t.diagnostic(
        `${Math.round(startKib / 1024)} MiB at the start, ${Math.round(mostKib / 1024)} MiB at most`,
      );
      assert.ok(mostKib - startKib < MOST_GROWTH_KIB, `${mostKib - startKib} KiB`);
    });
  }
});

/** The packets of the one sysex, put together. */
function sysexIn(bytes: Uint8Array): Buffer {
  const packets = playedEvents(bytes).flat();
  return Buffer.concat([Buffer.of(0xf0), ...packets.map(({ data }) => data)]);
}
