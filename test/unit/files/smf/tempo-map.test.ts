/** Ticks and milliseconds, there and back, through tempo changes and in frames of SMPTE time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { metaEvent } from '../../../../src/files/smf/smf-content.js';
import { encodeTempo, MetaType } from '../../../../src/files/smf/smf-encoding.js';
import { TempoMap } from '../../../../src/files/smf/tempo-map.js';

function mapOf(ppq: number, tempos: readonly (readonly [tick: number, microseconds: number])[]) {
  const events = tempos.map(([tick, microseconds]) =>
    metaEvent(tick, MetaType.TEMPO, encodeTempo(microseconds)),
  );
  return TempoMap.of({ ppq, smpte: undefined }, [{ events, endTick: 0 }]);
}

test('a time between two ticks is at the nearer one; before the beginning is tick 0', () => {
  const map = mapOf(500, [
    [0, 1_000_000],
    [100, 500_000],
  ]);
  assert.deepEqual(
    [-5, 0, 0.9, 1, 199, 200, 200.4, 200.5, 300].map((ms) => map.tickAt(ms)),
    [0, 0, 0, 1, 100, 100, 100, 101, 200],
  );
  assert.equal(map.lastMicroseconds, 500_000);
});

const tempo = fc.tuple(fc.nat(10_000_000), fc.integer({ min: 2000, max: 0xff_ffff }));
const ppq = fc.integer({ min: 1, max: 0x7fff });

test('a tick, its time, and the same tick again', () => {
  fc.assert(
    fc.property(ppq, fc.array(tempo), fc.nat(20_000_000), (ppq, tempos, tick) => {
      const map = mapOf(ppq, tempos);
      assert.equal(map.tickAt(map.timeMsAt(tick)), tick);
      for (const [at] of tempos) assert.equal(map.tickAt(map.timeMsAt(at)), at);
    }),
  );
});

test('a time, its tick, and no other tick is nearer', () => {
  fc.assert(
    fc.property(ppq, fc.array(tempo), fc.double({ min: 0, max: 1e9, noNaN: true }), (...given) => {
      const [ppq, tempos, timeMs] = given;
      const map = mapOf(ppq, tempos);
      const tick = map.tickAt(timeMs);
      const distance = (at: number) => Math.abs(map.timeMsAt(at) - timeMs);
      const roundingMs = 1e-12 * timeMs;
      for (const other of [Math.max(0, tick - 1), tick + 1]) {
        assert.ok(distance(tick) <= distance(other) + roundingMs);
      }
    }),
  );
});

test('frames: there and back at every rate', () => {
  for (const framesPerSecond of [24, 25, 29, 30]) {
    const map = TempoMap.of({ ppq: 0, smpte: { framesPerSecond, ticksPerFrame: 80 } }, []);
    assert.deepEqual(map.changes, []);
    for (const tick of [0, 1, 79, 80, 1_000_000])
      assert.equal(map.tickAt(map.timeMsAt(tick)), tick);
  }
});
