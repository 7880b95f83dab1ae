// What it costs to wait: `midirec record` while nothing is played.
import { setTimeout as pause } from 'node:timers/promises';
import { startMidirec } from '../bed-runs.js';
import { FifoRun } from '../embedded-runs.js';
import { processorMs, wakeUps } from '../process-figures.js';
import { formatNumber } from '../statistics.js';

const SETTLE_MS = 3000;
const GOAL_PERCENT = 0.05;
const GOAL_WAKE_UPS = 2;

export const idleRow = {
  name: 'idle',
  needs: ['linux'],
  uses: ['wine'],
  async measure({ report, isQuick, hasWine }) {
    const seconds = isQuick ? 20 : 60;
    const rows = [['embedded, a FIFO', await measureEmbedded(seconds)]];
    if (hasWine) rows.push(['winmm.dll on Wine', await measureOnWine(seconds)]);
    report.section(
      'Idle cost',
      `\`midirec record\` for ${seconds} s in which nothing is played: processor time of all its threads, and how often one ` +
        'of them was woken.',
    );
    report.table(
      ['', 'ms', '% of a core', 'wake-ups a second'],
      rows.map(([title, { ms, wakes }]) => [
        title,
        formatNumber(ms),
        formatNumber(ms / seconds / 10),
        formatNumber(wakes / seconds),
      ]),
    );
    for (const [title, { ms, wakes }] of rows) {
      const percent = ms / seconds / 10;
      report.goal(
        `${title}: under ${GOAL_PERCENT} % of a core`,
        `${formatNumber(percent)} %`,
        percent < GOAL_PERCENT,
      );
      report.goal(
        `${title}: at most ${GOAL_WAKE_UPS} wake-ups a second`,
        formatNumber(wakes / seconds),
        wakes / seconds <= GOAL_WAKE_UPS,
      );
    }
  },
};

async function measureEmbedded(seconds) {
  const run = new FifoRun();
  await run.settle();
  const figures = await measureWhile(run.child.pid, seconds);
  await run.end();
  run.remove();
  return figures;
}

async function measureOnWine(seconds) {
  // Without its log: the driver would write it ten times a second, from this process.
  const run = startMidirec(['record', '-o', 'take.mid'], { env: { MIDIREC_TEST_LOG: '' } });
  await run.reach('done');
  const figures = await measureWhile(run.pid, seconds);
  run.kill('SIGINT');
  await run.finished;
  return figures;
}

async function measureWhile(pid, seconds) {
  await pause(SETTLE_MS);
  const before = { ms: processorMs(pid), wakes: wakeUps(pid) };
  await pause(seconds * 1000);
  return { ms: processorMs(pid) - before.ms, wakes: wakeUps(pid) - before.wakes };
}
