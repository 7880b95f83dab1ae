// Sysex in: how large a burst a recorder survives, and how fast it can be when the driver waits.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { randomSysex } from '../../build/test/support/wine-script.js';
import { listen, SUBJECTS, startMidirec, watchPeak } from '../bed-runs.js';
import { formatBytes, formatMedian, formatNumber, mapValues, median } from '../statistics.js';

/** As a synthesizer sends a bank. */
const MESSAGE_BYTES = 20_000;
const SEED = 5;
const SMALLEST_BURST = 0x4000;
const LARGEST_BURST = 0x400_0000;
const THROUGHPUT_BYTES = 0x400_0000;
const GOAL_BURST = 8 * 0x10_0000;
const GOAL_MEMORY = 150 * 0x10_0000;

/** How a burst comes; what finds no buffer is lost at once. */
const BURSTS = {
  'at once': ['starve drop'],
  'at 60 MB/s': ['starve drop', 'pace 60000000'],
};

const SUBJECT_NAMES = ['midirec', 'register', 'julusian', 'jazz'];

/** The lines of a script that plays `bytes` bytes, and what they hash to. */
function describeDump(bytes) {
  const count = Math.max(1, Math.floor(bytes / MESSAGE_BYTES));
  const size = Math.min(bytes, MESSAGE_BYTES);
  const messages = randomSysex({ count, min: size, max: size, seed: SEED });
  const hash = createHash('sha256');
  for (const message of messages) hash.update(message);
  return {
    steps: [`random count=${count} min=${size} max=${size} seed=${SEED} notes=0`],
    bytes: count * size,
    messages: count,
    hash: hash.digest('hex'),
  };
}

/** Lets a subject take a dump. `isWhole`: every byte of it is there, in order. */
async function takeDump(subject, dump, options) {
  if (subject === 'midirec' || subject === 'register') return saveDump(subject, dump, options);
  const { run, result, peakBytes } = await listen(subject, {
    steps: dump.steps,
    options,
    orders: { sysexBytes: dump.bytes },
  });
  return {
    isWhole: result.sysexBytes === dump.bytes && result.sysexHash === dump.hash,
    pieces: result.sysexPieces,
    elapsedMs: (result.lastTicks - run.beginTicks()) / 10_000,
    peakBytes,
  };
}

/** `midirec sysex-dump`, from the first byte to the finished file on the disk. */
async function saveDump(subject, dump, options) {
  const run = startMidirec(['sysex-dump', '-o', 'dump.syx'], {
    steps: dump.steps,
    options,
    env: SUBJECTS[subject].env,
  });
  const peak = watchPeak(run);
  await run.reach('done');
  run.kill('SIGINT');
  const { code, stderr } = await run.finished;
  if (code !== 0 && code !== 3) throw new Error(`sysex-dump ended with ${code}:\n${stderr}`);
  const bytes = readFileSync(run.path('dump.syx'));
  return {
    isWhole:
      bytes.length === dump.bytes && createHash('sha256').update(bytes).digest('hex') === dump.hash,
    pieces: dump.messages,
    elapsedMs: run.markMs('dump.syx') - run.markMs('begin'),
    peakBytes: peak.stop(),
  };
}

/** The largest burst that a subject survives `rounds` times. */
async function findLargestBurst(subject, options, rounds) {
  const survives = async (size) => (await takeDump(subject, describeDump(size), options)).isWhole;
  const survived = [];
  for (let size = SMALLEST_BURST; size <= LARGEST_BURST && (await survives(size)); size *= 2) {
    survived.push(size);
  }
  for (let again = 1; again < rounds && survived.length > 0; ) {
    if (await survives(survived.at(-1))) again++;
    else {
      survived.pop();
      again = 1;
    }
  }
  return survived.at(-1) ?? 0;
}

