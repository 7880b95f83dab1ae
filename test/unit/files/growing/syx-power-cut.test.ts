/** A dump on a disk that loses its power: what was synced is there, and nothing broken stands before it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { SyxFile } from '../../../../src/files/growing/syx-file.js';
import { SyxMessages } from '../../../../src/files/syx/syx-messages.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { SeededRandom } from '../../../support/seeded-random.js';
import { type DiskStep, MemoryDisk } from '../../../support/smf-memory-disk.js';

const PATH = '/no-such-folder/dump.syx';
const SECTOR = 512;

/** A message of `length` bytes. */
function sysex(length: number): Uint8Array {
  const message = new Uint8Array(length).fill(1);
  message[0] = 0xf0;
  message[length - 1] = 0xf7;
  return message;
}

const lengths = (bytes: Uint8Array) =>
  [...new SyxMessages(bytes)].map((message) => message.bytes.length);

/** Of the writes since the last sync any sectors may be there, in any order; others read as zeros or end the file. */
function afterPowerCut(steps: readonly DiskStep[], random: () => number): Uint8Array {
  const lastSync = steps.findLastIndex(({ kind }) => kind === 'sync');
  const bytes: number[] = [];
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'truncate') bytes.length = Math.min(bytes.length, step.length);
    if (step.kind !== 'write') continue;
    for (let from = 0; from < step.bytes.length; from += SECTOR) {
      if (at > lastSync && random() < 0.5) continue;
      for (let nth = from; nth < Math.min(from + SECTOR, step.bytes.length); nth++) {
        bytes[step.position + nth] = step.bytes[nth]!;
      }
    }
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

test('property: after a power cut at any moment every message that was synced is there, and what may be broken comes last', async () => {
  const run = fc.asyncProperty(
    fc.array(fc.integer({ min: 2, max: 3000 }), { maxLength: 12 }),
    fc.integer(),
    async (sizes, seed) => {
      const disk = new MemoryDisk();
      const clock = new FakeClock();
      const file = new SyxFile({ path: PATH, overwrite: false, clock, disk });
      for (const size of sizes) {
        file.append(sysex(size));
        if (size % 3 === 0) await nextTurn();
      }
      await file.close();
      const random = new SeededRandom(seed);
      for (let end = 1; end <= disk.log.length; end++) {
        const steps = disk.log.slice(0, end);
        const lastSync = steps.findLastIndex(({ kind }) => kind === 'sync');
        const synced = lengths(afterPowerCut(steps.slice(0, lastSync + 1), () => 1));
        const found = lengths(afterPowerCut(steps, () => random.next()));
        assert.deepEqual(synced, sizes.slice(0, synced.length));
        assert.deepEqual(found.slice(0, synced.length), synced);
      }
    },
  );
  await fc.assert(run);
});
