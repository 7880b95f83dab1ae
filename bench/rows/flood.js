// A million notes as fast as the driver can push them: what the callback costs the driver, how long it takes
// until all of them are where they are wanted, and how many are lost.
import { readFileSync } from 'node:fs';
import { noteAt } from '../../build/test/support/wine-script.js';
import { playedEvents } from '../../build/test/support/wine-take.js';
import { listen, SUBJECTS, startMidirec } from '../bed-runs.js';
import { FifoRun } from '../embedded-runs.js';
import { formatMedian, formatNumber, mapValues, median } from '../statistics.js';

const MESSAGES = 1_000_000;
/** koffi's callback takes so long for a message that a million are worth one run only. */
const MESSAGES_OF_REGISTER = { full: 1_000_000, quick: 20_000 };

const LIBRARIES = ['julusian', 'jazz'];

/** Runs of all subjects, in turn, so that whatever else the machine does strikes all of them. */
async function measureFlood({ runs, isQuick }) {
  const results = Object.fromEntries(Object.keys(SUBJECTS).map((subject) => [subject, []]));
  for (let round = 0; round < runs; round++) {
    for (const subject of Object.keys(SUBJECTS)) {
      if (subject === 'register' && round > 0) continue;
      const count =
        subject === 'register' ? MESSAGES_OF_REGISTER[isQuick ? 'quick' : 'full'] : MESSAGES;
      const isMidirec = subject === 'midirec' || subject === 'register';
      const one = isMidirec ? await recordFlood(subject, count) : await hearFlood(subject, count);
      results[subject].push({ ...one, count });
    }
  }
  return results;
}

/** `midirec record`, from the first note to the file in its place. */
async function recordFlood(subject, count) {
  const run = startMidirec(['record', '-o', 'take.mid'], {
    steps: [`flood ${count}`],
    env: SUBJECTS[subject].env,
  });
  await run.reach('done');
  run.kill('SIGINT');
  const { code, stderr } = await run.finished;
  if (code !== 0 && code !== 3) throw new Error(`midirec record ended with ${code}:\n${stderr}`);
  const elapsedMs = run.markMs('take.mid') - run.markMs('begin');
  const events = playedEvents(readFileSync(run.path('take.mid')))[1];
  if (events.length === count) assertNotes(events, count);
  return { ns: run.flood().ns, elapsedMs, lost: count - events.length };
}

function assertNotes(events, count) {
  const isWhole =
    events.length === count && events.every(({ packed }, index) => packed === noteAt(index));
  if (!isWhole) throw new Error('the take has other notes');
}

async function hearFlood(subject, count) {
  const { run, result } = await listen(subject, {
    steps: [`flood ${count}`],
    orders: { expected: count },
  });
  const { ns, beginTicks } = run.flood();
  if (SUBJECTS[subject].program !== undefined) return { ns };
  return {
    ns,
    elapsedMs: (result.lastTicks - beginTicks) / 10_000,
    lost: count - result.messages,
  };
}

const pick = (runs, member) => runs.map((run) => run[member]);

export const callbackRow = {
  name: 'callback',
  needs: ['wine', 'peers'],
  async measure(bench) {
    const results = await bench.once('flood', measureFlood);
    const { report } = bench;
    report.section(
      'Cost of the callback to the driver',
      `The driver sends ${formatNumber(MESSAGES)} MIM_DATA in a tight loop; its thread's time per message, ` +
        `median of ${bench.runs} runs (smallest to largest).`,
    );
    const medians = Object.fromEntries(
      Object.entries(results).map(([subject, runs]) => [subject, median(pick(runs, 'ns'))]),
    );
    report.table(
      ['', 'ns per message', '× C program that stamps', '× midirec'],
      Object.entries(results).map(([subject, runs]) => [
        title(subject, runs),
        formatMedian(pick(runs, 'ns')),
        formatNumber(medians[subject] / medians.stamp),
        formatNumber(medians[subject] / medians.midirec),
      ]),
    );
    report.compare(
      "the callback: driver's time per message",
      mapValues(medians, (ns) => `${formatNumber(ns)} ns`),
    );
    const ofStamp = medians.midirec / medians.stamp;
    report.goal('at most 0.5 × the C program', `${formatNumber(ofStamp)} ×`, ofStamp <= 0.5);
    const ofPeers = medians.midirec / Math.min(...LIBRARIES.map((subject) => medians[subject]));
    report.goal('at most 0.1 × the best peer', `${formatNumber(ofPeers)} ×`, ofPeers <= 0.1);
  },
};

