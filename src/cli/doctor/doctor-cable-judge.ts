/** What became of test messages between an output and an input, in words. */
import {
  BURST_PAUSE_MS,
  type CableFacts,
  isFailure,
  type RunTrial,
  type SysexTrial,
} from '../../cable/cable-facts.js';
import { BUSY_MESSAGES, PIECE_BYTES } from '../../cable/cable-test.js';
import { formatHex } from '../../midi/hex.js';
import { isChannelMessage } from '../../midi/status.js';
import { SEND_PRESETS } from '../../output/send-presets.js';
import { formatCount, formatCounted } from '../terminal/figures.js';
import { type Finding, findingsIn } from './doctor-findings.js';
import { histogramOf } from './histogram.js';

/** Slower than this nobody plays along; a line that sometimes takes longer than the other is uneven. */
const SLOW_MS = 30;
const UNEVEN_MS = 120;
/** A USB packet holds three bytes of a cable. */
const USB_BYTES = 3;

const { ok, note, problem } = findingsIn('Cable');

/**
 * @param output, input - the names of the two ends
 * @param beside - the output through which sysex went at the same time
 */
export function judgeCable(
  facts: CableFacts,
  output: string,
  input: string,
  beside = '',
): Finding[] {
  const lost = facts.latenciesMs.filter((ms) => ms === undefined).length;
  if (lost === facts.latenciesMs.length) {
    return lost === 0
      ? [note('cable-incomplete', 'ended before anything was tried')]
      : [
          problem(
            'cable-nothing',
            `nothing of what goes to ${output} arrives at ${input}`,
            `Connect ${output} with ${input} by a cable, or by the thru of an instrument; with --from, name the input at which it ends.`,
          ),
        ];
  }
  const findings = [
    ...judgeShort(facts),
    ...judgeSysex(facts),
    ...judgePieces(facts),
    ...judgeBurst(facts),
    ...judgeBeside(facts, beside),
  ];
  if (findings.some(({ status }) => status === 'problem')) {
    findings.push(
      note(
        'cable-which-end',
        'which of the two ends it is, this test cannot tell: try each with another one',
      ),
    );
  }
  if (!facts.isComplete) findings.push(note('cable-incomplete', 'ended before all was tried'));
  return findings;
}

function* judgeShort({
  latenciesMs,
  busyLatenciesMs = [],
  lostStatuses,
  flood,
}: CableFacts): Generator<Finding> {
  const times = arrivedIn(latenciesMs);
  const lost = latenciesMs.length - times.length;
  yield* judgeTimes(times, 'cable', 'short messages');
  const busyTimes = arrivedIn(busyLatenciesMs);
  const lostBusy = busyLatenciesMs.length - busyTimes.length;
  if (busyTimes.length > 0) {
    yield* judgeTimes(busyTimes, 'cable-busy', `those behind ${BUSY_MESSAGES} others`);
  }
  const lostKinds = lostStatuses.map((status) =>
    isChannelMessage(status) ? status & 0xf0 : status,
  );
  const kinds = [...new Set(lostKinds)].map((status) => formatHex([status]).toUpperCase());
  if (lost > 0) {
    yield problem(
      'cable-lost-short',
      `${lost} of ${latenciesMs.length} short messages ${notArriving(lost)}, one at a time`,
      OTHER,
    );
  }
  if (lostBusy > 0) {
    const text = `${lostBusy} of ${busyLatenciesMs.length} short messages ${notArriving(lostBusy)} behind ${BUSY_MESSAGES} others`;
    yield problem('cable-busy-lost', text, OTHER);
  }
  if (kinds.length > 0) {
    const judge = lostKinds.some(isChannelMessage) ? problem : note;
    yield judge(
      'cable-lost-kinds',
      `messages with these status bytes do not arrive: ${kinds.join(', ')}`,
    );
  } else yield ok('cable-kinds', 'every kind of short message arrives');
  if (flood === undefined) return;
  const sent = `${formatCount(flood.sent)} short messages back to back`;
  if (flood.missing > 0) {
    yield problem(
      'cable-flood',
      `of ${sent}, ${formatCount(flood.missing)} ${notArriving(flood.missing)}`,
      OTHER,
    );
  } else if (flood.extra > 0) {
    yield problem(
      'cable-doubled-short',
      `of ${sent}, ${formatCounted(flood.extra, 'arrives', 'arrive')} more than once`,
      TWICE,
    );
  } else yield ok('cable-flood', `${sent} arrive`);
}

