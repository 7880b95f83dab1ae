import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ClockEvent, ClockFollower } from '../../../../src/midi/tempo/clock-follower.js';
import {
  forgetBefore,
  type GridPoint,
  layTempo,
  leadOf,
} from '../../../../src/midi/tempo/tempo-grid.js';
import { runs } from '../../../support/long-tests.js';

/** The same numbers in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Times of clock ticks whose tempo goes from one bpm to another over some beats. */
function ramp(fromBpm: number, toBpm: number, beats: number, startMs = 0): number[] {
  const times: number[] = [];
  let timeMs = startMs;
  for (let tick = 0; tick <= beats * 24; tick++) {
    times.push(timeMs);
    const bpm = fromBpm + ((toBpm - fromBpm) * tick) / (beats * 24);
    timeMs += 60_000 / bpm / 24;
  }
  return times;
}

function follow(times: number[], follower = new ClockFollower()): GridPoint[] {
  for (const timeMs of times) follower.add(0xf8, timeMs);
  return follower.finish();
}

function bpmBetween(points: GridPoint[], index: number): number {
  const one = points[index]!;
  const other = points[index + 1]!;
  return ((other.quarter - one.quarter) * 60_000) / (other.timeMs - one.timeMs);
}

test('a steady clock', () => {
  const points = follow(ramp(120, 120, 16));
  assert.equal(points.length, 17);
  points.forEach((point, beat) => {
    assert.equal(point.quarter, beat);
    assert.ok(Math.abs(point.timeMs - beat * 500) < 1e-6);
  });
});

test('2 ms of jitter: each beat within half a percent of the tempo', () => {
  const random = randomNumbers(7);
  const times = ramp(120, 120, 64).map((timeMs) => Math.round(timeMs + (random() - 0.5) * 4));
  times.sort((one, other) => one - other);
  const points = follow(times);
  assert.equal(points.length, 65);
  for (let index = 0; index < points.length - 1; index++) {
    const bpm = bpmBetween(points, index);
    assert.ok(Math.abs(bpm / 120 - 1) < 0.005, `beat ${index}: ${bpm}`);
  }
});

test('a ramp from 90 to 140 with jitter: within half a percent of it all the way', () => {
  const random = randomNumbers(3);
  const beats = 100;
  const exact = ramp(90, 140, beats);
  const times = exact.map((timeMs) => timeMs + (random() - 0.5) * 4).sort((a, b) => a - b);
  const points = follow(times);
  assert.equal(points.length, beats + 1);
  for (let index = 0; index < points.length - 1; index++) {
    const { quarter } = points[index]!;
    const trueMs = exact[(quarter + 1) * 24]! - exact[quarter * 24]!;
    const bpm = bpmBetween(points, index);
    assert.ok(Math.abs(bpm / (60_000 / trueMs) - 1) < 0.005, `beat ${quarter}: ${bpm}`);
  }
});

/** How many ticks the last one is from the first. */
function countOf(times: number[]): number {
  return Math.round(follow(times).at(-1)!.quarter * 24);
}

test('8 ms of jitter: takes at 120 bpm, and those that change to 90, have every tick', () => {
  for (let seed = 1; seed <= runs(60); seed++) {
    const random = randomNumbers(seed * 101);
    const jittered = (times: number[]) =>
      times.map((timeMs) => Math.round(timeMs + (random() - 0.5) * 16)).sort((a, b) => a - b);
    assert.equal(countOf(jittered(ramp(120, 120, 32))), 768, `seed ${seed}`);
    const first = ramp(120, 120, 16);
    const changing = [...first, ...ramp(90, 90, 16, first.at(-1)!).slice(1)];
    assert.equal(countOf(jittered(changing)), 768, `seed ${seed}, from 120 to 90`);
  }
});