export const burstRow = {
  name: 'burst',
  needs: ['wine', 'peers'],
  async measure({ report, isQuick }) {
    const rounds = isQuick ? 1 : 3;
    report.section(
      'Largest sysex burst',
      `Messages of ${formatNumber(MESSAGE_BYTES)} bytes without a pause: as fast as the driver can, and as fast as ` +
        'USB 2.0 could; what finds no buffer is lost at once. Default settings; the size doubles until the first ' +
        `loss, and what was survived has to be ${rounds} times. Where a callback takes the bytes on the driver's thread, the driver waits for it.`,
    );
    const largest = {};
    for (const [title, options] of Object.entries(BURSTS)) {
      largest[title] = {};
      for (const subject of SUBJECT_NAMES) {
        largest[title][subject] = await findLargestBurst(subject, options, rounds);
      }
    }
    report.table(
      ['', ...Object.keys(BURSTS)],
      SUBJECT_NAMES.map((subject) => [
        SUBJECTS[subject].title,
        ...Object.values(largest).map((sizes) => describeBurst(sizes[subject])),
      ]),
    );
    for (const [title, sizes] of Object.entries(largest)) {
      report.compare(`largest sysex burst without loss, ${title}`, mapValues(sizes, describeBurst));
    }
    const atOnce = largest['at once'];
    const own = atOnce.midirec;
    report.goal(`at least ${formatBytes(GOAL_BURST)}`, describeBurst(own), own >= GOAL_BURST);
  },
};

function describeBurst(bytes) {
  if (bytes === 0) return `less than ${formatBytes(SMALLEST_BURST)}`;
  return bytes === LARGEST_BURST ? `${formatBytes(bytes)} or more` : formatBytes(bytes);
}

export const throughputRow = {
  name: 'throughput',
  needs: ['wine', 'peers'],
  async measure({ report, runs, isQuick }) {
    const dump = describeDump(isQuick ? THROUGHPUT_BYTES / 8 : THROUGHPUT_BYTES);
    const subjects = SUBJECT_NAMES.filter((subject) => subject !== 'register');
    const results = Object.fromEntries(subjects.map((subject) => [subject, []]));
    for (let round = 0; round < runs; round++) {
      for (const subject of subjects) {
        results[subject].push(await takeDump(subject, dump, ['starve wait 60s']));
      }
    }
    report.section(
      'Sysex throughput',
      `${formatBytes(dump.bytes)} in messages of ${formatNumber(MESSAGE_BYTES)} bytes; the driver waits for buffers. ` +
        'For `midirec sysex-dump`: to the finished file on the disk. For the others: to the last byte in ' +
        `JavaScript. Median of ${runs} runs (smallest to largest).`,
    );
    const speed = ({ elapsedMs }) => dump.bytes / 0x10_0000 / (elapsedMs / 1000);
    const own = median(results.midirec.map(speed));
    report.table(
      ['', 'MiB per second', 'midirec is × as fast', 'whole', 'messages or pieces', 'most memory'],
      subjects.map((subject) => [
        SUBJECTS[subject].title,
        formatMedian(results[subject].map(speed)),
        formatNumber(own / median(results[subject].map(speed))),
        results[subject].every(({ isWhole }) => isWhole) ? 'yes' : 'no',
        formatNumber(median(results[subject].map(({ pieces }) => pieces))),
        formatBytes(median(results[subject].map(({ peakBytes }) => peakBytes))),
      ]),
    );
    report.compare(
      `${formatBytes(dump.bytes)} of sysex: a second`,
      mapValues(results, (runs) => `${formatNumber(median(runs.map(speed)))} MiB`),
    );
    report.compare(
      `… its ${formatNumber(dump.messages)} messages arrive as`,
      mapValues(results, ([{ pieces }]) => `${formatNumber(pieces)}`),
    );
    const ofPeer = own / median(results.julusian.map(speed));
    report.goal('twice as fast as @julusian/midi', `${formatNumber(ofPeer)} ×`, ofPeer >= 2);
    const memory = median(results.midirec.map(({ peakBytes }) => peakBytes));
    report.goal(
      `in at most ${formatBytes(GOAL_MEMORY)}`,
      formatBytes(memory),
      memory <= GOAL_MEMORY,
    );
    const isWhole = results.midirec.every((result) => result.isWhole);
    report.goal('every byte is in the file', isWhole ? 'it is' : 'it is not', isWhole);
  },
};
