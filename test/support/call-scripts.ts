/** What the functions of a scripted WinMm do in the place of their work: fail, take long, hang. */
import type { Clock } from '../../src/midi/clock.js';
import { sleep } from '../../src/midi/waiting.js';
import { MMSYSERR_NOERROR } from '../../src/winmm/constants.js';
import type { Mmresult } from '../../src/winmm/winmm.js';

export type ScriptedFunction =
  | 'midiInOpen'
  | 'midiInPrepareHeader'
  | 'midiInAddBuffer'
  | 'midiInUnprepareHeader'
  | 'midiInStart'
  | 'midiInStop'
  | 'midiInReset'
  | 'midiInClose';

export interface CallScript {
  /** Only calls for the device of this name; all if left out. */
  device?: string;
  /** The answer. Unless it is MMSYSERR_NOERROR, the function does not do its work. */
  result?: Mmresult;
  /** The function does its work at once, whatever it answers. */
  worksAnyway?: boolean;
  /** The function returns this much later, its work done at the end. */
  delayMs?: number;
  /** The function never returns, and does nothing. */
  hangs?: boolean;
  /** Calls that pass before the first that is scripted. */
  after?: number;
  /** How many calls are scripted; all if left out. */
  times?: number;
  /** Runs when the call begins: what the driver's threads do meanwhile. */
  meanwhile?: () => void;
}

export class CallScripts {
  readonly #clock: Clock;
  readonly #scripts: { name: ScriptedFunction; script: CallScript; calls: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(name: ScriptedFunction, script: CallScript): void {
    this.#scripts.push({ name, script, calls: 0 });
  }

  /** From now on all functions work again. */
  clear(): void {
    this.#scripts.length = 0;
  }

  /** A function that answers at once. */
  play(name: ScriptedFunction, device: string, work: () => Mmresult): Mmresult {
    const script = this.#next(name, device);
    script?.meanwhile?.();
    return finish(script, work);
  }

  /** A function that may take its time. */
  async playLong(name: ScriptedFunction, device: string, work: () => Mmresult): Promise<Mmresult> {
    const script = this.#next(name, device);
    script?.meanwhile?.();
    if (script?.hangs) return new Promise<Mmresult>(() => {});
    if (script?.delayMs !== undefined) await sleep(this.#clock, script.delayMs);
    return finish(script, work);
  }

  #next(name: ScriptedFunction, device: string): CallScript | undefined {
    for (const entry of this.#scripts) {
      const { script } = entry;
      if (entry.name !== name || (script.device ?? device) !== device) continue;
      const after = script.after ?? 0;
      const call = entry.calls++;
      if (call >= after && call < after + (script.times ?? Number.POSITIVE_INFINITY)) return script;
    }
    return undefined;
  }
}

function finish(script: CallScript | undefined, work: () => Mmresult): Mmresult {
  const result = script?.result ?? MMSYSERR_NOERROR;
  if (result !== MMSYSERR_NOERROR && !script?.worksAnyway) return result;
  const worked = work();
  return result === MMSYSERR_NOERROR ? worked : result;
}
