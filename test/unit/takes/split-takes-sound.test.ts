/** A take that begins by itself sounds as it was played: each note with the programs and controllers it had. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSmf } from '../../../src/files/smf/smf-reader.js';
import { ChannelState } from '../../../src/midi/channel-state.js';
import { EventBatch } from '../../../src/midi/event-batch.js';
import { SplitTakes } from '../../../src/takes/split-takes.js';
import { TakeTempo } from '../../../src/takes/tempo-source.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryDisk } from '../../support/smf-memory-disk.js';
import { TAKE_SETTINGS } from '../../support/smf-takes.js';

const IDLE_MS = 1000;

/** What an instrument is set to, whatever the order in which it was told. */
function settingsOf(state: ChannelState): string {
  const batch = new EventBatch();
  state.addTo(batch, 0);
  return [...batch.packed.subarray(0, batch.count)].sort((one, other) => one - other).join(' ');
}

/** A synthesizer that writes down, for each note, what it was set to when the note began. */
function listen(messages: Iterable<number>): string[] {
  const state = new ChannelState();
  const heard: string[] = [];
  for (const packed of messages) {
    state.update(0, packed);
    if ((packed & 0xf0) === 0x90) heard.push(`${packed.toString(16)}: ${settingsOf(state)}`);
  }
  return heard;
}

/** A setting, or a note that is let go of at once; after it, a pause that may part takes. */
const step = fc.record({
  channel: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom(
    'note',
    'note',
    'note',
    'program',
    'control',
    'parameter',
    'bend',
    'pressure',
  ),
  first: fc.integer({ min: 0, max: 127 }),
  second: fc.integer({ min: 1, max: 127 }),
  pauseMs: fc.constantFrom(1, 40, 300, 700, 3000),
});

function messagesOf({ channel, kind, first, second }: Record<string, unknown>): number[] {
  const status = (command: number) => command | (channel as number);
  const both = ((first as number) << 8) | ((second as number) << 16);
  switch (kind) {
    case 'note':
      return [status(0x90) | both, status(0x80) | ((first as number) << 8)];
    case 'program':
      return [status(0xc0) | ((first as number) << 8)];
    case 'parameter': {
      const control = (controller: number, value: number) =>
        status(0xb0) | (controller << 8) | (value << 16);
      return [control(101, 0), control(100, (first as number) % 3), control(6, second as number)];
    }
    case 'bend':
      return [status(0xe0) | both];
    case 'pressure':
      return [status(0xd0) | ((first as number) << 8)];
    default: {
      // Modulation, volume, pan and expression: no pedals, which hold takes open.
      const controller = [1, 7, 10, 11][(first as number) % 4]!;
      return [status(0xb0) | (controller << 8) | ((second as number) << 16)];
    }
  }
}

test('played one after the other, takes sound as the whole did', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const clock = new FakeClock();
      const disk = new MemoryDisk();
      const takes = new SplitTakes({
        pattern: '{take}.mid',
        idleMs: IDLE_MS,
        settings: { ...TAKE_SETTINGS, ppq: 960, disk },
        clock,
        tempo: new TakeTempo(undefined),
        reporter: { warn: () => {}, say: () => {} },
      });
      const zeroMs = clock.nowMs();
      takes.begin(['Keys'], () => clock.nowMs() - zeroMs);
      const played: number[] = [];
      for (const next of steps) {
        const batch = new EventBatch();
        for (const packed of messagesOf(next)) {
          batch.addShort(clock.nowMs() - zeroMs, 0, packed);
          played.push(packed);
        }
        takes.write(batch);
        await clock.advanceAsync(next.pauseMs);
      }
      await takes.finish(clock.nowMs() - zeroMs);
      const files = [...disk.files].sort(([one], [other]) => (one < other ? -1 : 1));
      // Each take by itself, on instruments that know nothing from before.
      const heard = files.flatMap(([, { content }]) =>
        listen(
          readSmf(content).tracks.flatMap(({ events }) =>
            Array.from(events, ({ packed }) => packed),
          ),
        ),
      );
      assert.deepEqual(heard, listen(played));
    }),
    { numRuns: 150 },
  );
});