test('ticks that arrive in slots, of Windows timers or of Bluetooth, are each one', () => {
  for (const [slotMs, tempos] of [
    [10, [60, 90, 100, 120, 125, 140, 160, 180]],
    [16, [60, 90, 100, 120, 125, 140, 174, 180]],
    [30, [60, 90, 100, 110, 120, 128, 140, 150]],
  ] as const) {
    for (const bpm of tempos) {
      const times = ramp(bpm, bpm, 24).map((timeMs) => Math.ceil(timeMs / slotMs) * slotMs);
      assert.equal(countOf(times), 576, `${bpm} bpm in slots of ${slotMs} ms`);
    }
  }
  const points = follow(ramp(140, 140, 24).map((timeMs) => Math.ceil(timeMs / 16) * 16));
  for (const { timeMs, quarter } of points) {
    assert.ok(Math.abs(timeMs - 8 - (quarter * 60_000) / 140) < 10, `beat ${quarter}: ${timeMs}`);
  }
});

test('a tick that is missing, or came twice, is found through 4 ms of jitter', () => {
  for (let seed = 1; seed <= runs(30); seed++) {
    const random = randomNumbers(seed * 31);
    const at = 30 + Math.floor(random() * 700);
    const times = ramp(120, 120, 32)
      .map((timeMs) => Math.round(timeMs + (random() - 0.5) * 8))
      .sort((a, b) => a - b);
    assert.equal(countOf(times.filter((_, tick) => tick !== at)), 768, `${at} is missing`);
    const twice = times.flatMap((timeMs, tick) => (tick === at ? [timeMs, timeMs + 1] : [timeMs]));
    assert.equal(countOf(twice), 768, `${at} came twice`);
  }
});

test('a tick that is missing while the tempo goes on changing is found', () => {
  /** Beats a minute at a beat. */
  const courses: Record<string, (beat: number) => number> = {
    'a ramp up': (beat) => 90 + (50 * beat) / 32,
    'a ramp down': (beat) => 140 - (50 * beat) / 32,
    'a ritardando of four beats': (beat) => 120 - 15 * Math.min(4, Math.max(0, beat - 16)),
    waves: (beat) => 110 + 15 * Math.sin((beat * Math.PI) / 4),
    'a change': (beat) => (beat < 16 ? 90 : 150),
    'two changes': (beat) => (beat < 16 ? 120 : beat < 18 ? 100 : 130),
  };
  for (const [name, bpmAt] of Object.entries(courses)) {
    const exact: number[] = [];
    for (let tick = 0, timeMs = 0; tick <= 768; tick++) {
      exact.push(timeMs);
      timeMs += 2500 / bpmAt(tick / 24);
    }
    for (let seed = 1; seed <= runs(10); seed++) {
      const random = randomNumbers(seed * 31);
      // At the change itself a missing tick is a part of the change.
      const at = 30 + Math.floor(random() * 340) + 360 * (seed % 2);
      const times = exact.map((timeMs) => Math.round(timeMs + (random() - 0.5) * 4));
      assert.equal(countOf(times.toSorted((a, b) => a - b)), 768, `${name}: all came`);
      const left = times.filter((_, tick) => tick !== at).toSorted((a, b) => a - b);
      assert.equal(countOf(left), 768, `${name}: ${at} is missing`);
    }
  }
});

test('a missing tick does not double the tempo, nor move the beats after it', () => {
  const times = ramp(120, 120, 32).filter(
    (_, tick) => tick !== 100 && tick !== 101 && tick !== 240,
  );
  const points = follow(times);
  assert.equal(points.length, 33);
  assert.ok(Math.abs(points[32]!.timeMs - 16_000) < 1);
  for (let index = 0; index < 32; index++) assert.ok(Math.abs(bpmBetween(points, index) - 120) < 1);
});

test('coarse time stamps: no tick is taken for two', () => {
  for (const [bpm, grainMs] of [
    [120, 10],
    [120, 15.6],
    [200, 10],
  ] as const) {
    const times = ramp(bpm, bpm, 64).map((timeMs) => Math.ceil(timeMs / grainMs) * grainMs);
    const points = follow(times);
    const quarters = points.at(-1)!.quarter - points[0]!.quarter;
    assert.ok(Math.abs(quarters - 64) < 0.1, `${bpm} bpm, ${grainMs} ms: ${quarters} of 64 beats`);
  }
});

