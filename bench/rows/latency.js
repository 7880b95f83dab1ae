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
  for (const subject of ['midirec', 'register', 'julusian', 'jazz', 'wake']) {
    results[subject] = await hear(subject, notes, '1ms');
  }
  return results;
}

/** What a subject heard of evenly spaced notes, and the lines of the driver's log. */
async function hear(subject, notes, pace, orders = {}) {
  const { run, result } = await listen(subject, {
    steps: [`notes ${notes} every ${pace}`],
    orders: { expected: notes, keepTimes: true, ...orders },
  });
  return { sent: run.log().filter(({ event }) => event === 'data'), ...result };
}

/** Milliseconds from the driver's call, note by note. */
function latenciesOf(heard) {
  const lines = match(heard);
  return heard.times.map((ticks, row) => (ticks - lines[row].qpc) / 10_000);
}

function printLatencies(report, rows) {
  report.table(
    ['', 'median ms', '99th percentile ms', 'longest ms', 'lost'],
    rows.map(({ subject, title = SUBJECTS[subject].title, ms, lost }) => [
      title,
      formatNumber(median(ms)),
      formatNumber(percentile(ms, 99)),
      formatNumber(percentile(ms, 100)),
      formatNumber(lost),
    ]),
  );
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
    const rows = Object.entries(results).map(([subject, heard]) => ({
      subject,
      ms: latenciesOf(heard),
      lost: heard.sent.length - heard.times.length,
    }));
    printLatencies(report, rows);
    report.compare(
      'latency, median and 99th percentile',
      Object.fromEntries(rows.map(({ subject, ms }) => [subject, describeLatency(ms)])),
    );
    const ownMs = median(latenciesOf(results.midirec));
    const [late, ...addons] = ['midirec', 'julusian', 'jazz'].map((subject) =>
      percentile(latenciesOf(results[subject]), 99),
    );
    report.goal('median 0.15 ms', `${formatNumber(ownMs)} ms`, ownMs <= 0.15);
    report.goal('99th percentile 1 ms', `${formatNumber(late)} ms`, late <= 1);
    report.goal(
      '99th percentile ahead of both addons',
      `${formatNumber(late)} ms`,
      addons.every((addon) => late <= addon),
    );
  },
};

export const coarseRow = {
  name: 'coarse',
  needs: ['wine', 'peers'],
  async measure({ report, isQuick }) {
    const notes = isQuick ? 200 : 600;
    const rows = [];
    for (const [subject, coarseTimers, title] of [
      ['midirec', true],
      ['midirec', false, 'midirec, fine timers'],
      ['julusian', true],
      ['jazz', true],
      ['wake', true],
    ]) {
      const heard = await hear(subject, notes, '13ms', { coarseTimers });
      const lost = heard.sent.length - heard.times.length;
      rows.push({ subject, title, ms: latenciesOf(heard), lost });
    }
    report.section(
      'Latency with timers of 15.6 ms',
      `${formatNumber(notes)} notes 13 ms apart, while timers end on a grid of 15.6 ms, as on Windows; the machine has ` +
        'gone to sleep between them. The C program waits for nothing but the callback.',
    );
    printLatencies(report, rows);
    const [{ ms }] = rows;
    report.goal('median 0.2 ms', `${formatNumber(median(ms))} ms`, median(ms) <= 0.2);
    report.goal(
      '99th percentile 2 ms',
      `${formatNumber(percentile(ms, 99))} ms`,
      percentile(ms, 99) <= 2,
    );
  },
};

export const silenceRow = {
  name: 'silence',
  needs: ['wine'],
  async measure({ report, isQuick }) {
    const seconds = isQuick ? 20 : 600;
    const rows = await Promise.all(
      ['midirec', 'wake'].map(async (subject) => {
        const { run, result } = await listen(subject, {
          steps: ['notes 100 every 1ms', `wait ${seconds}s`, 'notes 1 every 1ms'],
          orders: { expected: 101, keepTimes: true },
        });
        const { qpc } = run.log().findLast(({ event }) => event === 'data');
        return { subject, ms: (result.times.at(-1) - qpc) / 10_000 };
      }),
    );
    report.section(
      'After a silence',
      `A note after ${seconds} s in which nothing was played, with others before them.`,
    );
    report.table(
      ['', 'ms'],
      rows.map(({ subject, ms }) => [SUBJECTS[subject].title, formatNumber(ms)]),
    );
    const [{ ms }] = rows;
    report.goal('as any other: within 5 ms', `${formatNumber(ms)} ms`, ms < 5);
  },
};

function describeLatency(ms) {
  return `${formatNumber(median(ms))} and ${formatNumber(percentile(ms, 99))} ms`;
}

export const stampsRow = {
  name: 'stamps',
  needs: ['wine'],
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
        'driver gave; then, with notes 1.37 ms apart, the high-resolution stamp, which the callback takes from the processor, against the ' +
        "driver's own reading of the counter right before its call.",
    );
    report.note(
      `In the file: off by ${formatNumber(median(errors.map(Math.abs)))} ms (median), ` +
        `${formatNumber(worst)} ms (most).`,
    );
    // The driver's millisecond is refined, and a tick is half a millisecond.
    report.goal('all within 1.3 ms', `${formatNumber(worst)} ms`, worst <= 1.3);
    // At moments of no grid: of notes on whole milliseconds nobody can tell where in them they lie.
    const { run: uneven, result } = await listen('midirec', {
      steps: [`notes ${notes} every 1370us`],
      orders: { expected: notes, keepTimes: true },
    });
    const heard = { sent: uneven.log().filter(({ event }) => event === 'data'), ...result };
    const lines = match(heard);
    const us = heard.stampTicks.map((ticks, row) => (ticks - lines[row].qpc) / TICKS_PER_US);
    const counts = countInBins(us, STAMP_BINS);
    const fineUs = heard.timeTicks.map((ticks, row) => (ticks - lines[row].qpc) / TICKS_PER_US);
    const fineErrors = fineUs.map(Math.abs);
    // Zero of the take against the driver's: what it is moved by is the same for all.
    const parts = heard.timesMs.map((ms, row) => ms - lines[row].timeMs);
    const spread = percentile(parts, 100) - Math.min(...parts);
    report.note(
      `Times in \`--json\`, refined within the driver's millisecond: off by ${formatNumber(median(fineErrors))} µs (median), ` +
        `${formatNumber(percentile(fineErrors, 99))} µs (99th percentile); ${formatNumber(spread)} ms from the least part of a ` +
        'millisecond to the greatest.',
    );
    report.goal(
      'refined: median 50 µs',
      `${formatNumber(median(fineErrors))} µs`,
      median(fineErrors) <= 50,
    );
    report.goal(
      'refined: 99 % within 500 µs',
      `${formatNumber(percentile(fineErrors, 99))} µs`,
      percentile(fineErrors, 99) <= 500,
    );
    report.goal(
      "never outside the driver's millisecond",
      `${formatNumber(spread)} ms`,
      spread <= 1,
    );
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
