/**
 * A line from an output to an input tried with messages, from the harmless to what is known to break interfaces. Nothing
 * here knows where the line leads; what its answers mean is judged in cli/doctor/doctor-cable-judge.ts.
 */
import type { Clock } from '../midi/clock.js';
import { CABLE_BYTES_PER_MS, TIMING_CLOCK } from '../midi/status.js';
import { sleep } from '../midi/waiting.js';
import { type PacedOutput, PacedSender } from '../output/paced-sender.js';
import { type Pace, pieceLength } from '../output/pacing.js';
import { CABLE_SPEED, SEND_PRESETS } from '../output/send-presets.js';
import {
  account,
  BURST_PAUSE_MS,
  type CableFacts,
  isFailure,
  type RunTrial,
  type SysexTrial,
} from './cable-facts.js';
import { type CableLine, sysexIn } from './cable-line.js';
import { compareSysex } from './comparison.js';
import { MarkedLine } from './marked-line.js';
import {
  burst,
  everyStatus,
  LARGE_SIZES,
  mark,
  PATTERNS,
  type Pattern,
  SMALL_SIZES,
  testSysex,
} from './test-messages.js';

const LATENCY_COUNT = 200;
const BUSY_COUNT = 50;
/** What a cable carries in about ten milliseconds. */
export const BUSY_MESSAGES = 10;
/** If none of the first few comes, none will. */
const FIRST_FEW = 3;
const FLOOD_COUNT = 512;
const PATTERN_SIZE = 300;
const BESIDE_SIZE = 4096;
/** A packet of a sequencer, and the buffer of more than one driver. */
export const PIECE_BYTES = 256;
const IN_PIECES = { size: PIECE_BYTES * 4, pattern: 'counting' } as const;
const FLOOD_CHANNEL = 14;

/** How often a fault, and its cure, is tried again, up to this size: a cable takes 1.3 s for it. */
const REPEATS = 3;
const LARGEST_REPEATED = 4096;

const GRACE_MS = 500;
/** A line may take so many times the time of a cable. */
const SLACK = 1.25;
/** What comes later than this after what followed it, is not waited for. */
const LATE_MS = 250;
/** Less than two minutes, whatever is wrong. */
const LIMIT_MS = 110_000;

/** Tries a line, in about a minute; longer if something is wrong with it, but less than two. */
export class CableTest {
  readonly facts: CableFacts = {
    latenciesMs: [],
    lostStatuses: [],
    fullSpeed: [],
    isSporadic: false,
    paces: [],
    isComplete: false,
  };
  /** What is being tried, in a few words. */
  stage = '';
  readonly #line: CableLine;
  readonly #marked: MarkedLine;
  readonly #beside: PacedOutput | undefined;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #untilMs: number;
  #hasRunOut = false;

  /**
   * @param signal - ends the test early, with what it has
   * @param beside - another output of the same interface, into which sysex is sent at the same time
   */
  constructor(line: CableLine, clock: Clock, signal: AbortSignal, beside?: PacedOutput) {
    this.#line = line;
    this.#marked = new MarkedLine(line, clock, signal);
    this.#beside = beside;
    this.#clock = clock;
    this.#signal = signal;
    this.#untilMs = clock.nowMs() + LIMIT_MS;
  }

