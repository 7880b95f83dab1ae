/**
 * Inputs that go away in the midst of a take, and come back.
 *
 * An input has gone when a call answers so, when its handle is closed by somebody else, or when
 * it is no longer in the list of devices, by its path or its name. It is closed, each step bounded, while the others
 * go on. When its name is in the list again, the device is opened anew in its place: same index in
 * the take, same clock, same counts. Both moments are marked in the take.
 *
 * An input that is there only once, such as standard input, is another matter: its end is no loss
 * and not marked, and it is not waited for.
 */

import type { Clock } from '../../midi/clock.js';
import { waitAtMost } from '../../midi/waiting.js';
import { CLOSE_LIMIT_MS } from '../../winmm/calls/bounded-calls.js';
import type { CloseReport } from '../../winmm/calls/device-close.js';
import { isHungDriver } from '../../winmm/calls/hung-driver.js';
import { isSame } from '../../winmm/devices.js';
import type { DeviceIdentity, WinMm } from '../../winmm/winmm.js';
import type { Input } from '../input.js';
import { DeviceWatch, type DeviceWatcher } from './device-watch.js';
import { awaitedAs, followIds, freeId, idsOf } from './listed-ids.js';
import { Place } from './place.js';

/** An input has gone, or has come back. */
export interface DeviceChange {
  /** Index of the input in the take. */
  device: number;
  name: string;
  /** When, in milliseconds on the take's clock. */
  timeMs: number;
  /** How it was noticed, for a person; empty for one that has come back. */
  reason: string;
  /** Whether it has come to its end, as it was meant to. */
  isEnd: boolean;
  /** Whether it is opened again when it is back; false for one that has come back. */
  isAwaited: boolean;
}

export interface DeviceChangeListener {
  onDeviceGone?: (change: DeviceChange) => void;
  onDeviceBack?: (change: DeviceChange) => void;
  /** No input is left, and none is waited for. Called once at most. */
  onAllGone?: () => void;
  /** A driver does not tell any more which devices there are: none that comes is noticed. Called once at most. */
  onListHung?: () => void;
}

/** How an input that is there only once has come to its end. */
export type InputEnding = 'complete' | 'failed';

export interface ReconnectOptions extends DeviceChangeListener {
  winmm: WinMm;
  clock: Clock;
  /** The inputs of the take, started. One that comes back takes the place of the one that went. */
  inputs: Input[];
  /** Where the take's clock has its zero, on the machine's. The first message may still move it. */
  takeZeroMs: () => number;
  /** Whether a driver call has not returned already. */
  hasHung: boolean;
  /** Whether to open a device again when it is back. */
  reconnect: boolean;
  /** Asked about an input that has gone: undefined for a device, which may come back. */
  endingOf?: ((name: string) => InputEnding | undefined) | undefined;
}

/**
 * Most memory that drivers may keep of all inputs together. With buffers of the usual number and size a
 * device may be unplugged 5,000 times from Windows MIDI Services, which keeps the buffers each time.
 */
const MOST_STRANDED_BYTES = 128 * 1024 * 1024;

export class Reconnection implements DeviceWatcher {
  /** What became of handles in whose place there is another one now, if they could not be closed. */
  readonly abandoned: CloseReport[] = [];
  readonly #options: ReconnectOptions;
  readonly #places: Place[];
  readonly #watch: DeviceWatch;
  #isEnding = false;
  #hasToldAllGone = false;
  #strandedBytes = 0;
  /** A driver call did not return: from then on nothing is looked for, and nothing opened any more. */
  #hasHung: boolean;

  constructor(options: ReconnectOptions) {
    const { winmm, clock, inputs } = options;
    this.#options = options;
    this.#hasHung = options.hasHung;
    this.#places = inputs.map((input, index) => new Place(index, input, clock.nowMs()));
    this.#watch = new DeviceWatch(winmm, clock, this);
  }

