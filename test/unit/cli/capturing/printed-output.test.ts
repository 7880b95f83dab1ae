/** What goes to standard output: a reader that is slow is waited for, one that has stopped is not, and what waits is bytes. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { PrintedOutput } from '../../../../src/cli/capturing/printed-output.js';
import { FakeClock } from '../../../support/fake-clock.js';

const MIB = 0x10_0000;

/** Standard output as Node.js makes it of a pipe: strings wait as they are, and a write counts until it is over. */
class Pipe extends Writable {
  readonly chunks: unknown[] = [];
  readonly _handle = { writeQueueSize: 0 };
  #done = () => {};

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(chunk: { length: number }, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    this._handle.writeQueueSize = chunk.length;
    this.#done = done;
  }

  /** The reader takes so many bytes of the write under way. */
  take(bytes: number): void {
    this._handle.writeQueueSize = Math.max(0, this._handle.writeQueueSize - bytes);
    if (this._handle.writeQueueSize === 0) this.#done();
  }
}

function makeOutput() {
  const clock = new FakeClock();
  const pipe = new Pipe();
  const stdout = pipe as unknown as NodeJS.WriteStream;
  const output = new PrintedOutput({ request: () => {} }, false, stdout, clock);
  const drain = () => {
    const seen = { isRead: undefined as boolean | undefined };
    output.drain().then((isRead) => {
      seen.isRead = isRead;
    });
    return seen;
  };
  return { clock, pipe, output, drain };
}

test('nobody reads: at most 64 MiB wait, as bytes, and the rest is counted', () => {
  const { pipe, output } = makeOutput();
  for (let count = 0; count < 100; count++) output.print('x'.repeat(MIB), 7);
  assert.equal(pipe.writableLength, 65 * MIB);
  assert.equal(output.unread, 35 * 7);
  assert.ok(pipe.chunks.every((chunk) => chunk instanceof Uint8Array));
});

test('a reader that takes a little of what waits every second is waited for', async () => {
  const { clock, pipe, output, drain } = makeOutput();
  output.write('x'.repeat(60));
  const seen = drain();
  for (let second = 0; second < 59; second++) {
    pipe.take(1);
    await clock.advanceAsync(1000);
    assert.equal(seen.isRead, undefined);
  }
  pipe.take(1);
  await clock.advanceAsync(1000);
  assert.equal(seen.isRead, true);
});

test('a reader that takes nothing for ten seconds is given up', async () => {
  const { clock, output, drain } = makeOutput();
  output.write('x');
  const seen = drain();
  await clock.advanceAsync(9900);
  assert.equal(seen.isRead, undefined);
  await clock.advanceAsync(300);
  assert.equal(seen.isRead, false);
});

test('Ctrl-Z stops the reader as well: it is not given up for that', async () => {
  const { clock, pipe, output, drain } = makeOutput();
  output.write('x');
  const seen = drain();
  await clock.advanceAsync(100);
  clock.stall(60_000);
  await clock.advanceAsync(1000);
  assert.equal(seen.isRead, undefined);
  pipe.take(1);
  await clock.advanceAsync(100);
  assert.equal(seen.isRead, true);
});
