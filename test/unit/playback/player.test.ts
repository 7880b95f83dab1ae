/** A player on a clock that stands still: what goes out when, and the silence at the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../../src/midi/waiting.js';
import { Player, type PlayerOptions } from '../../../src/playback/player.js';
import { readScore } from '../../../src/playback/score.js';
import { FakeClock } from '../../support/fake-clock.js';
import { END, smfOf } from '../../support/smf-notation.js';

class Bed {
  readonly clock = new FakeClock(0);
  /** `time bytes` of everything that went out. */
  readonly sent: string[] = [];
  readonly stopping = new AbortController();
  readonly player: Player;
  isOver = false;
  failure: unknown;
  /** How long the driver takes for a message, by its bytes. */
  takesMs: (bytes: Buffer) => number = () => 0;

  constructor(tracks: string[], options: Partial<PlayerOptions> = {}) {
    const { clock } = this;
    const score = readScore(smfOf(tracks));
    this.player = new Player({
      score,
      clock,
      output: {
        sendShort: (packed) => this.#send(Buffer.of(packed, packed >>> 8, packed >>> 16)),
        sendLong: (bytes) => this.#send(Buffer.from(bytes)),
      },
      waitUntil: (dueMs, signal) => sleep(clock, dueMs - clock.nowMs(), signal),
      signal: this.stopping.signal,
      fromMs: 0,
      toMs: score.endMs,
      speed: 1,
      isLoop: false,
      channelMask: 0xffff,
      ...options,
    });
  }

  start(): void {
    this.player.run().then(
      () => {
        this.isOver = true;
      },
      (error: unknown) => {
        this.failure = error;
      },
    );
  }

  /** Plays to the end. */
  async play(limitMs = 10_000): Promise<string[]> {
    this.start();
    await this.clock.advanceAsync(limitMs);
    assert.equal(this.isOver, true);
    assert.equal(this.clock.pendingTimers, 0);
    return this.sent;
  }

  async #send(bytes: Buffer): Promise<void> {
    this.sent.push(`${this.clock.nowMs()} ${bytes.toString('hex')}`);
    const takesMs = this.takesMs(bytes);
    if (takesMs > 0) await sleep(this.clock, takesMs);
  }
}

test('plays to the end, the last note-offs included', async () => {
  const bed = new Bed([`0a 903c40 64 803c40 ${END}`]);
  assert.deepEqual(await bed.play(), ['10 903c40', '110 803c40']);
  assert.equal(bed.player.lateness.worstMs, 0);
});

test('what nobody lets go of is let go at the end', async () => {
  const bed = new Bed([`00 903c40 00 b0407f 00 e07f7f 64 ff2f00`]);
  assert.deepEqual((await bed.play()).slice(3), ['100 803c40', '100 b04000', '100 e00040']);
});

test('stopped in the middle: silence at once', async () => {
  const bed = new Bed([`00 903c40 0a b0407f 8768 803c40 ${END}`]);
  bed.start();
  await bed.clock.advanceAsync(500);
  assert.equal(bed.player.keys, 1);
  bed.stopping.abort();
  await bed.clock.advanceAsync(0);
  assert.equal(bed.isOver, true);
  assert.deepEqual(bed.sent.slice(2), ['500 803c40', '500 b04000']);
  assert.equal(bed.clock.pendingTimers, 0);
});

test('an output that fails: silence is tried for, and the failure is thrown', async () => {
  const bed = new Bed([`00 903c40 64 913c40 64 803c40 ${END}`]);
  bed.takesMs = (bytes) => {
    if (bytes[0] === 0x91) throw new Error('unplugged');
    return 0;
  };
  bed.start();
  await bed.clock.advanceAsync(1000);
  assert.match(String(bed.failure), /unplugged/);
  assert.deepEqual(bed.sent.slice(2), ['100 803c40', '100 813c40']);
});

