// How long until midirec has said something, against Node.js alone.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatMedian, formatNumber, median } from '../statistics.js';

const executable = fileURLToPath(new URL('../../bin/midirec.js', import.meta.url));

const COMMANDS = [
  { title: 'node -e 0', args: ['-e', '0'] },
  { title: 'midirec --version', args: [executable, '--version'], limit: 1.1 },
  {
    title: 'midirec list',
    args: [executable, 'list'],
    limit: 1.4,
  },
];

export const startUpRow = {
  name: 'start-up',
  async measure({ report, isQuick }) {
    const runs = isQuick ? 10 : 40;
    const times = COMMANDS.map(() => []);
    // In turn, so that whatever else the machine does strikes all of them.
    for (let round = 0; round <= runs; round++) {
      for (const [index, { args }] of COMMANDS.entries()) {
        const beginMs = performance.now();
        execFileSync(process.execPath, args, { stdio: 'ignore' });
        // The first round fills the caches of the system.
        if (round > 0) times[index].push(performance.now() - beginMs);
      }
    }
    report.section(
      'Start-up',
      `From the start of the process to its end, median of ${runs} runs (smallest to largest).`,
    );
    const nodeMs = median(times[0]);
    report.table(
      ['', 'ms', '× node'],
      COMMANDS.map(({ title }, index) => [
        title,
        formatMedian(times[index]),
        formatNumber(median(times[index]) / nodeMs),
      ]),
    );
    for (const [index, { title, limit }] of COMMANDS.entries()) {
      if (limit === undefined) continue;
      const ratio = median(times[index]) / nodeMs;
      report.goal(`${title} under ${limit} × node`, `${formatNumber(ratio)} ×`, ratio < limit);
    }
  },
};
