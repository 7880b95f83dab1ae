/** Byte stream ports: FIFOs whose ends come and go, files, and what happens when nobody is there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createByteStreamPort } from '../../../../../src/embedded/drivers/streams/byte-stream-port.js';
import type { PortReceiver } from '../../../../../src/embedded/kernel-port.js';
import { MidirecError } from '../../../../../src/midi/errors.js';
import {
  MIDIERR_NODEVICE,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
} from '../../../../../src/winmm/constants.js';
import { FakeClock, settlePromises } from '../../../../support/fake-clock.js';
import { temporaryFolder } from '../../../../support/run-midirec.js';

const folder = temporaryFolder({ after });
const clock = new FakeClock();
let fifosMade = 0;

function makeFifo(): string {
  const path = join(folder, `fifo-${fifosMade++}`);
  execFileSync('mkfifo', [path]);
  return path;
}

function createPort(path: string) {
  return createByteStreamPort({ clock, path, wPid: 1 });
}

/** Keeps what is delivered; holds the port back while `drained` is set. */
class Receiver implements PortReceiver {
  readonly bytes: number[] = [];
  isGone = false;
  drained: Promise<void> | undefined;

  deliver(bytes: Uint8Array): Promise<void> | undefined {
    this.bytes.push(...bytes);
    return this.drained;
  }

  lost(): void {}

  gone(): void {
    this.isGone = true;
  }
}

/** Opens a path for writing, as another process would. */
function openWriter(path: string): number {
  return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
}

const skip = process.platform === 'win32' && 'there are no FIFOs on Windows';

describe('a FIFO as an input', { skip }, () => {
  it('is read whoever writes to it, one writer after the other', async () => {
    const path = makeFifo();
    const { input } = createPort(path);
    const receiver = new Receiver();
    assert.equal(input?.open(receiver), MMSYSERR_NOERROR);
    input?.start();
    for (const byte of [1, 2, 3]) {
      const writer = openWriter(path);
      writeSync(writer, Uint8Array.of(0x90, byte, 0x40));
      closeSync(writer);
      await clock.advanceUntil('the bytes arrive', () => receiver.bytes.length === 3 * byte);
    }
    assert.deepEqual(receiver.bytes, [0x90, 1, 0x40, 0x90, 2, 0x40, 0x90, 3, 0x40]);
    assert.equal(receiver.isGone, false);
    input?.close();
  });

  it('keeps what is written before the start, and between stop and start', async () => {
    const path = makeFifo();
    const { input } = createPort(path);
    const receiver = new Receiver();
    input?.open(receiver);
    const writer = openWriter(path);
    writeSync(writer, Uint8Array.of(1));
    await settlePromises();
    assert.deepEqual(receiver.bytes, []);
    input?.start();
    await clock.advanceUntil('what waited arrives', () => receiver.bytes.length === 1);
    input?.stop();
    writeSync(writer, Uint8Array.of(2));
    await settlePromises();
    assert.deepEqual(receiver.bytes, [1]);
    input?.start();
    await clock.advanceUntil('what waited arrives', () => receiver.bytes.length === 2);
    closeSync(writer);
    input?.close();
  });

  it('holds its writer back while the receiver has fallen behind', async () => {
    const path = makeFifo();
    const { input } = createPort(path);
    const receiver = new Receiver();
    let drain = () => {};
    receiver.drained = new Promise((resolve) => {
      drain = resolve;
    });
    input?.open(receiver);
    input?.start();
    const writer = openWriter(path);
    let written = 0;
    const fill = () => {
      try {
        for (;;) written += writeSync(writer, new Uint8Array(65_536));
      } catch {
        // The FIFO is full.
      }
    };
    fill();
    await clock.advanceUntil('something arrives', () => receiver.bytes.length > 0);
    const before = receiver.bytes.length;
    fill();
    await settlePromises();
    assert.equal(receiver.bytes.length, before);
    receiver.drained = undefined;
    drain();
    await clock.advanceUntil('the rest arrives', () => receiver.bytes.length === written);
    closeSync(writer);
    input?.close();
  });

  it('is gone when its path is gone, and can be opened again when that is back', async () => {
    const path = makeFifo();
    const port = createPort(path);
    const receiver = new Receiver();
    port.input?.open(receiver);
    port.input?.start();
    assert.ok(port.isThere());
    const writer = openWriter(path);
    rmSync(path);
    writeSync(writer, Uint8Array.of(1));
    assert.ok(!port.isThere());
    await clock.advanceUntil('it is gone', () => receiver.isGone);
    assert.deepEqual(receiver.bytes, [1]);
    assert.equal(port.ending, undefined);
    port.input?.close();
    closeSync(writer);
    assert.equal(port.input?.open(receiver), MIDIERR_NODEVICE);
    execFileSync('mkfifo', [path]);
    assert.ok(port.isThere());
    assert.equal(port.input?.open(receiver), MMSYSERR_NOERROR);
    port.input?.close();
  });

  it('is gone when another FIFO is at its path', async () => {
    const path = makeFifo();
    const { input } = createPort(path);
    const receiver = new Receiver();
    input?.open(receiver);
    input?.start();
    // A FIFO of its own number: the old one is held open, so it is not used again.
    rmSync(path);
    execFileSync('mkfifo', [path]);
    await clock.advanceUntil('it is gone', () => receiver.isGone);
    input?.close();
  });

  it('without a writer can be opened, started and closed at once', () => {
    const { input } = createPort(makeFifo());
    input?.open(new Receiver());
    input?.start();
    input?.stop();
    input?.close();
  });
});

