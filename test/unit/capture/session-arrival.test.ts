/** Events as they arrive, for who passes them on: at once, before they wait for those of other inputs. */
import assert from 'node:assert/strict';
import type { EventBatch } from '../../../src/midi/event-batch.js';
import { captureTest } from '../../support/capture-bed.js';

const NOTE_ON = 0x403c90;

captureTest(
  'a message is taken when it comes, after any silence, and its buffer is given back at once',
  async (bed) => {
    const session = await bed.startSession({ buffers: 2 });
    await bed.clock.advanceAsync(600_000);
    for (let round = 0; round < 50; round++) {
      bed.device.long([0xf0, round, 0xf7]);
      await bed.clock.advanceAsync(0);
      assert.equal(bed.rows.length, round + 1);
      assert.equal(session.buffersQueued, 2);
    }
    await bed.timeUntil(session.close());
  },
);

captureTest(
  'onArrival gets each input’s new rows as soon as they come, and may remove them',
  async (bed) => {
    const arrived: [nowMs: number, device: number, packed: number][] = [];
    const onArrival = (batch: EventBatch, from: number) => {
      for (let row = from; row < batch.count; row++) {
        arrived.push([bed.clock.nowMs(), batch.device[row]!, batch.packed[row]!]);
      }
      if (batch.packed[batch.count - 1] === 0xf8) batch.count--;
    };
    const session = await bed.startSession({ onArrival });
    const [keys, pads] = bed.winmm.devices;
    await bed.clock.advanceAsync(5000);
    keys!.short(NOTE_ON);
    pads!.short(0xf8);
    pads!.short(0xfa);
    await bed.clock.advanceAsync(1);
    pads!.short(0xf8);
    await bed.clock.advanceAsync(1);
    const atMs = arrived[0]![0];
    assert.deepEqual(arrived, [
      [atMs, 0, NOTE_ON],
      [atMs, 1, 0xf8],
      [atMs, 1, 0xfa],
      [atMs + 1, 1, 0xf8],
    ]);
    assert.equal(bed.rows.length, 0);
    await bed.clock.advanceAsync(20);
    assert.deepEqual(
      bed.rows.map(([, device, , bytes]) => [device, bytes]),
      [
        [0, '90 3c 40'],
        [1, 'f8'],
        [1, 'fa'],
      ],
    );
    await bed.timeUntil(session.close());
  },
  ['keys', 'pads'],
);