  /** @throws what the output throws */
  async run(): Promise<CableFacts> {
    const { facts } = this;
    const stages: [name: string, run: () => Promise<void>][] = [
      ['latency', () => this.#tryLatency()],
      ['latency while busy', () => this.#tryBusyLatency()],
      ['kinds of messages', () => this.#tryStatuses()],
      ['short messages back to back', () => this.#tryFlood()],
      ['small sysex', () => this.#trySizes(SMALL_SIZES)],
      ['patterns', () => this.#tryPatterns()],
      ['sysex back to back', () => this.#tryBursts()],
      ['sysex in pieces', () => this.#tryPieces()],
      ['large sysex', () => this.#trySizes(LARGE_SIZES, true)],
      ['sysex at another output', () => this.#tryBeside()],
      ['pace', () => this.#tryPaces()],
    ];
    for (const [name, run] of stages) {
      if (this.#isOver) return facts;
      this.stage = name;
      await run();
      if (facts.latenciesMs.every((ms) => ms === undefined)) return facts;
    }
    facts.isComplete = !this.#isOver && !this.#hasRunOut;
    return facts;
  }

  get #isOver(): boolean {
    return this.#signal.aborted || this.#clock.nowMs() >= this.#untilMs;
  }

  async #tryLatency(): Promise<void> {
    const { latenciesMs } = this.facts;
    while (latenciesMs.length < LATENCY_COUNT && !this.#isOver) {
      latenciesMs.push(await this.#marked.latencyMs(GRACE_MS));
      const isDead = latenciesMs.every((ms) => ms === undefined);
      if (isDead && latenciesMs.length === FIRST_FEW) return;
    }
  }

  /** The same with other messages before each, so many that an interface has both ways to do at once. */
  async #tryBusyLatency(): Promise<void> {
    const busyMs: (number | undefined)[] = [];
    this.facts.busyLatenciesMs = busyMs;
    while (busyMs.length < BUSY_COUNT && !this.#isOver) {
      for (let count = 0; count < BUSY_MESSAGES; count++) {
        await this.#line.sendShort(mark(FLOOD_CHANNEL, count));
      }
      busyMs.push(await this.#marked.latencyMs(GRACE_MS));
    }
  }

  async #tryStatuses(): Promise<void> {
    const sent = everyStatus();
    for (const packed of sent) await this.#line.sendShort(packed);
    const arrived = new Set((await this.#marked.throughMark(GRACE_MS)).map(({ packed }) => packed));
    for (const packed of sent) {
      if (!arrived.has(packed)) this.facts.lostStatuses.push(packed & 0xff);
    }
  }

  async #tryFlood(): Promise<void> {
    const sent = Array.from({ length: FLOOD_COUNT }, (_, index) => mark(FLOOD_CHANNEL, index));
    for (const packed of sent) await this.#line.sendShort(packed);
    const arrived = await this.#marked.throughMark(
      GRACE_MS + (sent.length * 3) / CABLE_BYTES_PER_MS,
    );
    // What an instrument says meanwhile is not of the flood.
    const own = arrived.filter(({ packed }) => (packed & 0xff) === (mark(FLOOD_CHANNEL, 0) & 0xff));
    this.facts.flood = account(
      sent,
      own.map(({ packed }) => packed),
    );
  }

  async #trySizes(sizes: readonly number[], endsAtFault = false): Promise<void> {
    for (const size of sizes) {
      const trial = await this.#trySysex(size, 'counting');
      if (trial === undefined) return;
      this.facts.fullSpeed.push(trial);
      if (endsAtFault && isFailure(trial)) return;
    }
  }

  async #tryPatterns(): Promise<void> {
    for (const pattern of Object.keys(PATTERNS) as Pattern[]) {
      const trial = await this.#trySysex(PATTERN_SIZE, pattern);
      if (trial !== undefined) this.facts.fullSpeed.push(trial);
    }
    this.facts.clockInside = await this.#trySysex(PATTERN_SIZE, 'counting', async (bytes) => {
      const half = bytes.length >> 1;
      await this.#line.submit(
        Buffer.concat([bytes.subarray(0, half), Uint8Array.of(TIMING_CLOCK), bytes.subarray(half)]),
      );
    });
  }

  async #tryBursts(): Promise<void> {
    this.facts.burst = await this.#tryBurst(0);
    if (this.facts.burst.missing > 0) this.facts.spacedBurst = await this.#tryBurst(BURST_PAUSE_MS);
  }

  async #tryBurst(pauseMs: number): Promise<RunTrial> {
    const sent = burst();
    for (const bytes of sent) {
      await this.#line.submit(bytes);
      if (pauseMs > 0) await sleep(this.#clock, pauseMs);
    }
    await this.#line.drain();
    const arrived = await this.#marked.throughMark(
      GRACE_MS + timeOf(sent.reduce((sum, { length }) => sum + length, 0)),
    );
    return account(sent.map(textOf), sysexIn(arrived).map(textOf));
  }

  /** While another output of the interface has sysex to send as well: each at its own full speed. */
  async #tryBeside(): Promise<void> {
    const beside = this.#beside;
    if (beside === undefined) return;
    const other = testSysex(BESIDE_SIZE, 'alternating');
    this.facts.beside = await this.#trySysex(BESIDE_SIZE, 'counting', async (bytes) => {
      await Promise.all([beside.submit(other), this.#line.submit(bytes)]);
    });
    await beside.drain();
  }

  async #tryPieces(): Promise<void> {
    const pace = { ...CABLE_SPEED, chunkBytes: PIECE_BYTES };
    this.facts.inPieces = await this.#tryAtPace(IN_PIECES, pace);
  }

  /**
   * Which of the presets brings through what did not come whole: the fastest first. What fails only now
   * and then would be whole by chance.
   */
  async #tryPaces(): Promise<void> {
    const failed = this.facts.fullSpeed.find(isFailure);
    if (failed === undefined || failed.fault === 'doubled') return;
    const tries = failed.size > LARGEST_REPEATED ? 0 : REPEATS;
    for (let count = 0; count < tries; count++) {
      const again = await this.#trySysex(failed.size, failed.pattern);
      if (again === undefined) return;
      this.facts.isSporadic ||= !isFailure(again);
    }
    if (this.facts.isSporadic) return;
    const areSeams = this.facts.inPieces?.fault === 'seams';
    for (const preset of SEND_PRESETS) {
      if (areSeams && pieceLength(preset) < failed.size) continue;
      let trial: SysexTrial | undefined;
      for (let count = 0; count < Math.max(1, tries) && !(trial && isFailure(trial)); count++) {
        trial = await this.#tryAtPace(failed, preset);
        if (trial === undefined) return;
      }
      this.facts.paces.push({ preset: preset.name, trial: trial! });
      if (!isFailure(trial!)) return;
    }
  }

