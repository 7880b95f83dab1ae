// A piece that is played and recorded over the loopback at once: how far from their times messages go out.
import { CaptureSession } from '../../build/src/capture/session.js';
import { createBuiltInWinMm } from '../../build/src/embedded/drivers/built-in.js';
import { systemClock } from '../../build/src/midi/clock.js';
import { Output } from '../../build/src/output/output.js';
import { Player } from '../../build/src/playback/player.js';
import { createPreciseWait } from '../../build/src/playback/precise-wait.js';
import { SeededRandom } from '../../build/test/support/seeded-random.js';
import { formatNumber, median, percentile } from '../statistics.js';

const PORT = 'midirec loopback';
const LENGTH_MS = { full: 60_000, quick: 5000 };
/** Notes a second, on and off: a dense piano piece. */
const NOTES_PER_SECOND = 25;

/** Notes at moments of no grid, in order of time. */
function makePiece(lengthMs) {
  const random = new SeededRandom(8);
  const moments = [];
  for (let note = 0; note < (lengthMs / 1000) * NOTES_PER_SECOND; note++) {
    const key = 36 + Math.floor(random.next() * 48);
    const startMs = random.next() * (lengthMs - 500);
    moments.push([startMs, 0x90 | (key << 8) | (80 << 16)]);
    moments.push([startMs + 50 + random.next() * 400, 0x80 | (key << 8) | (64 << 16)]);
  }
  const events = moments
    .sort(([one], [other]) => one - other)
    .map(([timeMs, packed]) => ({ timeMs, packed, bytes: undefined, isBroken: false }));
  return { events, endMs: lengthMs, rowsFrom: () => events };
}

async function playAndRecord(score) {
  const winmm = createBuiltInWinMm(systemClock);
  const idOf = (count, capsOf) =>
    Array.from({ length: count }, (_, id) => id).find((id) => capsOf(id).caps.szPname === PORT);
  const device = (deviceId) => ({ deviceId, name: PORT });
  const session = await CaptureSession.open({
    winmm,
    clock: systemClock,
    devices: [device(idOf(winmm.midiInGetNumDevs(), (id) => winmm.midiInGetDevCaps(id)))],
  });
  const heard = [];
  await session.start((batch) => {
    for (let row = 0; row < batch.count; row++) {
      heard.push({ packed: batch.packed[row], timeMs: batch.stampMs[row] });
    }
  });
  const output = await Output.open({
    winmm,
    clock: systemClock,
    ...device(idOf(winmm.midiOutGetNumDevs(), (id) => winmm.midiOutGetDevCaps(id))),
  });
  const player = new Player({
    score,
    output,
    clock: systemClock,
    waitUntil: createPreciseWait(systemClock),
    signal: new AbortController().signal,
    fromMs: 0,
    toMs: score.endMs,
    speed: 1,
    isLoop: false,
    channelMask: 0xffff,
  });
  const before = process.cpuUsage();
  await player.run();
  const { user, system } = process.cpuUsage(before);
  await output.close();
  session.poll();
  await session.close();
  winmm.dispose();
  return { heard, stalls: player.stalls.count, cpuMs: (user + system) / 1000 };
}

export const playRow = {
  name: 'play',
  async measure({ report, isQuick }) {
    const score = makePiece(LENGTH_MS[isQuick ? 'quick' : 'full']);
    const { events } = score;
    const { heard, stalls, cpuMs } = await playAndRecord(score);
    const isSame =
      heard.length === events.length &&
      heard.every(({ packed }, row) => packed === events[row].packed);
    if (!isSame)
      throw new Error(`played ${events.length} messages, recorded ${heard.length} others`);
    // Between messages, since a stall moves all that come after it.
    const errorsMs = heard
      .slice(1)
      .map(({ timeMs }, row) =>
        Math.abs(timeMs - heard[row].timeMs - (events[row + 1].timeMs - events[row].timeMs)),
      );
    report.section(
      'Playing',
      `${formatNumber(events.length)} messages in ${formatNumber(score.endMs / 1000)} s, at moments of no grid, ` +
        'played through the loopback and recorded at once. How far the time between two of them was off.',
    );
    report.table(
      ['', 'median ms', '99th percentile ms', 'most ms', 'stood still', 'processor'],
      [
        [
          'midirec play',
          formatNumber(median(errorsMs)),
          formatNumber(percentile(errorsMs, 99)),
          formatNumber(percentile(errorsMs, 100)),
          formatNumber(stalls),
          `${formatNumber((cpuMs * 100) / score.endMs)} %`,
        ],
      ],
    );
    const worst = percentile(errorsMs, 99);
    report.goal('99 % within 2 ms', `${formatNumber(worst)} ms`, worst <= 2);
  },
};
