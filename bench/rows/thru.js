// Notes that are passed on while they are recorded: from the driver's call to the other driver's, on winmm.dll.
import { WineRun } from '../../build/test/support/wine-run.js';
import { formatNumber, median, percentile } from '../statistics.js';

const PACE_MS = 7;

export const thruRow = {
  name: 'thru',
  needs: ['wine'],
  async measure({ report, isQuick }) {
    const notes = isQuick ? 300 : 3000;
    const seconds = Math.ceil((notes * PACE_MS) / 1000) + 2;
    const args = ['record', '-o', 'take.mid', '--thru', 'Other', '--duration', `${seconds}s`];
    const run = new WineRun(args, {
      script: `output "Other"\ninput "Bench"\nwait 500ms\nnotes ${notes} every ${PACE_MS}ms\n`,
    });
    const { code, stderr } = await run.finished;
    if (code !== 0) throw new Error(`midirec record ended with ${code}:\n${stderr}`);
    const log = run.log();
    const { frequency } = log.find(({ event }) => event === 'load');
    const played = log.filter(({ event }) => event === 'data');
    const passed = log.filter(({ event }) => event === 'short');
    if (passed.length < notes) throw new Error(`${passed.length} of ${notes} notes went out`);
    const ms = played.map(({ qpc }, index) => ((passed[index].qpc - qpc) * 1000) / frequency);
    const late = percentile(ms, 99);
    report.section(
      'Passing on',
      `${formatNumber(notes)} notes ${PACE_MS} ms apart, \`midirec record --thru\`: from the driver's call to the ` +
        'call of the other driver.',
    );
    report.table(
      ['', 'median ms', '99th percentile ms', 'longest ms'],
      [
        [
          'midirec record --thru',
          formatNumber(median(ms)),
          formatNumber(late),
          formatNumber(percentile(ms, 100)),
        ],
      ],
    );
    report.goal('median 0.2 ms', `${formatNumber(median(ms))} ms`, median(ms) <= 0.2);
    report.goal('99th percentile 1 ms', `${formatNumber(late)} ms`, late <= 1);
  },
};