test('--from sends the state first, at the pace of a cable, and no note from before', async () => {
  const head = '00 b00001 00 b02002 00 c005 00 b00764 00 b0407f 00 e00050 00 903c40';
  const bed = new Bed([`${head} 8768 b00750 00 903e40 64 803e40 ${END}`], { fromMs: 1000 });
  assert.deepEqual(
    (await bed.play()).map((line) => line.split(' ')[1]),
    [
      'b00001',
      'b02002',
      'c00500',
      'b00764',
      'b0407f',
      'e00050',
      'b00750',
      '903e40',
      '803e40',
      'b04000',
      'e00040',
    ],
  );
  // 17 bytes at 3.125 a millisecond.
  assert.equal(bed.sent[6], '5.44 b00750');
});

test('--from sets parameters that were set, also two of them to the same', async () => {
  const set = '00 b06500 00 b06400 00 b0060c 00 b06401 00 b0060c 00 903c40';
  const bed = new Bed([`${set} 8768 903e40 64 803e40 ${END}`], { fromMs: 1000 });
  assert.deepEqual((await bed.play()).map((line) => line.split(' ')[1]).slice(0, 8), [
    'b06500',
    'b06400',
    'b0060c',
    'b06500',
    'b06401',
    'b0060c',
    'b06500',
    'b06401',
  ]);
});

test('--to ends before what stands there', async () => {
  const bed = new Bed([`00 903c40 64 803c40 00 903e40 64 803e40 ${END}`], { toMs: 100 });
  assert.deepEqual(await bed.play(), ['0 903c40', '100 803c40']);
});

test('--speed', async () => {
  const bed = new Bed([`00 903c40 64 803c40 ${END}`], { speed: 0.5 });
  assert.deepEqual(await bed.play(), ['0 903c40', '200 803c40']);
});

test('--mute leaves channels out, their state as well', async () => {
  const bed = new Bed([`00 c105 64 903c40 00 913c40 0a 803c40 00 813c40 ${END}`], {
    channelMask: 0xffff & ~2,
    fromMs: 50,
  });
  assert.deepEqual(await bed.play(), ['50 903c40', '60 803c40']);
});

test('--loop: rounds on one schedule, silence between them, only state that changed again', async () => {
  const bed = new Bed([`00 c005 00 b00764 64 b00750 00 903c40 ${END.replace('00', '64')}`], {
    fromMs: 50,
    toMs: 200,
    isLoop: true,
  });
  bed.start();
  await bed.clock.advanceAsync(350);
  bed.stopping.abort();
  await bed.clock.advanceAsync(0);
  assert.equal(bed.player.round, 3);
  const [program, , ...rest] = bed.sent;
  assert.equal(program, '0 c00500');
  const start = 1.6;
  assert.deepEqual(rest, [
    `${start + 50} b00750`,
    `${start + 50} 903c40`,
    `${start + 150} 803c40`,
    `${start + 150} b00764`,
    `${start + 200} b00750`,
    `${start + 200} 903c40`,
    `${start + 300} 803c40`,
    `${start + 300} b00764`,
  ]);
});

test('--loop: after a channel mode message the state is sent anew, also what has not changed', async () => {
  const rounds = async (between: string) => {
    const bed = new Bed([`00 b00140 00 b00764 64 903c40 00 803c40 0a ${between} ${END}`], {
      fromMs: 50,
      isLoop: true,
    });
    bed.start();
    await bed.clock.advanceAsync(115);
    bed.stopping.abort();
    await bed.clock.advanceAsync(0);
    assert.equal(bed.player.round, 2);
    const controls = bed.sent.map((line) => line.split(' ')[1]!).filter((line) => /^b/.test(line));
    return controls.slice(2);
  };
  assert.deepEqual(await rounds('b00a40'), ['b00a40']);
  assert.deepEqual(await rounds('b07900'), ['b07900', 'b00140', 'b00764']);
});