  /** Looks whether the last poll of an input has shown that it has gone. */
  check(): void {
    if (this.#isEnding) return;
    for (const place of this.#places) {
      if (place.state !== 'present') continue;
      const { goneReason } = this.#inputOf(place);
      if (goneReason !== '') this.#leave(place, goneReason);
    }
    this.#tellIfAllGone();
  }

  /** No device is opened any more; resolves when one that was being opened is closed again, or hangs. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#watch.stop();
    const work = Promise.all(this.#places.map((place) => place.work));
    const waited = await waitAtMost(this.#options.clock, work, CLOSE_LIMIT_MS);
    if (waited.done) return;
    for (const place of this.#places) {
      if (place.state !== 'busy') continue;
      const { name } = this.#inputOf(place);
      const problem = 'midiInOpen or midiInStart did not return when it was back';
      this.abandoned.push({ name, closed: false, hung: true, gone: false, problem });
    }
  }

  /** The reports of inputs without those that were unplugged: that is a loss, and no fault of a driver. */
  withoutGone(reports: CloseReport[]): CloseReport[] {
    const { inputs, clock, takeZeroMs } = this.#options;
    return reports.filter(({ closed, hung, gone, problem }, index) => {
      if (closed || hung) return true;
      if (this.#places[index]!.state !== 'present') return false;
      if (gone) inputs[index]!.intake.lose('device-lost', clock.nowMs() - takeZeroMs(), 1, problem);
      return !gone;
    });
  }

  #inputOf(place: Place): Input {
    return this.#options.inputs[place.index]!;
  }

  /** DeviceWatcher */
  mayLook(): boolean {
    return !this.#hasHung && !this.#places.some(({ state }) => state === 'busy');
  }

  /** DeviceWatcher */
  get isInDoubt(): boolean {
    return this.#places.some((place) => place.isInDoubt);
  }

  /** DeviceWatcher */
  onHung(): void {
    this.#hasHung = true;
    this.#options.onListHung?.();
    this.#tellIfAllGone();
  }

  /** DeviceWatcher */
  onLook(listed: DeviceIdentity[]): void {
    for (const place of this.#places) {
      if (place.state === 'away' && place.isAwaited) {
        const others = this.#places.filter((other) => other !== place);
        const taken = others.map((other) => other.listed);
        place.listed = awaitedAs(place.listed, listed, taken);
      }
      const ids = idsOf(place.listed, listed);
      if (place.state === 'present') {
        place.noteLook(place.listed.name !== undefined && ids.length < this.#likes(place).length);
      } else if (ids.length === 0) {
        place.forgetRetries();
      }
    }
    for (const place of this.#places) {
      if (!place.isMissed) continue;
      // It may be another one of its name that has gone.
      const isInDoubt = idsOf(place.listed, listed).length > 0;
      this.#leave(place, 'it is not in the list of devices', isInDoubt);
    }
    followIds(
      this.#places.filter(({ state }) => state === 'present'),
      listed,
    );
    for (const place of this.#places) {
      if (!place.mayRetry(this.#options.clock.nowMs())) continue;
      const ids = idsOf(place.listed, listed);
      const deviceId = freeId(ids, this.#likes(place), place.attempts);
      if (deviceId !== undefined) place.work = this.#comeBack(place, deviceId);
      else place.isAwaited = this.#options.reconnect;
    }
    this.#tellIfAllGone();
  }

  #tellIfAllGone(): void {
    if (this.#isEnding || this.#hasToldAllGone) return;
    const isAnyPresent = this.#places.some(({ state }) => state === 'present');
    const isAnyAwaited = !this.#hasHung && this.#places.some(({ isAwaited }) => isAwaited);
    if (isAnyPresent || isAnyAwaited) return;
    this.#hasToldAllGone = true;
    this.#options.onAllGone?.();
  }

  /**
   * Inputs of this name that are open, or about to be. Which of several has gone cannot be told: they
   * all are closed, and opened again.
   */
  #likes(like: Place): Place[] {
    return this.#places.filter(
      (place) =>
        (place.state === 'present' || place.state === 'busy') &&
        (place === like || isSame(place.listed, like.listed)),
    );
  }

  #leave(place: Place, reason: string, isInDoubt = false): void {
    const { clock, takeZeroMs, reconnect, endingOf } = this.#options;
    const input = this.#inputOf(place);
    const { name, intake } = input;
    const nowMs = clock.nowMs();
    // What came before the mark is to stand before it.
    input.poll();
    const ending = endingOf?.(place.listed.name ?? name);
    const isEnd = ending === 'complete';
    const isKnown = place.listed.name !== undefined && ending === undefined;
    const isAwaited = isKnown && (reconnect || isInDoubt) && this.#buffersFor(place) > 0;
    place.leave(nowMs, isAwaited);
    place.work = this.#closeGone(place, input);
    const timeMs = nowMs - takeZeroMs();
    if (!isEnd) {
      intake.lose('device-lost', timeMs, 1, reason);
      intake.addMarker(`${name} went away`, timeMs);
    }
    const { device } = input;
    this.#options.onDeviceGone?.({ device, name, timeMs, reason, isEnd, isAwaited });
  }

  async #closeGone(place: Place, input: Input): Promise<void> {
    const { hung } = await this.#close(place, input);
    input.finish();
    place.isAwaited &&= this.#buffersFor(place) > 0;
    this.#stayAway(place, hung);
  }

  async #comeBack(place: Place, deviceId: number): Promise<void> {
    const gone = this.#inputOf(place);
    place.state = 'busy';
    place.deviceId = deviceId;
    let hung = false;
    let input: Input | undefined;
    try {
      input = await gone.openAgain(deviceId, place.listed, this.#buffersFor(place));
      if (!this.#isEnding && (await this.#takePlace(place, input))) return;
    } catch (error) {
      hung = isHungDriver(error);
    }
    if (input !== undefined) {
      const report = await this.#close(place, input);
      // With all that answer it was the device that has gone again.
      if (report.hung) this.abandoned.push(report);
    }
    place.attempts++;
    place.isAwaited = this.#options.reconnect && this.#buffersFor(place) > 0;
    this.#stayAway(place, hung);
  }

  #stayAway(place: Place, hasHung: boolean): void {
    if (hasHung) this.#hasHung = true;
    place.stayAway(this.#options.clock.nowMs());
    this.#tellIfAllGone();
  }

  /** Answers false if it is too late to take it. */
  async #takePlace(place: Place, input: Input): Promise<boolean> {
    const { inputs, clock, takeZeroMs } = this.#options;
    const zeroMs = await input.start();
    if (this.#isEnding) return false;
    input.place(zeroMs, takeZeroMs());
    inputs[place.index] = input;
    place.comeBack(clock.nowMs());
    const { name, intake, device } = input;
    const timeMs = zeroMs - takeZeroMs();
    intake.lose('device-lost', timeMs, 0);
    intake.addMarker(`${name} is back`, timeMs);
    const told = { device, name, timeMs, reason: '', isEnd: false, isAwaited: false };
    this.#options.onDeviceBack?.(told);
    return true;
  }

  async #close(place: Place, input: Input): Promise<CloseReport> {
    const report = await input.close();
    if (input.strandedBytes > 0) place.noteStranded();
    this.#strandedBytes += input.strandedBytes;
    return report;
  }

  #buffersFor(place: Place): number {
    return place.buffersNext(MOST_STRANDED_BYTES - this.#strandedBytes);
  }
}