/** Those of the messages that arrived, in milliseconds, the shortest first. */
export function arrivedIn(latenciesMs: readonly (number | undefined)[]): number[] {
  return latenciesMs.filter((ms) => ms !== undefined).sort((one, other) => one - other);
}

function* judgeTimes(times: readonly number[], id: string, what: string): Generator<Finding> {
  const part = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  const [median, most] = [part(0.5), part(0.99)];
  const text = `${what} arrive after ${inMs(median)} (median), 99 % of them within ${inMs(most)}, the last after ${inMs(times.at(-1)!)}`;
  const isSlow = median > SLOW_MS || most > UNEVEN_MS;
  const finding = isSlow ? note(`${id}-slow`, text) : ok(`${id}-latency`, text);
  yield { ...finding, histogram: histogramOf(times) };
  const [shortest] = times;
  if (shortest! < 0) {
    yield note(
      `${id}-early`,
      `the shortest time is ${inMs(shortest!)}, as if that one had arrived before it was sent: the times of this input are no more exact than that`,
    );
  }
}

const OTHER = 'Use another interface or cable.';
const TWICE =
  'Look for a second way from the output to the input: a thru, or a program that passes on what it receives.';

function* judgeSysex(facts: CableFacts): Generator<Finding> {
  const bySize = facts.fullSpeed.toSorted((one, other) => one.size - other.size);
  if (bySize.some(({ fault }) => fault === 'overtaken')) {
    yield note('cable-overtaken', 'short messages that are sent after a sysex arrive before it');
  }
  const failures = bySize.filter(isFailure);
  const [failed] = failures;
  const longest = bySize.findLast(({ size }) => failed === undefined || size < failed.size);
  const whole = `sysex is whole up to ${bytesOf(longest?.size ?? 0)} at full speed`;
  if (failed === undefined) {
    if (longest !== undefined) yield ok('cable-sysex', whole);
    return;
  }
  const advice = adviceFor(failed, facts);
  const { size, pattern } = failed;
  const isOfThem = (trial: SysexTrial) => trial.size % USB_BYTES === size % USB_BYTES;
  if (failures.length > 2 && bySize.every((trial) => isFailure(trial) === isOfThem(trial))) {
    const sizes = [...new Set(failures.map((trial) => trial.size))].slice(0, 3).join(', ');
    const text = `of sysex of ${sizes} bytes, and every third size, ${faultText(failed)}${howOften(facts)}`;
    yield problem('cable-remainder', text, advice);
  } else if (
    failures.every((trial) => trial.size === size) &&
    bySize.some((trial) => trial.size === size && !isFailure(trial))
  ) {
    const text = `of ${bytesOf(size)} of sysex, ${faultText(failed)} if they are ${pattern}`;
    yield problem('cable-pattern', text, advice);
  } else {
    // Of one byte too many, the F7 is what is cut off: a longer one shows what happens.
    const shown = failures.find(({ fault }) => fault !== 'no-end') ?? failed;
    const text = `of ${bytesOf(shown.size)}, ${faultText(shown)}${howOften(facts)}`;
    yield problem('cable-sysex', longest === undefined ? text : `${whole}; ${text}`, advice);
  }
}

function adviceFor({ fault, size }: SysexTrial, { paces }: CableFacts): string {
  const found = paces.find(({ trial }) => !isFailure(trial));
  if (found !== undefined) {
    return `Send with --preset ${found.preset}: at that pace ${bytesOf(size)} arrive whole.`;
  }
  return fault === 'doubled' ? TWICE : OTHER;
}