test('--loop: a program is chosen anew where its bank has changed meanwhile', async () => {
  const bed = new Bed([`00 b00001 00 c005 64 903c40 00 803c40 0a b00002 ${END}`], {
    fromMs: 50,
    isLoop: true,
  });
  bed.start();
  await bed.clock.advanceAsync(115);
  bed.stopping.abort();
  await bed.clock.advanceAsync(0);
  const controls = bed.sent.map((line) => line.split(' ')[1]!).filter((line) => /^[bc]/.test(line));
  assert.deepEqual(controls, ['b00001', 'c00500', 'b00002', 'b00001', 'c00500']);
});

test('--loop: a sysex without an end is counted once, however many rounds', async () => {
  const bed = new Bed([`00 f0 02 7d01 0a 903c40 0a 803c40 ${END}`], { isLoop: true });
  bed.start();
  await bed.clock.advanceAsync(70);
  bed.stopping.abort();
  await bed.clock.advanceAsync(0);
  assert.ok(bed.player.round > 2);
  assert.equal(bed.player.brokenSysex, 1);
});

test('whoever begins in the middle of a sysex does not send the rest of it', async () => {
  const bed = new Bed([`00 f0 02 7d01 64 f7 02 02f7 64 903c40 00 803c40 ${END}`], { fromMs: 50 });
  assert.deepEqual(await bed.play(), ['150 903c40', '150 803c40']);
});

test('stopped between the packets of a sysex: it is ended', async () => {
  const bed = new Bed([`00 903c40 00 f0 02 7d01 8768 f7 02 02f7 ${END}`]);
  bed.start();
  await bed.clock.advanceAsync(500);
  bed.stopping.abort();
  await bed.clock.advanceAsync(0);
  assert.deepEqual(bed.sent.slice(2), ['500 f7', '500 803c40']);
});

test('a machine that stands still: the music goes on where it was, not all at once', async () => {
  const notes = Array.from({ length: 10 }, () => '0a 903c40 0a 803c40').join(' ');
  const bed = new Bed([`${notes} ${END}`]);
  bed.start();
  await bed.clock.advanceAsync(55);
  bed.clock.stall(1000);
  await bed.clock.advanceAsync(300);
  const times = bed.sent.map((line) => Number(line.split(' ')[0]));
  assert.deepEqual(times.slice(4, 9), [50, 1055, 1065, 1075, 1085]);
  assert.deepEqual(bed.player.stalls, { count: 1, totalMs: 995 });
  assert.equal(bed.isOver, true);
});

test('the pause behind a sysex is kept when the driver is slow', async () => {
  const bed = new Bed([`00 f0 03 7d01f7 64 f0 03 7d02f7 ${END}`]);
  bed.takesMs = () => 300;
  const times = (await bed.play()).map((line) => Number(line.split(' ')[0]));
  // 100 ms less the 1.28 ms that four bytes take.
  assert.deepEqual(times, [0, 398.72]);
});

test('who keeps time with others begins when it is told to, and catches a long delay up', async () => {
  const notes = Array.from({ length: 20 }, (_, index) => `32 90${(0x30 + index).toString(16)}40`);
  const bed = new Bed([`${notes.join(' ')} ${END}`], { startMs: 1000 });
  bed.takesMs = (bytes) => (bytes[1] === 0x31 ? 400 : 0);
  const sent = (await bed.play()).map((line) => line.split(' '));
  const timesMs = sent.filter(([, bytes]) => bytes!.startsWith('90')).map(([ms]) => Number(ms));
  assert.deepEqual(timesMs.slice(0, 4), [1050, 1100, 1500, 1525]);
  assert.deepEqual(timesMs.slice(-3), [1900, 1950, 2000]);
  assert.equal(bed.player.stalls.count, 0);
});

test('a delay that is too long for that is said', async () => {
  const bed = new Bed([`00 903040 32 903140 32 903240 ${END}`], { startMs: 0 });
  bed.takesMs = (bytes) => (bytes.toString('hex') === '903040' ? 5000 : 0);
  await bed.play();
  assert.equal(bed.player.stalls.count, 1);
});
