/** Raw MIDI devices over a scripted kernel, with FIFOs in the place of devices. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadRawControl } from '../../../../../src/embedded/drivers/raw/linux-raw-control.js';
import type { RawControl } from '../../../../../src/embedded/drivers/streams/raw-control.js';
import { RawReader, RawWait } from '../../../../../src/embedded/drivers/streams/raw-reader.js';
import type { ReaderTarget } from '../../../../../src/embedded/drivers/streams/stream-reader.js';
import { FakeClock, settlePromises } from '../../../../support/fake-clock.js';
import { temporaryFolder } from '../../../../support/run-midirec.js';

const folder = temporaryFolder({ after });

class ScriptedControl implements RawControl {
  isStamping = true;
  overruns = 0;
  readonly wakeFd = -1;
  /** What is waited for; empty while nobody waits. */
  waitsFor: readonly number[] = [];
  #answer = (_ready: readonly number[]): void => {};

  nameOf = () => '';
  withPreferred = (_line: unknown, open: () => number) => open();
  frame = () => this.isStamping;
  monotonicMs = () => 400;
  rest = () => {};
  wake = () => this.#answer([]);

  countOverruns(): number {
    const count = this.overruns;
    this.overruns = 0;
    return count;
  }

  poll(fds: readonly number[]): Promise<readonly number[]> {
    this.waitsFor = fds.slice(1);
    return new Promise((resolve) => {
      this.#answer = (ready) => {
        this.waitsFor = [];
        resolve(ready);
      };
    });
  }

  async ready(...fds: number[]): Promise<void> {
    this.#answer(fds);
    await settlePromises();
  }
}

class Target implements ReaderTarget {
  readonly events: string[] = [];
  drained: Promise<void> | undefined;

  onBytes(bytes: Uint8Array, timeMs?: number): Promise<void> | undefined {
    this.events.push(`${timeMs}: ${Buffer.from(bytes).toString('hex')}`);
    return this.drained;
  }

  onLost = () => this.events.push('lost');
  onEnd = () => this.events.push('end');
}

function makeDevice(name: string) {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { fd, writer: openSync(path, constants.O_WRONLY) };
}

function frame(seconds: number, nanoseconds: number, ...data: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(32));
  view.setUint8(1, data.length);
  view.setUint32(4, nanoseconds, true);
  view.setBigUint64(8, BigInt(seconds), true);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(data, 16);
  return bytes;
}

test('is read once at the start: before that the kernel takes nothing in', () => {
  const { fd, writer } = makeDevice('start');
  const control = new ScriptedControl();
  const reader = new RawReader(fd, new RawWait(control), new FakeClock(1000));
  const target = new Target();
  writeSync(writer, frame(0, 410_000_000, 0x90, 60, 64));
  reader.start(target);
  assert.equal(target.events.length, 1);
  assert.deepEqual(control.waitsFor, [fd]);
  reader.close();
  closeSync(writer);
});

test('frames have the time of the kernel, on the clock of midirec', async () => {
  const { fd, writer } = makeDevice('frames');
  const control = new ScriptedControl();
  const reader = new RawReader(fd, new RawWait(control), new FakeClock(1000));
  const target = new Target();
  reader.start(target);
  writeSync(writer, frame(0, 410_500_000, 0x90, 60, 64));
  writeSync(writer, frame(2, 0, 0x80, 60, 0));
  await control.ready(fd);
  assert.deepEqual(target.events, ['1010.5: 903c40', '2600: 803c00']);
  control.overruns = 3;
  await control.ready(fd);
  assert.deepEqual(target.events.slice(2), ['lost']);
  closeSync(writer);
  await control.ready(fd);
  assert.deepEqual(target.events.slice(3), ['end']);
  assert.deepEqual(control.waitsFor, []);
  reader.close();
});

test('an older kernel gives bytes; a target that has fallen behind is not read for', async () => {
  const { fd, writer } = makeDevice('bytes');
  const control = new ScriptedControl();
  control.isStamping = false;
  const reader = new RawReader(fd, new RawWait(control), new FakeClock());
  const target = new Target();
  let drain = () => {};
  target.drained = new Promise((resolve) => {
    drain = resolve;
  });
  reader.start(target);
  writeSync(writer, Uint8Array.of(0xf8));
  await control.ready(fd);
  assert.deepEqual(target.events, ['undefined: f8']);
  assert.deepEqual(control.waitsFor, []);
  target.drained = undefined;
  drain();
  await settlePromises();
  assert.deepEqual(control.waitsFor, [fd]);
  reader.stop();
  await settlePromises();
  assert.deepEqual(control.waitsFor, []);
  reader.close();
  closeSync(writer);
});

test('one wait for all; a new one is waited for at once', async () => {
  const [one, other] = [makeDevice('one'), makeDevice('other')];
  const control = new ScriptedControl();
  const wait = new RawWait(control);
  const readers = [one, other].map(({ fd }) => new RawReader(fd, wait, new FakeClock()));
  readers[0]!.start(new Target());
  assert.deepEqual(control.waitsFor, [one.fd]);
  readers[1]!.start(new Target());
  await settlePromises();
  assert.deepEqual(control.waitsFor, [one.fd, other.fd]);
  for (const reader of readers) reader.close();
  await settlePromises();
  assert.deepEqual(control.waitsFor, []);
  for (const { writer } of [one, other]) closeSync(writer);
});

test('poll of the system wakes for what can be read, and when it is woken', {
  skip: process.platform !== 'linux' && 'Linux only',
}, async () => {
  const { fd, writer } = makeDevice('system');
  const control = await loadRawControl();
  // No device: it has no frames, no name, no losses.
  assert.equal(control.frame(fd), false);
  assert.equal(control.countOverruns(fd), 0);
  assert.equal(control.nameOf({ card: 99, device: 0, subdevice: 0 }, true), '');
  const limitMs = 60_000;
  const waiting = control.poll([control.wakeFd, fd], limitMs);
  control.wake();
  assert.deepEqual(await waiting, [control.wakeFd]);
  control.rest();
  writeSync(writer, Uint8Array.of(0xfe));
  assert.deepEqual(await control.poll([control.wakeFd, fd], limitMs), [fd]);
  for (const each of [fd, writer]) closeSync(each);
});