function howOften({ isSporadic, paces }: CableFacts): string {
  if (isSporadic) return ', but not each time';
  const areAllTried = paces.length === SEND_PRESETS.length;
  return areAllTried && paces.every(({ trial }) => isFailure(trial)) ? ', at any pace' : '';
}

function* judgePieces({ inPieces, fullSpeed, clockInside }: CableFacts): Generator<Finding> {
  const isOwn = (trial: SysexTrial) =>
    isFailure(trial) && !fullSpeed.some((other) => other.size <= trial.size && isFailure(other));
  if (inPieces?.fault === 'seams') {
    yield problem(
      'cable-seams',
      `a sysex that is sent in pieces of ${PIECE_BYTES} bytes arrives as ${inPieces.count + 1} messages: F7 F0 is added at each seam`,
      'Send sysex in one piece through this output: without --chunk, --rate and --preset.',
    );
  } else if (inPieces !== undefined && isOwn(inPieces)) {
    yield problem(
      'cable-pieces',
      `of a sysex in pieces of ${PIECE_BYTES} bytes, ${faultText(inPieces)}`,
      OTHER,
    );
  }
  if (clockInside !== undefined && isOwn(clockInside)) {
    yield note(
      'cable-clock-inside',
      `of a sysex with clock in its midst, ${faultText(clockInside)}`,
    );
  }
}

function* judgeBurst({ burst, spacedBurst }: CableFacts): Generator<Finding> {
  if (burst === undefined) return;
  const text = `${burst.sent} small sysex back to back`;
  if (burst.missing > 0) {
    const isCured = spacedBurst?.missing === 0;
    yield problem(
      'cable-burst',
      `of ${text}, ${countOf(burst)}`,
      isCured
        ? `Send several messages with --delay ${BURST_PAUSE_MS}ms: then all of them arrive.`
        : OTHER,
    );
  } else if (burst.extra > 0)
    yield problem(
      'cable-burst',
      `of ${text}, ${formatCounted(burst.extra, 'arrives', 'arrive')} more than once`,
      TWICE,
    );
  else yield ok('cable-burst', `${text} arrive`);
}

/** What fails alone as well, is no matter of the other output. */
function* judgeBeside({ beside, fullSpeed }: CableFacts, output: string): Generator<Finding> {
  if (beside === undefined) return;
  const text = `of ${bytesOf(beside.size)} while sysex goes through ${output}`;
  if (!isFailure(beside)) {
    yield ok('cable-beside', `${text}, all arrive`);
  } else if (!fullSpeed.some((trial) => trial.size <= beside.size && isFailure(trial))) {
    yield problem(
      'cable-beside',
      `${text}, ${faultText(beside)}`,
      'Send sysex through one output of this interface at a time.',
    );
  }
}

function countOf({ missing }: RunTrial): string {
  return `${formatCount(missing)} ${notArriving(missing)} whole`;
}

/** As a phrase after `of 4,104 bytes,`. */
function faultText({ fault, count, at }: SysexTrial): string {
  const one = count === 1;
  switch (fault) {
    case 'overtaken':
      return 'what was sent after it arrives first';
    case 'seams':
      return `several messages are made: F7 F0 is added at ${formatCounted(count, 'place')}`;
    case 'no-end':
      return 'the F7 is missing';
    case 'cut':
      return at === 1 ? 'only the first arrives' : `only the first ${formatCount(at)} arrive`;
    case 'missing':
      return `${formatCount(count)} ${one ? 'is' : 'are'} missing`;
    case 'extra':
      return formatCounted(count, 'too many arrives', 'too many arrive');
    case 'doubled':
      return 'all arrive twice';
    case 'changed':
      return `some arrive changed, the first at ${formatCount(at)}`;
    default:
      return 'nothing arrives';
  }
}

function notArriving(count: number): string {
  return count === 1 ? 'does not arrive' : 'do not arrive';
}

function bytesOf(count: number): string {
  return formatCounted(count, 'byte');
}

function inMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
