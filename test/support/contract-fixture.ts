/** What the contract suite needs of a world in which a WinMm lives: a loopback pair, and outputs of each kind. */
import type { MidiHandle, Mmresult, WinMm } from '../../src/winmm/winmm.js';

/**
 * Where an implementation that we did not write does something else than is documented. Each entry
 * is a fact about that implementation, which the suite then holds it to.
 */
export interface Differences {
  /** Result of opening an input with CALLBACK_EVENT; MMSYSERR_INVALFLAG on Windows. */
  openWithEventCallback: number;
  /** Result of opening an input with CALLBACK_WINDOW and no window; MMSYSERR_INVALPARAM on Windows. */
  openWithWindowCallback: number;
  /** Result of unpreparing a header that never was prepared; documented is MMSYSERR_NOERROR. */
  unprepareUnprepared: number;
  /**
   * True if midiInClose and midiOutClose give the handle up even when they answer
   * MIDIERR_STILLPLAYING; documented is that the device stays open.
   */
  refusedCloseLosesHandle: boolean;
}

export interface WinMmFixture {
  readonly winmm: WinMm;
  /** An input into which all outputs named here loop back. */
  readonly inputId: number;
  /** Sends in the background: midiOutLongMsg returns at once. */
  readonly asynchronousOutputId: number;
  /** Sends before midiOutLongMsg returns. */
  readonly synchronousOutputId: number;
  /** Sends in the background, about 1,000 bytes a second. */
  readonly slowOutputId: number;
  /** Sends before midiOutLongMsg returns, about 1,000 bytes a second. */
  readonly slowSynchronousOutputId: number;
  /** Answers MIDIERR_NOTREADY to everything that it is to send. Not looped back. */
  readonly refusingOutputId: number;
  /** An input and an output like `slowOutputId` for the cases of a refused close; no other case opens them. */
  readonly refusedInputId: number;
  readonly refusedOutputId: number;
  readonly differences: Differences;
  /** Sends a MODM_ message without parameters to the driver of `asynchronousOutputId`, which is open. */
  sendToDriver(hmo: MidiHandle, uMsg: number): Mmresult;
  dispose(): Promise<void>;
}

/** Waits for something that happens on another thread, or a little later, and fails after `limitMs`. */
export async function eventually(
  what: string,
  condition: () => boolean,
  limitMs = 5000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) {
      throw new Error(`did not happen within ${limitMs} ms: ${what}`);
    }
    await pause(1);
  }
}

/** Lets time pass, where a test is about something that must not happen, or about time itself. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
