/** A WinMm that tells every call and what was answered: `--verbose`. */
import type { Clock } from '../midi/clock.js';
import { MMSYSERR_NOERROR } from './constants.js';
import { mmresultName } from './mmresult.js';
import type { WinMm } from './winmm.js';

/** What a function of the seam answers, or promises. */
type Answer = number | { result: number; handle?: number; caps?: { szPname: string } };

/** Calls that are made once for each buffer, and would fill the screen. */
const BUFFER_CALL = /(?:PrepareHeader|UnprepareHeader|AddBuffer|ShortMsg|LongMsg)$/;
const COUNT_CALL = /GetNumDevs$/;
/** Calls that look at the devices; they are made again and again, and told when the answer is a new one. */
const LOOK_CALL = /(?:GetNumDevs|GetDevCaps)$/;
/** A driver that takes longer than this to answer is told of. */
const SLOW_MS = 1000;

/**
 * `winmm` with a witness. Calls that are made for each buffer are told together, before the next
 * other call; one that fails is told at once, and so is one that is not answered within a second. What is
 * asked again and again is told when the answer changes.
 *
 * @param tell - gets a line without its end, for example `midiInOpen(0) = MMSYSERR_NOERROR, handle 1 (3.2 ms)`
 */
export function traceWinMm(winmm: WinMm, clock: Clock, tell: (line: string) => void): WinMm {
  const tracer = new Tracer(clock, tell);
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(winmm, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      let wrapper = wrapped.get(property);
      if (wrapper === undefined) {
        const call = value.bind(target) as (...args: unknown[]) => unknown;
        wrapper = tracer.wrap(String(property), call);
        wrapped.set(property, wrapper);
      }
      return wrapper;
    },
  });
}

class Tracer {
  readonly #clock: Clock;
  readonly #tell: (line: string) => void;
  /** Calls for buffers that have not been told yet, in order of the first of each, with how many. */
  readonly #held = new Map<string, number>();
  /** What each call that looks at the devices was answered last. */
  readonly #seen = new Map<string, string>();

  constructor(clock: Clock, tell: (line: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  wrap(name: string, call: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
    if (name === 'dispose') {
      return () => {
        this.#tellHeld();
        return call();
      };
    }
    if (!name.startsWith('midi')) return call;
    return (...args) => {
      const text = callText(name, args);
      const startMs = this.#clock.nowMs();
      const answer = call(...args) as Answer | Promise<Answer>;
      if (!(answer instanceof Promise)) {
        this.#note(name, text, answer, startMs);
        return answer;
      }
      const cancel = this.#clock.setTimer(SLOW_MS, () => {
        this.#tellHeld();
        this.#tell(`${text}: no answer for ${SLOW_MS / 1000} s`);
      });
      return answer.then((settled) => {
        cancel();
        this.#note(name, text, settled, startMs);
        return settled;
      });
    };
  }

  #note(name: string, text: string, answer: Answer, startMs: number): void {
    const line = `${text} = ${answerText(name, answer)}`;
    if (BUFFER_CALL.test(name) && answer === MMSYSERR_NOERROR) {
      this.#held.set(line, (this.#held.get(line) ?? 0) + 1);
      return;
    }
    if (LOOK_CALL.test(name)) {
      if (this.#seen.get(text) === line) return;
      this.#seen.set(text, line);
    }
    this.#tellHeld();
    const tookMs = this.#clock.nowMs() - startMs;
    this.#tell(tookMs < 1 ? line : `${line} (${tookMs.toFixed(1)} ms)`);
  }

  #tellHeld(): void {
    for (const [line, times] of this.#held) this.#tell(times === 1 ? line : `${line} × ${times}`);
    this.#held.clear();
  }
}

/** The device or handle is said; addresses and sizes would tell nobody anything. */
function callText(name: string, [first]: readonly unknown[]): string {
  if (typeof first !== 'number') return `${name}()`;
  return `${name}(${first > 0xffff ? `0x${first.toString(16)}` : first})`;
}

function answerText(name: string, answer: Answer): string {
  if (typeof answer === 'number') {
    return COUNT_CALL.test(name) ? String(answer) : resultText(answer);
  }
  const { result, handle, caps } = answer;
  if (caps !== undefined) return `${resultText(result)}, ${JSON.stringify(caps.szPname)}`;
  if (handle !== undefined && result === MMSYSERR_NOERROR) {
    return `${resultText(result)}, handle ${handle > 0xffff ? `0x${handle.toString(16)}` : handle}`;
  }
  return resultText(result);
}

function resultText(result: number): string {
  return result === MMSYSERR_NOERROR ? mmresultName(result) : `${mmresultName(result)} (${result})`;
}
