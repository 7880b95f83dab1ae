// What every listener does with what it hears: counts, keeps, and tells at the end.
// Runs in Windows' Node.js on Wine, and anywhere else.
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';

const LOOK_MS = 20;
/** What Windows' timers tick by. */
const GRID_MS = 15.625;
/** Nothing more comes when nothing has come for so long after the driver was done. */
const QUIET_MS = 1000;

/** Ticks of 100 ns, as the driver's log counts them: on Windows process.hrtime is QueryPerformanceCounter. */
export function nowTicks() {
  return Number(process.hrtime.bigint() / 100n);
}

/**
 * What a listener is told on its command line, as JSON.
 *
 * - `expected`: how many short messages come
 * - `coarseTimers`: timers end on a grid of 15.6 ms, as those of Windows do unless a program asks for more
 * - `keepTimes`: keep every short message and the time of its arrival
 * - `passOn`: send each message to the first output before it is counted
 * - `sysexBytes`: how many bytes of sysex come
 * - `doneFile`: the driver makes it when it has sent everything
 * - `resultFile`: where the listener leaves what it found
 */
export function readOrders() {
  const orders = JSON.parse(process.argv[2]);
  if (orders.coarseTimers) coarsenTimers();
  return orders;
}

function coarsenTimers() {
  const fine = globalThis.setTimeout;
  globalThis.setTimeout = (action, delayMs = 0, ...args) => {
    const dueMs = performance.now() + delayMs;
    return fine(action, Math.ceil(dueMs / GRID_MS) * GRID_MS - dueMs + delayMs, ...args);
  };
}

export class Collector {
  messages = 0;
  #orders;
  #doneTicks = 0;
  #lastChangeTicks = 0;
  #seen = 0;
  #times = [];
  #packed = [];
  #sysex;
  #sysexPieces = 0;
  #sysexLength = 0;

  constructor(orders) {
    this.#orders = orders;
    this.#sysex = Buffer.alloc(orders.sysexBytes ?? 0);
  }

  /** A message as libraries hand it over; what begins with a data byte goes on with a sysex. */
  takeMessage(bytes) {
    const status = bytes[0];
    if (status < 0x80 || status >= 0xf0) this.takeSysex(bytes);
    else this.takeShort(this.#orders.keepTimes ? status | (bytes[1] << 8) | (bytes[2] << 16) : 0);
  }

  /** @param packed - as dwParam1 has it; looked at only if times are kept */
  takeShort(packed) {
    this.messages++;
    if (this.#orders.keepTimes) {
      this.#times.push(nowTicks());
      this.#packed.push(packed);
    }
    if (this.messages === this.#orders.expected) this.#doneTicks = nowTicks();
  }

  /** Sysex as the library hands it over: a message, or a piece of one. */
  takeSysex(bytes) {
    if (this.#sysexLength + bytes.length <= this.#sysex.length) {
      this.#sysex.set(bytes, this.#sysexLength);
    }
    this.#sysexLength += bytes.length;
    this.#sysexPieces++;
    if (this.#sysexLength === this.#sysex.length) this.#doneTicks = nowTicks();
  }

  /** Calls `finish` with what was found, once everything has come that will. */
  watch(finish) {
    let driverEndTicks = 0;
    const timer = setInterval(() => {
      const seen = this.messages + this.#sysexLength;
      if (seen !== this.#seen) {
        this.#seen = seen;
        this.#lastChangeTicks = nowTicks();
      }
      if (!existsSync(this.#orders.doneFile)) return;
      driverEndTicks ||= nowTicks();
      const quietTicks = nowTicks() - Math.max(driverEndTicks, this.#lastChangeTicks);
      if (quietTicks < QUIET_MS * 10_000) return;
      clearInterval(timer);
      finish(this.#result());
    }, LOOK_MS);
  }

  /** Writes the result for the benchmark to read. */
  leave(result) {
    writeFileSync(this.#orders.resultFile, JSON.stringify(result));
  }

  #result() {
    const kept = this.#sysex.subarray(0, Math.min(this.#sysexLength, this.#sysex.length));
    return {
      messages: this.messages,
      /** When the last expected message came; without it, when a change was last seen. */
      lastTicks: this.#doneTicks || this.#lastChangeTicks,
      times: this.#times,
      packed: this.#packed,
      sysexBytes: this.#sysexLength,
      sysexPieces: this.#sysexPieces,
      sysexHash: createHash('sha256').update(kept).digest('hex'),
    };
  }
}
