/** Whatever is played, however takes begin and end: each note, sysex and mark is in one take, once, in order and at its distance from the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSmf } from '../../../src/files/smf/smf-reader.js';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';
import { KeepLast } from '../../../src/takes/keep-last.js';
import type { Recorder } from '../../../src/takes/recorder.js';
import { SplitTakes } from '../../../src/takes/split-takes.js';
import { TakeTempo } from '../../../src/takes/tempo-source.js';
import { FakeClock } from '../../support/fake-clock.js';
import { runs } from '../../support/long-tests.js';
import { MemoryDisk } from '../../support/smf-memory-disk.js';
import { TAKE_SETTINGS } from '../../support/smf-takes.js';
import { wholeTimeline } from '../../support/whole-timeline.js';

const step = fc.record({
  device: fc.nat({ max: 2 }),
  what: fc.constantFrom(
    ...(['note', 'note', 'held', 'controller', 'sysex', 'mark', 'mark', 'clock', 'parts'] as const),
  ),
  pauseMs: fc.constantFrom(0, 1, 40, 300, 700, 1200, 3000),
  /** Whether what comes next is read together with it, as after a stall. */
  isTogether: fc.boolean(),
  isSaved: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Something that may stand in one take only. */
interface Once {
  timeMs: number;
  text: string;
}

interface Played {
  clock: FakeClock;
  disk: MemoryDisk;
  played: Once[];
  remarks: string[];
}

async function play(
  steps: readonly Step[],
  make: (common: ConstructorParameters<typeof SplitTakes>[0]) => Recorder & { save?: () => void },
): Promise<Played> {
  const clock = new FakeClock();
  const zeroMs = clock.nowMs();
  const disk = new MemoryDisk();
  const recorder = make({
    pattern: '{take}.mid',
    idleMs: 1000,
    settings: { ...TAKE_SETTINGS, format: 1, ppq: 960, disk },
    clock,
    tempo: new TakeTempo(undefined),
    reporter: { warn: () => {}, say: () => {} },
  });
  const nowMs = () => clock.nowMs() - zeroMs;
  recorder.begin(['A', 'B', 'C'], nowMs);
  const played: Once[] = [];
  const batch = new EventBatch();
  let number = 0;
  for (const { device, what, pauseMs, isTogether, isSaved } of steps) {
    const timeMs = nowMs();
    const bytes = [0x7d, number >> 7, number & 0x7f];
    number++;
    const [key, velocity] = [number & 0x7f, 1 + (number >> 7)];
    const once = (text: string) => played.push({ timeMs, text });
    if (what === 'note' || what === 'held') {
      const on = (velocity << 16) | (key << 8) | 0x90;
      batch.addShort(timeMs, device, on);
      once(on.toString(16));
      if (what === 'note') batch.addShort(timeMs, device, (key << 8) | 0x80);
    } else if (what === 'controller') batch.addShort(timeMs, device, 0x50_07b0);
    else if (what === 'clock') batch.addShort(timeMs, device, 0xf8);
    else if (what === 'mark') {
      batch.addBytes(timeMs, device, EventKind.MARKER, Buffer.from(`m${number}`));
      once(`m${number}`);
    } else if (what === 'sysex') {
      batch.addBytes(timeMs, device, EventKind.SYSEX, Uint8Array.of(0xf0, ...bytes, 0xf7));
      once(`f0${Buffer.from(bytes).toString('hex')}f7`);
    } else {
      const { SYSEX_PART, SYSEX } = EventKind;
      batch.addBytes(timeMs, device, SYSEX_PART, Uint8Array.of(0xf0, ...bytes));
      batch.addBytes(timeMs, device, SYSEX, Uint8Array.of(1, 0xf7), timeMs, 1);
      once(`f0${Buffer.from(bytes).toString('hex')}01f7`);
    }
    if (isTogether) clock.stall(pauseMs);
    if (isTogether) continue;
    recorder.write(batch);
    batch.clear();
    if (isSaved) recorder.save?.();
    await clock.advanceAsync(pauseMs);
  }
  recorder.write(batch);
  const { remarks } = await recorder.finish(nowMs());
  return { clock, disk, played, remarks };
}

/** By take, what may stand in one only. */
function foundIn({ disk }: Played): Once[][] {
  const files = [...disk.files].sort(([one], [other]) => (one < other ? -1 : 1));
  return files.map(([, { content }]) => {
    const smf = readSmf(content);
    assert.deepEqual(smf.damages, []);
    const { events } = wholeTimeline(smf);
    const found: Once[] = [];
    for (let row = 0; row < events.count; row++) {
      const [kind, packed, timeMs] = [events.kind[row]!, events.packed[row]!, events.timeMs[row]!];
      const payload = Buffer.from(events.payload[row] ?? []);
      if (kind === EventKind.MARKER) found.push({ timeMs, text: payload.toString() });
      else if (kind !== EventKind.SHORT) found.push({ timeMs, text: payload.toString('hex') });
      else if ((packed & 0xf0) === 0x90) found.push({ timeMs, text: packed.toString(16) });
    }
    return found;
  });
}

function check(all: Played): void {
  const takes = foundIn(all);
  const texts = (row: readonly Once[]) => row.map(({ text }) => text);
  const played = new Map(all.played.map((each) => [each.text, each.timeMs]));
  const found = takes.flatMap(texts);
  assert.equal(new Set(found).size, found.length, 'something is there twice');
  const missing = texts(all.played).filter((text) => !found.includes(text));
  assert.ok(
    missing.every((text) => text.startsWith('m')),
    `missing: ${missing}`,
  );
  assert.equal(missing.length > 0, /marks? (are|after the last take)/.test(all.remarks.join()));
  let lastMs = 0;
  for (const take of takes) {
    // What came before a take's start stands at it.
    const later = take.filter(({ timeMs }) => timeMs > 0);
    const startMs = later.map(({ timeMs, text }) => played.get(text)! - timeMs);
    for (const each of startMs) assert.ok(Math.abs(each - startMs[0]!) < 1.1, `${startMs}`);
    for (const { text, timeMs } of take) {
      if (timeMs === 0 && startMs.length > 0)
        assert.ok(played.get(text)! <= startMs[0]! + 1.1, text);
      assert.ok(played.get(text)! >= lastMs, `${text} is in a take before`);
    }
    lastMs = Math.max(lastMs, ...take.map(({ text }) => played.get(text)!));
  }
}

const RECORDERS: Readonly<Record<string, Parameters<typeof play>[1]>> = {
  '--split-idle': (options) => new SplitTakes(options),
  '--keep-last': (options) => new KeepLast({ ...options, keepMs: 3_600_000 }),
};

for (const [kind, make] of Object.entries(RECORDERS)) {
  test(kind, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        check(await play(steps, make));
      }),
      { numRuns: runs(300) },
    );
  });
}
