/** Takes that begin and end by themselves, and tempo from MIDI clock, on winmm.dll with performances that are known. */
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { readTimeline, type TempoChange } from '../../src/files/smf/smf-timeline.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { SeededRandom } from '../support/seeded-random.js';
import { WineRun } from '../support/wine-run.js';
import { drivenMessages, finishTake, playedEvents, recordScript } from '../support/wine-take.js';

/** At 120 bpm and 960 ticks per quarter note, the defaults. */
const MS_PER_TICK = 500 / 960;
/** Later than this, and the driver did not play what it was told. */
const LATEST_MS = 4;

/** Lines of a driver's script: messages at times. */
function script(name: string, events: readonly (readonly [number, string])[]): string {
  const lines = events.map(
    ([timeMs, bytes]) => `at ${Math.round(timeMs * 1000)}us\nshort ${bytes}`,
  );
  return [`input "${name}"`, ...lines].join('\n');
}

describe('takes on winmm.dll', () => {
  it('--split-idle: a pedal that is down holds a take open, silence ends it, state stands at the head', async () => {
    const run = new WineRun(['record', '--split-idle', '600ms', '-o', 'take-{take}.mid'], {
      script: `${script('Keys', [
        [50, 'c0 05'],
        [51, 'b0 07 40'],
        [1500, '90 3c 40'],
        [1600, '80 3c 00'],
        // Longer than the silence, but the pedal is down.
        [1700, 'b0 40 7f'],
        [2900, '90 3e 40'],
        [3000, '80 3e 00'],
        [3100, 'b0 40 00'],
        // Silence, then a second take.
        [4300, '90 40 40'],
        [4400, '80 40 00'],
      ])}\nwait 1200ms`,
    });
    await run.waitForEnd(1);
    run.kill('SIGINT');
    const { result, log } = await finishTake(run);
    assert.equal(result.code, 0, result.stderr);
    const names = readdirSync(run.path('.'))
      .filter((name) => name.endsWith('.mid'))
      .sort();
    assert.equal(names.length, 3, `${names}\n${result.stderr}`);
    const takes = names.map((name) => {
      const [, keys] = playedEvents(readFileSync(run.path(name)));
      return keys!.map(({ tick, packed }) => [Math.round(tick * MS_PER_TICK), packed.toString(16)]);
    });
    const [, second, third] = takes;
    assert.deepEqual(
      second!.map(([, packed]) => packed),
      ['5c0', '4007b0', '403c90', '3c80', '7f40b0', '403e90', '3e80', '40b0'],
    );
    const times = second!.slice(2).map(([timeMs]) => Number(timeMs));
    // When the driver said that they were played: on a busy machine it is late itself.
    const played = drivenMessages(log, 0).timesMs.slice(2, 8);
    for (const [index, playedMs] of played.entries()) {
      const expected = 500 + playedMs - played[0]!;
      assert.ok(Math.abs(times[index]! - expected) <= 1, `${times}, played at ${played}`);
    }
    assert.deepEqual(
      third!.map(([, packed]) => packed),
      ['5c0', '4007b0', '40b0', '404090', '4080'],
    );
  });

  it('--keep-last: saved when a pedal or a line of a file asks, and the rest at Ctrl-C', async (t) => {
    const commands = join(temporaryFolder(t), 'commands');
    writeFileSync(commands, '');
    const args = ['record', '--keep-last', '--on', 'cc 66 x2', '--commands', commands];
    const note = (timeMs: number, key: string): [number, string][] => [
      [timeMs, `90 ${key} 40`],
      [timeMs + 50, `80 ${key} 40`],
    ];
    const run = new WineRun([...args, '-o', 'take-{take}.mid'], {
      script: `${script('Keys', [
        ...note(100, '3c'),
        [200, 'b0 42 7f'],
        [250, 'b0 42 00'],
        [300, 'b0 42 7f'],
        [350, 'b0 42 00'],
        ...note(1500, '3e'),
        ...note(5000, '40'),
      ])}\nwait 500ms`,
    });
    await run.waitForLog('the second note', ({ packed }) => packed === 0x40_3e80);
    appendFileSync(commands, 'save asked.mid\n');
    await run.waitForEnd(1);
    run.kill('SIGINT');
    const { result } = await finishTake(run);
    assert.equal(result.code, 0, result.stderr);
    const keysIn = (name: string) =>
      playedEvents(readFileSync(run.path(name)))
        .flat()
        .filter(({ status }) => status === 0x90)
        .map(({ packed }) => (packed >>> 8) & 0x7f);
    assert.deepEqual(keysIn('take-001.mid'), [0x3c]);
    assert.deepEqual(keysIn('asked.mid'), [0x3e]);
    assert.deepEqual(keysIn('take-003.mid'), [0x40], result.stderr);
  });

  it('--clock: a ramp from 90 to 140 with 2 ms of jitter and a missing tick, within a percent', async (t) => {
    const random = new SeededRandom(8);
    const beats = 24;
    const events: [number, string][] = [[200, 'fa']];
    const beatMs: number[] = [];
    let timeMs = 210;
    for (let tick = 0; tick <= beats * 24; tick++) {
      if (tick % 24 === 0) beatMs.push(timeMs);
      if (tick !== 100) events.push([timeMs + random.next() * 4 - 2, 'f8']);
      const bpm = 90 + (50 * tick) / (beats * 24);
      timeMs += 60_000 / bpm / 24;
    }
    const { bytes, timesMs, isOnTime } = await recordOnTime(events);
    const smf = readSmf(bytes);
    const changes = readTimeline(smf).tempos;
    const counted = beatsBetween(changes, timesMs[1]!, timesMs.at(-1)!);
    // A driver that is late by a third of a tick plays another clock.
    assert.ok(Math.abs(counted - beats) < (isOnTime ? 0.02 : 0.1), `${counted} beats of ${beats}`);
    if (!isOnTime) {
      t.skip('the machine was too busy for a driver that plays on time: beats were only counted');
      return;
    }
    const errors = beatMs.slice(0, -1).map((fromMs, beat) => {
      const middle = (fromMs + beatMs[beat + 1]!) / 2;
      const { bpm } = changes.findLast((change) => change.timeMs <= middle)!;
      return Math.abs(bpm / (60_000 / (beatMs[beat + 1]! - fromMs)) - 1);
    });
    const worst = Math.max(...errors);
    t.diagnostic(`worst beat ${(worst * 100).toFixed(2)} % from the ramp`);
    // Of the clock alone it is half a percent, as unit tests hold; the driver is late by up to 4 ms of 430 to 670.
    assert.ok(worst < 0.01, `${errors.map((error) => (error * 100).toFixed(2))}`);
  });
});

/** Beats in the tempo track from one time to another. */
function beatsBetween(changes: readonly TempoChange[], fromMs: number, toMs: number): number {
  return changes.reduce((beats, { timeMs, bpm }, index) => {
    const untilMs = Math.min(toMs, changes[index + 1]?.timeMs ?? toMs);
    return beats + (Math.max(0, untilMs - Math.max(fromMs, timeMs)) * bpm) / 60_000;
  }, 0);
}

/** Records with --clock; again, at most twice, if the driver itself was late, since its clock was another one then. */
async function recordOnTime(
  events: readonly (readonly [number, string])[],
): Promise<{ bytes: Buffer; timesMs: number[]; isOnTime: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const { result, bytes, log } = await recordScript({
      script: script('Clock', events),
      args: ['--clock'],
    });
    assert.equal(result.code, 0, result.stderr);
    const { timesMs } = drivenMessages(log, 0);
    assert.equal(timesMs.length, events.length);
    const lateMs = timesMs.map((timeMs, index) => timeMs - events[index]![0]);
    const isOnTime = Math.max(...lateMs) < LATEST_MS;
    if (isOnTime || attempt === 3) return { bytes: bytes!, timesMs, isOnTime };
  }
}