describe('a FIFO as an output', { skip }, () => {
  it('that nobody reads cannot be opened: MIDIERR_NODEVICE', () => {
    assert.equal(createPort(makeFifo()).output?.open(), MIDIERR_NODEVICE);
  });

  it('writes all, however slowly the other end reads', async () => {
    const path = makeFifo();
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { output } = createPort(path);
    assert.equal(output?.open(), MMSYSERR_NOERROR);
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index & 0x7f);
    const played = output?.play(bytes);
    assert.ok(played instanceof Promise);
    const received = Buffer.alloc(bytes.length);
    let length = 0;
    await clock.advanceUntil('everything arrives', () => {
      try {
        length += readSync(reader, received, length, 10_000, null);
      } catch {
        // Nothing there yet.
      }
      return length === bytes.length;
    });
    assert.equal(await played, MMSYSERR_NOERROR);
    assert.ok(received.equals(bytes));
    output?.close();
    closeSync(reader);
  });

  it('whose reader has gone away answers MIDIERR_NODEVICE', () => {
    const path = makeFifo();
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { output } = createPort(path);
    output?.open();
    assert.equal(output?.play(Uint8Array.of(0xf8)), MMSYSERR_NOERROR);
    closeSync(reader);
    assert.equal(output?.play(Uint8Array.of(0xf8)), MIDIERR_NODEVICE);
    output?.close();
  });

  it('breaks off at cancel when the other end takes nothing', async () => {
    const path = makeFifo();
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { output } = createPort(path);
    output?.open();
    const played = output?.play(new Uint8Array(1_000_000));
    output?.cancel();
    assert.equal(await played, MMSYSERR_NOERROR);
    output?.close();
    closeSync(reader);
  });
});

describe('standard input', () => {
  it('is read to its end, and then is gone for good', () => {
    const module = import.meta.resolve(
      '../../../../../src/embedded/drivers/streams/byte-stream-port.js',
    );
    const program = `
      const { createByteStreamPort } = await import('${module}');
      const port = createByteStreamPort({ path: '-', wPid: 1 });
      const bytes = [];
      const receiver = {
        deliver: (piece) => void bytes.push(...piece),
        gone() {
          port.input.close();
          const state = [port.isThere(), port.ending, port.input.open(receiver)];
          process.stdout.write([...bytes, ...state].join(' '));
        },
      };
      port.input.open(receiver);
      port.input.start();`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      input: Uint8Array.of(0x90, 1, 2, 0xf8),
      encoding: 'utf8',
    });
    assert.equal(answer, `144 1 2 248 false complete ${MMSYSERR_NODRIVER}`);
  });
});

describe('other paths', { skip }, () => {
  it('a file is read to its end, and then is gone for good', async () => {
    const path = join(folder, 'bytes.bin');
    const bytes = Array.from({ length: 100_000 }, (_, index) => index & 0x7f);
    writeFileSync(path, Uint8Array.from(bytes));
    const port = createPort(path);
    const receiver = new Receiver();
    port.input?.open(receiver);
    port.input?.start();
    await clock.advanceUntil('the end', () => receiver.isGone);
    assert.deepEqual(receiver.bytes, bytes);
    port.input?.close();
    assert.equal(port.ending, 'complete');
    assert.ok(!port.isThere());
    assert.equal(port.input?.open(receiver), MMSYSERR_NODRIVER);
  });

  it('a file is read, and never written over', () => {
    const path = join(folder, 'precious.syx');
    writeFileSync(path, 'precious');
    assert.equal(createPort(path).output, undefined);
    assert.ok(!createPort(path).isFifo());
  });

  it('a file that has come in the place of a FIFO is not written over either', () => {
    const path = makeFifo();
    const port = createPort(path);
    assert.ok(port.isFifo());
    rmSync(path);
    writeFileSync(path, 'precious');
    assert.equal(port.output?.open(), MIDIERR_NODEVICE);
    assert.equal(port.output?.play(Uint8Array.of(0xf8)), MIDIERR_NODEVICE);
    assert.equal(readFileSync(path, 'utf8'), 'precious');
  });

  it('a path that is not there, a folder or a socket is refused with a hint', async (test) => {
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    test.after(() => server.close());
    for (const path of [join(folder, 'nothing'), folder, socket]) {
      assert.throws(
        () => createPort(path),
        (error) =>
          error instanceof MidirecError &&
          error.code === 'UNKNOWN_DEVICE' &&
          error.exitCode === 2 &&
          error.message.includes(path) &&
          error.hint !== undefined,
      );
    }
  });

  it('are named by the path, or its last part where that is too long for a device name', () => {
    assert.equal(createPort('/dev/null').name, '/dev/null');
    const path = join(folder, 'a long name for a port');
    writeFileSync(path, '');
    assert.equal(createPort(path).name, 'a long name for a port');
    writeFileSync(`${path} whose last part is too long as well`, '');
    assert.equal(
      createPort(`${path} whose last part is too long as well`).name,
      'a long name for a port whose la',
    );
    assert.equal(createPort('-').name, 'standard input');
    assert.equal(createPort('-').output, undefined);
  });
});