test('doubled ticks are one', () => {
  const times = ramp(120, 120, 8).flatMap((timeMs) => [timeMs, timeMs + 1]);
  assert.ok(Math.abs(follow(times).at(-1)!.quarter - 8) < 0.05);
});

test('the first bar is where Start was', () => {
  const follower = new ClockFollower();
  const before = ramp(120, 120, 3).slice(0, -5);
  for (const timeMs of before) follower.add(0xf8, timeMs);
  follower.add(0xfa, 1480);
  const points = follow(ramp(120, 120, 4, 1500), follower);
  assert.equal(points[0]?.quarter, 0);
  assert.ok(Math.abs(points[0]!.timeMs - 1500) < 0.01);
  assert.equal(points.at(-1)?.quarter, 4);
});

test('a clock that goes and comes back is said', () => {
  const events: [ClockEvent, number][] = [];
  const follower = new ClockFollower((event, timeMs) => events.push([event, Math.round(timeMs)]));
  follower.add(0xfa, 0);
  for (const timeMs of ramp(120, 120, 4)) follower.add(0xf8, timeMs);
  follower.lookAt(2500);
  assert.equal(events.length, 1);
  follower.lookAt(3100);
  assert.equal(events.length, 2);
  for (const timeMs of ramp(100, 100, 4, 10_000)) follower.add(0xf8, timeMs);
  assert.deepEqual(events, [
    ['start', 0],
    ['lost', 2000],
    ['back', 10_000],
  ]);
  const points = follower.finish();
  assert.ok(
    points.every((point, index) => index === 0 || point.quarter > points[index - 1]!.quarter),
  );
});

test('a clock that ends after Stop is not missed', () => {
  const events: string[] = [];
  const follower = new ClockFollower((event) => events.push(event));
  follower.add(0xfa, 0);
  for (const timeMs of ramp(120, 120, 4)) follower.add(0xf8, timeMs);
  follower.add(0xfc, 2000);
  follower.lookAt(5000);
  follower.add(0xfa, 9000);
  for (const timeMs of ramp(120, 120, 4, 9000)) follower.add(0xf8, timeMs);
  follower.lookAt(20_000);
  assert.deepEqual(events, ['start', 'stop', 'start', 'lost']);
});

test('nothing but clock is nothing', () => {
  const follower = new ClockFollower();
  for (const packed of [0xfe, 0x403c90, 0xff, 0x000102f2]) follower.add(packed, 5);
  assert.deepEqual(follower.finish(), []);
});

test('a layout keeps times: what is played falls on its time again', () => {
  const random = randomNumbers(5);
  const points = follow(
    ramp(90, 140, 400, 1234)
      .map((timeMs) => timeMs + (random() - 0.5) * 4)
      .sort((a, b) => a - b),
  );
  const map = layTempo(points, 960, 4, 500_000);
  const { steps } = map;
  // Plays the file as a program does: from tick to tick.
  const timeOf = (tick: number) => {
    let timeMs = 0;
    steps.forEach((step, index) => {
      const until = Math.min(tick, steps[index + 1]?.tick ?? Number.POSITIVE_INFINITY);
      if (until > step.tick) timeMs += ((until - step.tick) * step.microseconds) / 960_000;
    });
    return timeMs;
  };
  for (let timeMs = 0; timeMs < 220_000; timeMs += 777) {
    const error = Math.abs(timeOf(map.tickAt(timeMs)) - timeMs);
    assert.ok(error < 0.5, `${timeMs}: ${error}`);
  }
  for (const { timeMs, quarter } of points.slice(1)) {
    const beats = map.tickAt(timeMs) / 960 - quarter;
    assert.ok(Math.abs(beats - Math.round(beats)) < 0.003, `${quarter}: ${beats}`);
  }
  const firstBar = leadOf(points, 4, 500_000).pickup!.quarters;
  assert.equal(map.tickAt(points[0]!.timeMs), firstBar * 960, 'the first point is a bar line');
});

