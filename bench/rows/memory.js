// Whether memory grows with the length of a take.
import { setTimeout as pause } from 'node:timers/promises';
import { startMidirec } from '../bed-runs.js';
import { FifoRun } from '../embedded-runs.js';
import { memoryBytes } from '../process-figures.js';
import { formatBytes, formatNumber } from '../statistics.js';

/** Cumulative. */
const MARKS = { full: [0, 10_000, 1_000_000, 20_000_000], quick: [0, 10_000, 500_000, 2_000_000] };
/** Two million notes a second, in floods with a rest after each. */
const FLOOD = 100_000;
const REST_MS = 50;
const SETTLE_MS = 2000;
const GOAL_BEFORE = 65 * 0x10_0000;
const GOAL_BYTES = 20 * 0x10_0000;

export const memoryRow = {
  name: 'memory',
  needs: ['linux'],
  uses: ['wine'],
  async measure({ report, isQuick, hasWine }) {
    const marks = MARKS[isQuick ? 'quick' : 'full'];
    const rows = [['embedded, a FIFO', await measureEmbedded(marks)]];
    if (hasWine) rows.push(['winmm.dll on Wine', await measureOnWine(marks)]);
    report.section(
      'Memory over a long take',
      'Resident size of `midirec record` after so many notes, and how much it grows between the last two: the ' +
        'ring of a million messages takes memory as it goes round for the first time.',
    );
    report.table(
      ['', ...marks.map((mark) => formatNumber(mark)), 'growth'],
      rows.map(([title, sizes]) => [
        title,
        ...sizes.map(formatBytes),
        formatBytes(sizes.at(-1) - sizes.at(-2)),
      ]),
    );
    const [[, [before]]] = rows;
    report.goal(
      `embedded: at most ${formatBytes(GOAL_BEFORE)} before the first note`,
      formatBytes(before),
      before <= GOAL_BEFORE,
    );
    for (const [title, sizes] of rows) {
      const growth = sizes.at(-1) - sizes.at(-2);
      report.goal(`${title}: growth under 20 MiB`, formatBytes(growth), growth < GOAL_BYTES);
    }
  },
};

async function measureEmbedded(marks) {
  const run = new FifoRun();
  await run.settle();
  const sizes = [];
  let sent = 0;
  for (const mark of marks) {
    for (; sent < mark; sent += FLOOD) {
      run.send(Math.min(FLOOD, mark - sent));
      await pause(REST_MS);
    }
    sent = mark;
    await pause(SETTLE_MS);
    sizes.push(memoryBytes(run.child.pid, 'VmRSS'));
  }
  const { code, stderr } = await run.end();
  run.remove();
  if (code !== 0) throw new Error(`midirec record ended with ${code}:\n${stderr}`);
  return sizes;
}

async function measureOnWine(marks) {
  const steps = [];
  let sent = 0;
  for (const [index, mark] of marks.entries()) {
    const floods = Math.floor((mark - sent) / FLOOD);
    if (floods > 0) steps.push(`repeat ${floods}`, `flood ${FLOOD}`, `wait ${REST_MS}ms`, 'end');
    const rest = (mark - sent) % FLOOD;
    if (rest > 0) steps.push(`flood ${rest}`);
    steps.push(`touch mark-${index}`, `wait ${2 * SETTLE_MS}ms`);
    sent = mark;
  }
  const run = startMidirec(['record', '-o', 'take.mid'], { steps });
  const sizes = [];
  for (const index of marks.keys()) {
    await run.reach(`mark-${index}`);
    await pause(SETTLE_MS);
    sizes.push(run.memory('VmRSS'));
  }
  await run.reach('done');
  run.kill('SIGINT');
  const { code, stderr } = await run.finished;
  if (code !== 0) throw new Error(`midirec record ended with ${code}:\n${stderr}`);
  return sizes;
}
