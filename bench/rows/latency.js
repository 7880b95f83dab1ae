// Notes one millisecond apart: how soon they reach JavaScript, and how well their times are kept.
import { readFileSync } from 'node:fs';
import { drivenMessages, playedEvents } from '../../build/test/support/wine-take.js';
import { listen, SUBJECTS, startMidirec } from '../bed-runs.js';
import { countInBins, formatNumber, median, percentile } from '../statistics.js';

const MS_PER_TICK = 500 / 960;
const TICKS_PER_US = 10;
/** Microseconds. */
const STAMP_BINS = [-1000, -100, -10, 0, 10, 20, 50, 100, 200, 500, 1000];

const notesOf = ({ isQuick }) => (isQuick ? 2000 : 10_000);

/** Every subject hears the same notes; one run each, thousands of values. */
async function measureNotes(bench) {
  const notes = notesOf(bench);
  const results = {};
  for (const subject of ['midirec', 'register', 'julusian', 'jazz']) {
    const { run, result } = await listen(subject, {
      steps: [`notes ${notes} every 1ms`],
      orders: { expected: notes, keepTimes: true },
    });
    const sent = run.log().filter(({ event }) => event === 'data');
    results[subject] = { sent, ...result };
  }
  return results;
}

/** The line of the driver's log for each message that was heard; notes are told apart by their bytes. */
function match({ sent, packed }) {
  const lines = new Map(sent.map((line) => [line.packed, line]));
  return packed.map((value) => lines.get(value));
}

export const latencyRow = {
  name: 'latency',
  needs: ['wine', 'peers'],
  async measure(bench) {
    const results = await bench.once('notes', measureNotes);
    const { report } = bench;
    report.section(
      'Latency',
      `${formatNumber(notesOf(bench))} notes 1 ms apart, from the driver's call to JavaScript.`,
    );
    const rows = Object.entries(results).map(([subject, result]) => {
      const lines = match(result);
      const ms = result.times.map((ticks, row) => (ticks - lines[row].qpc) / 10_000);
      return { subject, ms, lost: result.sent.length - result.times.length };
    });
    report.table(
      ['', 'median ms', '99th percentile ms', 'longest ms', 'lost'],
      rows.map(({ subject, ms, lost }) => [
        SUBJECTS[subject].title,
        formatNumber(median(ms)),
        formatNumber(percentile(ms, 99)),
        formatNumber(percentile(ms, 100)),
        formatNumber(lost),
      ]),
    );
    report.compare(
      'latency, median and 99th percentile',
      Object.fromEntries(rows.map(({ subject, ms }) => [subject, describeLatency(ms)])),
    );
    const own = median(rows[0].ms);
    report.goal('median under 5 ms', `${formatNumber(own)} ms`, own < 5);
  },
};

function describeLatency(ms) {
  return `${formatNumber(median(ms))} and ${formatNumber(percentile(ms, 99))} ms`;
}

export const stampsRow = {
  name: 'stamps',
  needs: ['wine', 'peers'],
  async measure(bench) {
    const { report } = bench;
    const notes = notesOf(bench);
    const run = startMidirec(['record', '-o', 'take.mid'], {
      steps: [`notes ${notes} every 1ms`],
    });
    await run.reach('done');
    run.kill('SIGINT');
    const { code, stderr } = await run.finished;
    if (code !== 0) throw new Error(`midirec record ended with ${code}:\n${stderr}`);
    const { timesMs } = drivenMessages(run.log(), 0);
    const events = playedEvents(readFileSync(run.path('take.mid')))[1];
    if (events.length !== notes) throw new Error(`${events.length} of ${notes} notes are there`);
    const errors = events.map(({ tick }, row) => tick * MS_PER_TICK - timesMs[row]);
    const worst = Math.max(...errors.map(Math.abs));
    report.section(
      'Accuracy of time stamps',
      `${formatNumber(notes)} notes 1 ms apart, \`midirec record\`. Times in the file against the times that the ` +
        'driver gave; then the high-resolution stamp, which the callback takes from the processor, against the ' +
        "driver's own reading of the counter right before its call.",
    );
    report.note(
      `In the file: off by ${formatNumber(median(errors.map(Math.abs)))} ms (median), ` +
        `${formatNumber(worst)} ms (most).`,
    );
    report.goal('all within 1 ms', `${formatNumber(worst)} ms`, worst <= 1);
    const heard = (await bench.once('notes', measureNotes)).midirec;
    const lines = match(heard);
    const us = heard.stampTicks.map((ticks, row) => (ticks - lines[row].qpc) / TICKS_PER_US);
    const counts = countInBins(us, STAMP_BINS);
    report.note(`The high-resolution stamp, median ${formatNumber(median(us))} µs:\n`);
    report.table(
      ['µs', 'notes'],
      counts.flatMap((count, bin) => (count === 0 ? [] : [[binTitle(bin), formatNumber(count)]])),
    );
  },
};

function binTitle(bin) {
  if (bin === 0) return `below ${STAMP_BINS[0]}`;
  if (bin === STAMP_BINS.length) return `${STAMP_BINS[bin - 1]} and more`;
  return `${STAMP_BINS[bin - 1]} to ${STAMP_BINS[bin]}`;
}