test('a bunch at the beginning: the first step is no measure of those that follow', () => {
  // As a busy machine has seen it.
  const late = [0, 7, 7, 7, 7, 7, 8, 46, 46, 50, 64, 79, 94, 106, 120];
  const times = ramp(180, 180, 32).map((timeMs, tick) => Math.max(timeMs, late[tick] ?? 0));
  const points = follow(times);
  assert.ok(Math.abs(points.at(-1)!.quarter - 32) < 0.1, `${points.at(-1)!.quarter} of 32 beats`);
  for (let index = 2; index < points.length - 1; index++) {
    assert.ok(Math.abs(bpmBetween(points, index) / 180 - 1) < 0.005, `beat ${index}`);
  }
});

test('ticks that were held up are neither missing nor doubled', () => {
  for (const stallMs of [30, 60, 100, 250, 700]) {
    const times = ramp(120, 120, 32).map((timeMs) =>
      timeMs >= 6000 && timeMs < 6000 + stallMs ? 6000 + stallMs : timeMs,
    );
    const points = follow(times);
    assert.ok(
      Math.abs(points.at(-1)!.quarter - 32) < 0.01,
      `${stallMs}: ${points.at(-1)!.quarter}`,
    );
  }
});

test('2 ms of jitter at 300 bpm, and a missing tick', () => {
  for (let seed = 1; seed <= runs(50); seed++) {
    const random = randomNumbers(seed);
    const times = ramp(300, 300, 64)
      .map((timeMs) => timeMs + (random() - 0.5) * 4)
      .filter((_, tick) => tick !== 700);
    const quarters = follow(times).at(-1)!.quarter;
    assert.ok(Math.abs(quarters - 64) < 0.05, `seed ${seed}: ${quarters} of 64 beats`);
  }
});

test('another tempo from one tick to the next, half or twice as fast and anything between', () => {
  for (const [before, after] of [
    [160, 90],
    [180, 60],
    [140, 70],
    [70, 140],
    [90, 160],
    [120, 121],
  ] as const) {
    const first = ramp(before, before, 16);
    const points = follow([...first, ...ramp(after, after, 16, first.at(-1)!).slice(1)]);
    const { quarter } = points.at(-1)!;
    assert.ok(Math.abs(quarter - 32) < 0.1, `${before} to ${after}: ${quarter} of 32 beats`);
    const last = bpmBetween(points, points.length - 3);
    assert.ok(Math.abs(last / after - 1) < 0.005, `${before} to ${after}: ${last}`);
  }
});

test('each Start is the beginning of a bar, however long bars are', () => {
  const follower = new ClockFollower(() => {}, 3);
  follower.add(0xfa, 0);
  follow(ramp(120, 120, 4), follower);
  follower.add(0xfa, 2100);
  const points = follow(ramp(120, 120, 4, 2110), follower);
  const second = points.find(({ timeMs }) => Math.abs(timeMs - 2110) < 1);
  assert.equal(second?.quarter, 6);
});

for (const [when, look] of [
  ['', () => {}],
  [', and what was found was asked for before', (follower: ClockFollower) => follower.finish()],
] as const) {
  test(`a Start behind the last tick of a bar: the next bar begins with it, not with that tick${when}`, () => {
    const follower = new ClockFollower();
    follower.add(0xfa, 0);
    for (const timeMs of ramp(120, 120, 8)) follower.add(0xf8, timeMs);
    look(follower);
    follower.add(0xfa, 4300);
    const points = follow(ramp(120, 120, 4, 4310), follower);
    const at = (quarter: number) => points.find((point) => point.quarter === quarter)?.timeMs ?? 0;
    assert.deepEqual(
      [7, 8, 9].map((quarter) => Math.round(at(quarter))),
      [3500, 4310, 4810],
    );
  });
}

/** Follows Start and some beats at 120, then what `between` sends, and tells where in its bar the tick at 9000 ms is. */
function placeAfter(between: (send: (packed: number, timeMs: number) => void) => void): number {
  const follower = new ClockFollower();
  follower.add(0xfa, 0);
  // The tick at 2500 ms is the beginning of the sixth beat.
  for (const timeMs of ramp(120, 120, 5)) follower.add(0xf8, timeMs);
  between((packed, timeMs) => follower.add(packed, timeMs));
  const points = follow(ramp(120, 120, 4, 9000), follower);
  const { timeMs, quarter } = points.find((point) => point.timeMs > 8999.9)!;

  return (((quarter - (timeMs - 9000) / 500) % 4) + 4) % 4;
}

