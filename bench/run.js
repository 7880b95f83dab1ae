// npm run bench: measures midirec beside its peers, prints the figures as Markdown, and says which goals are met.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bedEnvironment, lockBed, makeBed, missingTools, stopBed } from '../scripts/wine-bed.js';
import { SUBJECTS } from './bed-runs.js';
import { fetchPeers } from './peers.js';
import { describeMachine, Report } from './report.js';
import { encoderRow, parserRow } from './rows/coding.js';
import { callbackRow, fifoRow, floodRow } from './rows/flood.js';
import { idleRow } from './rows/idle.js';
import { coarseRow, latencyRow, silenceRow, stampsRow } from './rows/latency.js';
import { memoryRow } from './rows/memory.js';
import { openingRow, stallRow } from './rows/opening.js';
import { playRow } from './rows/play.js';
import { sendRow } from './rows/send.js';
import { startUpRow } from './rows/start-up.js';
import { burstRow, throughputRow } from './rows/sysex.js';
import { thruRow } from './rows/thru.js';

const ROWS = [
  callbackRow,
  floodRow,
  fifoRow,
  burstRow,
  throughputRow,
  latencyRow,
  coarseRow,
  silenceRow,
  stampsRow,
  openingRow,
  stallRow,
  idleRow,
  memoryRow,
  playRow,
  thruRow,
  sendRow,
  startUpRow,
  encoderRow,
  parserRow,
];

const USAGE = `npm run bench -- [--only ROW,ROW…] [--quick] [--runs N] [--write]
  --only   ${ROWS.map(({ name }) => name).join(', ')}
  --quick  less of everything, for a look
  --runs   how often the runs are made of which the median counts (default: 5, quick: 1)
  --write  put the figures of these rows into BENCHMARKS.md
`;

const options = readOptions();
const chosen = ROWS.filter(({ name }) => options.only === undefined || options.only.includes(name));
Object.assign(process.env, bedEnvironment);
/** Why something that rows need is not there, by its name. */
const missing = prepare();
const report = new Report(`${describeMachine()}. ${describeCommand()}`);
try {
  const bench = makeBench();
  for (const row of chosen) {
    const lack = row.needs?.find((need) => missing.has(need));
    if (lack === undefined) await row.measure(bench);
    else report.note(`Not measured: ${row.name}; ${missing.get(lack)}.`);
  }
} finally {
  if (isWanted('wine') && !missing.has('wine')) stopBed();
}
report.summarize();
if (options.write) writeFigures();

function writeFigures() {
  const page = fileURLToPath(new URL('../BENCHMARKS.md', import.meta.url));
  report.writeInto(page);
  const titles = Object.entries(SUBJECTS).map(([subject, { title }]) => [subject, title]);
  report.writeComparisonInto(page, Object.fromEntries(titles));
}

function isWanted(thing) {
  return chosen.some(({ needs, uses }) => needs?.includes(thing) || uses?.includes(thing));
}

/** Makes and fetches what the chosen rows need. */
function prepare() {
  const reasons = new Map();
  if (process.platform !== 'linux') reasons.set('linux', 'it reads what only Linux tells');
  const tools = isWanted('wine') ? missingTools() : [];
  if (tools.length > 0) reasons.set('wine', `there is no ${tools.join(', no ')}`);
  else if (isWanted('wine')) {
    lockBed();
    makeBed();
  }
  try {
    if (isWanted('peers')) fetchPeers();
  } catch (error) {
    reasons.set('peers', `the packages to compare with cannot be fetched (${error.message})`);
  }
  return reasons;
}

/** What the rows are given. */
function makeBench() {
  const results = new Map();
  const settings = {
    report,
    isQuick: options.quick,
    runs: options.runs,
    hasWine: !missing.has('wine'),
    /** Measures something once that several rows show. */
    once(name, measure) {
      if (!results.has(name)) results.set(name, measure(settings));
      return results.get(name);
    },
  };
  return settings;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        runs: { type: 'string' },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const only = values.only?.split(',');
    const unknown = only?.find((name) => !ROWS.some((row) => row.name === name));
    if (unknown !== undefined) throw new Error(`there is no row '${unknown}'`);
    const runs = Number(values.runs ?? (values.quick ? 1 : 5));
    if (!(Number.isInteger(runs) && runs > 0))
      throw new Error(`--runs ${values.runs} is no number`);
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    return { ...values, only, runs };
  } catch (error) {
    process.stderr.write(`bench: ${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

function describeCommand() {
  const words = process.argv.slice(2).filter((word) => word !== '--write');
  return `\`npm run bench${words.length === 0 ? '' : ` -- ${words.join(' ')}`}\``;
}
