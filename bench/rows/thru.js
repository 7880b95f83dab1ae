// Notes that are passed on while they are recorded: from the driver's call to the other driver's, on winmm.dll.
import { listen, SUBJECTS, startMidirec } from '../bed-runs.js';
import { formatNumber, median, percentile } from '../statistics.js';

const PACE_MS = 7;
/** The other driver. */
const OTHER = ['output "Other"'];

export const thruRow = {
  name: 'thru',
  needs: ['wine', 'peers'],
  async measure({ report, isQuick }) {
    const notes = isQuick ? 300 : 3000;
    const rows = [
      ['midirec record --thru', await passWithMidirec(notes)],
      [SUBJECTS.julusian.title, await passWithAddon(notes)],
    ];
    report.section(
      'Passing on',
      `${formatNumber(notes)} notes ${PACE_MS} ms apart, \`midirec record --thru\`: from the driver's call to the ` +
        'call of the other driver. The addon hands each message to JavaScript, which sends it, and writes no file.',
    );
    report.table(
      ['', 'median ms', '99th percentile ms', 'longest ms'],
      rows.map(([title, ms]) => [
        title,
        ...[50, 99, 100].map((part) => formatNumber(percentile(ms, part))),
      ]),
    );
    const [[, ms]] = rows;
    const late = percentile(ms, 99);
    report.goal('median 0.2 ms', `${formatNumber(median(ms))} ms`, median(ms) <= 0.2);
    report.goal('99th percentile 1 ms', `${formatNumber(late)} ms`, late <= 1);
  },
};

async function passWithMidirec(notes) {
  const seconds = Math.ceil((notes * PACE_MS) / 1000) + 2;
  const run = startMidirec(
    ['record', '-o', 'take.mid', '--thru', 'Other', '--duration', `${seconds}s`],
    { steps: stepsOf(notes), outputs: OTHER },
  );
  const { code, stderr } = await run.finished;
  if (code !== 0) throw new Error(`midirec record ended with ${code}:\n${stderr}`);
  return delaysOf(run.log(), notes);
}

async function passWithAddon(notes) {
  const { run } = await listen('julusian', {
    steps: stepsOf(notes),
    outputs: OTHER,
    orders: { expected: notes, passOn: true },
  });
  return delaysOf(run.log(), notes);
}

const stepsOf = (notes) => [`notes ${notes} every ${PACE_MS}ms`];

/** Milliseconds from call to call, note by note. */
function delaysOf(log, notes) {
  const { frequency } = log.find(({ event }) => event === 'load');
  const played = log.filter(({ event }) => event === 'data');
  const passed = log.filter(({ event }) => event === 'short');
  if (passed.length < notes) throw new Error(`${passed.length} of ${notes} notes went out`);
  return played.map(({ qpc }, index) => ((passed[index].qpc - qpc) * 1000) / frequency);
}
