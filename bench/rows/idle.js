// What it costs to wait: `midirec record` while nothing is played.
import { setTimeout as pause } from 'node:timers/promises';
import { startMidirec } from '../bed-runs.js';
import { FifoRun } from '../embedded-runs.js';
import { processorMs } from '../process-figures.js';
import { formatNumber } from '../statistics.js';

const SETTLE_MS = 3000;
const GOAL_PERCENT = 0.3;

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
      `\`midirec record\` for ${seconds} s in which nothing is played: processor time of all its threads.`,
    );
    report.table(
      ['', 'ms', '% of a core'],
      rows.map(([title, ms]) => [title, formatNumber(ms), formatNumber(ms / seconds / 10)]),
    );
    for (const [title, ms] of rows) {
      const percent = ms / seconds / 10;
      report.goal(
        `${title}: under ${GOAL_PERCENT} % of a core`,
        `${formatNumber(percent)} %`,
        percent < GOAL_PERCENT,
      );
    }
  },
};

async function measureEmbedded(seconds) {
  const run = new FifoRun();
  await run.settle();
  const ms = await measureWhile(run.child.pid, seconds);
  await run.end();
  run.remove();
  return ms;
}

async function measureOnWine(seconds) {
  // Without its log: the driver would write it ten times a second, from this process.
  const run = startMidirec(['record', '-o', 'take.mid'], { env: { MIDIREC_TEST_LOG: '' } });
  await run.reach('done');
  const ms = await measureWhile(run.pid, seconds);
  run.kill('SIGINT');
  await run.finished;
  return ms;
}

async function measureWhile(pid, seconds) {
  await pause(SETTLE_MS);
  const before = processorMs(pid);
  await pause(seconds * 1000);
  return processorMs(pid) - before;
}