/** The same notes as bytes of a FIFO, which holds its writer back, recorded by the embedded WinMm. */
async function recordFifo() {
  const run = new FifoRun();
  await run.settle();
  const beginMs = Date.now();
  run.send(MESSAGES);
  run.push();
  const { code, stderr } = await run.end();
  if (code !== 0) throw new Error(`midirec record ended with ${code}:\n${stderr}`);
  const elapsedMs = run.takeMs - beginMs;
  assertNotes(playedEvents(run.takeBytes)[1], MESSAGES);
  run.remove();
  return elapsedMs;
}

export const fifoRow = {
  name: 'fifo',
  needs: ['linux'],
  async measure({ report, runs }) {
    const times = [];
    for (let round = 0; round < runs; round++) times.push(await recordFifo());
    report.section(
      'A flood without winmm.dll',
      `${formatNumber(MESSAGES)} notes as bytes through a FIFO into \`midirec record\` on the embedded WinMm, until ` +
        `the finished file is on the disk, nothing lost. Median of ${runs} runs (smallest to largest).`,
    );
    report.table(
      ['', 'ms', 'messages per second'],
      [['midirec', formatMedian(times), formatNumber((MESSAGES * 1000) / median(times))]],
    );
  },
};

export const floodRow = {
  name: 'flood',
  needs: ['wine', 'peers'],
  async measure(bench) {
    const results = await bench.once('flood', measureFlood);
    const { report } = bench;
    report.section(
      'A flood, delivered',
      'The same flood. For `midirec record`: from the first message to the finished file on the disk, ' +
        'Ctrl-C included. For the others: from the first message to the last one in JavaScript, nothing stored. ' +
        `Median of ${bench.runs} runs (smallest to largest).`,
    );
    const subjects = ['midirec', 'register', ...LIBRARIES];
    const perSecond = (subject) =>
      median(
        results[subject].map(({ count, lost, elapsedMs }) => ((count - lost) * 1000) / elapsedMs),
      );
    report.table(
      ['', 'ms', 'messages per second', 'midirec is × as fast', 'lost'],
      subjects.map((subject) => [
        title(subject, results[subject]),
        formatMedian(pick(results[subject], 'elapsedMs')),
        formatNumber(perSecond(subject)),
        formatNumber(perSecond('midirec') / perSecond(subject)),
        formatMedian(pick(results[subject], 'lost')),
      ]),
    );
    const compared = Object.fromEntries(['midirec', ...LIBRARIES].map((name) => [name, name]));
    report.compare(
      'a flood: messages a second (midirec: in the finished file; others: in JavaScript)',
      mapValues(compared, (name) => formatNumber(perSecond(name))),
    );
    report.compare(
      `lost of ${formatNumber(MESSAGES)}`,
      mapValues(compared, (name) => formatNumber(median(pick(results[name], 'lost')))),
    );
    const own = median(pick(results.midirec, 'elapsedMs'));
    const peer = median(pick(results.julusian, 'elapsedMs'));
    report.goal(
      'on the disk in an eighth of the time in which @julusian/midi delivers',
      `${formatNumber(own)} ms against ${formatNumber(peer)} ms`,
      own * 8 <= peer,
    );
    const lost = Math.max(...pick(results.midirec, 'lost'));
    report.goal('nothing lost', `${formatNumber(lost)} lost`, lost === 0);
  },
};

function title(subject, runs) {
  const [{ count }] = runs;
  const rest = count === MESSAGES ? '' : `, ${formatNumber(count)} messages`;
  const once = subject === 'register' ? ', one run' : '';
  return SUBJECTS[subject].title + rest + once;
}