/** Places in a bar of four. */
function isNear(one: number, other: number): boolean {
  const apart = Math.abs(one - other);
  return Math.min(apart, 4 - apart) < 0.005;
}

test('Continue goes on where song position says, Start at the beginning of a bar', () => {
  const position = (sixteenths: number) =>
    0xf2 | ((sixteenths & 0x7f) << 8) | ((sixteenths >> 7) << 16);
  for (const sixteenths of [0, 6, 16, 1000, 16_383]) {
    const place = placeAfter((send) => {
      send(0xfc, 2510);
      send(position(sixteenths), 5000);
      send(0xfb, 8990);
    });
    assert.ok(isNear(place, (sixteenths / 4) % 4), `${sixteenths}: ${place}`);
  }
  const place = placeAfter((send) => {
    send(0xfc, 2510);
    send(position(6), 5000);
    send(0xfa, 8990);
  });
  assert.ok(isNear(place % 4, 0), `${place}`);
});

test('Continue without a song position goes on behind the last tick before Stop, whether or not the clock went on', () => {
  const stopped = (send: (packed: number, timeMs: number) => void) => send(0xfc, 2510);
  const place = (5 + 1 / 24) % 4;
  const pausing = placeAfter((send) => {
    stopped(send);
    send(0xfb, 8990);
  });
  assert.ok(isNear(pausing, place), `${pausing}`);
  const running = placeAfter((send) => {
    stopped(send);
    for (const timeMs of ramp(120, 120, 12, 2520)) send(0xf8, timeMs);
    // Many a sequencer says it twice.
    send(0xfc, 8600);
    send(0xfb, 8990);
  });
  assert.ok(isNear(running, place), `${running}`);
  // Whoever plays already is not moved.
  const playing = placeAfter((send) => {
    for (const timeMs of ramp(120, 120, 13, 2500).slice(1, -1)) send(0xf8, timeMs);
    send(0xfb, 8990);
  });
  assert.ok(isNear(playing, 18 % 4), `${playing}`);
});

test('any clock, however broken: points go forward, and are no more than the time can hold', () => {
  const step = fc.record({
    gapMs: fc.constantFrom(0, 0, 0, 1, 5, 20, 20, 20, 21, 41, 300, 999, 1500),
    packed: fc.constantFrom(0xf8, 0xf8, 0xf8, 0xf8, 0xfa, 0xfb, 0xfc, 0x10_05f2),
    isEnd: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.constantFrom(4, 3, 3.5), (steps, bar) => {
      const follower = new ClockFollower(() => {}, bar);
      let timeMs = 0;
      for (const { gapMs, packed, isEnd } of steps) {
        timeMs += gapMs;
        follower.add(packed, timeMs);
        if (isEnd && gapMs === 999) follower.finish();
      }
      const points = follower.finish();
      assert.ok(points.length <= 2 * steps.length + timeMs / 100, `${points.length} points`);
      for (const [index, point] of points.entries()) {
        assert.ok(Number.isFinite(point.timeMs) && Number.isFinite(point.quarter));
        const last = points[index - 1];
        assert.ok(last === undefined || point.timeMs > last.timeMs);
        assert.ok(last === undefined || point.quarter > last.quarter);
      }
    }),
    { numRuns: runs(500) },
  );
});

test('ticks of one moment only, then one more', () => {
  const follower = new ClockFollower();
  for (let tick = 0; tick < 100; tick++) follower.add(0xf8, 1000);
  follower.finish();
  follower.add(0xf8, 1400);
  assert.ok(follower.finish().every(({ quarter }) => quarter < 6));
});

test('what was before is let go of: following for weeks takes no memory', () => {
  const follower = new ClockFollower();
  for (const timeMs of ramp(120, 120, 1000)) {
    follower.add(0xf8, timeMs);
    forgetBefore(follower.points, timeMs - 10_000);
  }
  assert.ok(follower.points.length > 0 && follower.points.length < 25, `${follower.points.length}`);
});