  #tryAtPace(
    { size, pattern }: Pick<SysexTrial, 'size' | 'pattern'>,
    pace: Pace,
  ): Promise<SysexTrial | undefined> {
    return this.#trySysex(size, pattern, async (bytes) => {
      const sender = new PacedSender(this.#line, this.#clock, pace);
      await sender.send(bytes);
      await sender.finish();
    });
  }

  /** Undefined if there is no time for it. */
  async #trySysex(
    size: number,
    pattern: Pattern,
    send: (bytes: Uint8Array) => Promise<void> = (bytes) => this.#line.submit(bytes),
  ): Promise<SysexTrial | undefined> {
    this.#hasRunOut ||= this.#isOver || this.#clock.nowMs() + timeOf(size) > this.#untilMs;
    if (this.#hasRunOut) return undefined;
    const bytes = testSysex(size, pattern);
    // What is late of something else is not part of this.
    this.#line.take();
    await send(bytes);
    await this.#line.drain();
    const isMark = await this.#marked.sendMark();
    const arrived = await this.#marked.until(GRACE_MS + SLACK * timeOf(size), isMark);
    let outcome = compareSysex(bytes, sysexIn(arrived));
    if (outcome.fault !== undefined) {
      // Another one ends a sysex that has lost its F7, if the first is lost as well.
      await this.#marked.sendMark();
      arrived.push(...(await this.#marked.until(LATE_MS, () => false)));
      outcome = compareSysex(bytes, sysexIn(arrived));
      // It is whole now: it came after the mark.
      if (outcome.fault === undefined) outcome = { fault: 'overtaken', count: 0, at: 0 };
    }
    return { size, pattern, ...outcome };
  }
}

/** How long a cable takes for so many bytes. */
function timeOf(byteLength: number): number {
  return byteLength / CABLE_BYTES_PER_MS;
}

function textOf(bytes: Uint8Array): string {
  return bytes.join();
}
