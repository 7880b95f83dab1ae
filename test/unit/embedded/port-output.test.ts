/** MODM_LONGDATA and its neighbours, sentence by sentence, for both kinds of driver. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_NOTREADY,
  MIDIERR_STILLPLAYING,
  MIDIERR_UNPREPARED,
  MMSYSERR_ERROR,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
  MODM_CLOSE,
  MODM_DATA,
  MODM_LONGDATA,
  MODM_OPEN,
  MODM_RESET,
  MOM_CLOSE,
  MOM_DONE,
  MOM_OPEN,
} from '../../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../../src/winmm/structures.js';
import type { Mmresult } from '../../../src/winmm/winmm.js';
import { DriverBench } from '../../support/driver-bench.js';
import { settlePromises } from '../../support/fake-clock.js';
import type { MidiBuffer } from '../../support/midi-buffer.js';

const SYSEX = [0xf0, 0x7d, 0x01, 0xf7];
/** Channel messages and sysex in one buffer. */
const SEVERAL_EVENTS = [0x90, 0x3c, 0x40, 0xf0, 0x7d, 0x02, 0xf7, 0xc0, 0x05, 0xf0, 0xf7];

type Completion = 'synchronous' | 'asynchronous';

class OutputBench extends DriverBench {
  readonly instance: number;

  constructor(completion: Completion) {
    super(completion);
    this.instance = this.open(MODM_OPEN).instance;
  }

  send(uMsg: number, dwParam1 = 0, dwParam2 = 0): Mmresult | Promise<Mmresult> {
    return this.driver.modMessage(0, uMsg, this.instance, dwParam1, dwParam2);
  }

  longData(buffer: MidiBuffer, size = MIDIHDR_SIZE): Mmresult | Promise<Mmresult> {
    return this.send(MODM_LONGDATA, buffer.address, size);
  }

  get done(): number[] {
    return this.calledBack(MOM_DONE);
  }
}

for (const completion of ['synchronous', 'asynchronous'] as const) {
  describe(`MODM_LONGDATA, ${completion}`, () => {
    it('refuses a header that is not prepared, and leaves it alone', async () => {
      const bench = new OutputBench(completion);
      const buffer = bench.preparedBuffer(SYSEX);
      buffer.header.dwFlags = MHDR_DONE;
      assert.equal(bench.longData(buffer), MIDIERR_UNPREPARED);
      await settlePromises();
      assert.equal(buffer.header.dwFlags, MHDR_DONE);
      assert.deepEqual([bench.port.sent, bench.done], [[], []]);
    });

    it('refuses a header that is in the queue already', () => {
      const bench = new OutputBench(completion);
      bench.port.holdsPlays = true;
      const buffer = bench.preparedBuffer(SYSEX);
      bench.longData(buffer);
      assert.equal(bench.longData(buffer), MIDIERR_STILLPLAYING);
    });

    it('refuses bad pointers, bad sizes and empty buffers', () => {
      const bench = new OutputBench(completion);
      const buffer = bench.preparedBuffer(SYSEX);
      assert.equal(bench.longData(buffer, MIDIHDR_SIZE - 1), MMSYSERR_INVALPARAM);
      assert.equal(bench.send(MODM_LONGDATA, 1, MIDIHDR_SIZE), MMSYSERR_INVALPARAM);
      buffer.header.dwBufferLength = 5;
      assert.equal(bench.longData(buffer), MMSYSERR_INVALPARAM);
      buffer.header.dwBufferLength = 0;
      assert.equal(bench.longData(buffer), MMSYSERR_INVALPARAM);
      assert.equal(buffer.header.dwFlags, MHDR_PREPARED);
    });

    it('hands the buffer to the port as it is, several events in order', async () => {
      const bench = new OutputBench(completion);
      assert.equal(await bench.longData(bench.preparedBuffer(SEVERAL_EVENTS)), MMSYSERR_NOERROR);
      await settlePromises();
      assert.deepEqual(bench.port.sent, [SEVERAL_EVENTS]);
    });

    it('sends dwBufferLength bytes, whatever dwBytesRecorded says', async () => {
      const bench = new OutputBench(completion);
      const buffer = bench.preparedBuffer([...SYSEX, 1, 2, 3]);
      buffer.header.dwBufferLength = SYSEX.length;
      buffer.header.dwBytesRecorded = 2;
      bench.longData(buffer);
      await settlePromises();
      assert.deepEqual(bench.port.sent, [SYSEX]);
    });

    it('while it is being sent DONE is clear and INQUEUE set; then DONE set, INQUEUE clear, MOM_DONE with the header', async () => {
      const bench = new OutputBench(completion);
      bench.port.holdsPlays = true;
      const buffer = bench.preparedBuffer(SYSEX);
      buffer.header.dwFlags = MHDR_PREPARED | MHDR_DONE;
      bench.longData(buffer);
      await settlePromises();
      assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
      assert.deepEqual(bench.done, []);
      bench.port.finish();
      await settlePromises();
      assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
      assert.deepEqual(bench.done, [buffer.address]);
    });

    it('the flags have changed when the client is called with MOM_DONE', async () => {
      const bench = new OutputBench(completion);
      const buffer = bench.preparedBuffer(SYSEX);
      const seen: number[] = [];
      bench.onCallback = (dwMsg) => {
        if (dwMsg === MOM_DONE) seen.push(buffer.header.dwFlags);
      };
      bench.longData(buffer);
      await settlePromises();
      assert.deepEqual(seen, [MHDR_PREPARED | MHDR_DONE]);
    });

    it('keeps the order of what is queued', async () => {
      const bench = new OutputBench(completion);
      bench.port.holdsPlays = true;
      const buffers = [1, 2, 3].map((byte) => bench.preparedBuffer([0xf0, byte, 0xf7]));
      const results = buffers.map((buffer) => bench.longData(buffer));
      for (let index = 0; index < 3; index++) {
        await settlePromises();
        assert.equal(bench.port.sent.length, index + 1);
        bench.port.finish();
      }
      assert.deepEqual(await Promise.all(results), [0, 0, 0]);
      assert.deepEqual(
        bench.port.sent.map((bytes) => bytes[1]),
        [1, 2, 3],
      );
      assert.deepEqual(
        bench.done,
        buffers.map(({ address }) => address),
      );
    });

    it('MODM_CLOSE is refused until every buffer is back, then MOM_CLOSE is sent', async () => {
      const bench = new OutputBench(completion);
      bench.port.holdsPlays = true;
      bench.longData(bench.preparedBuffer(SYSEX));
      assert.equal(bench.send(MODM_CLOSE), MIDIERR_STILLPLAYING);
      await settlePromises();
      assert.equal(bench.send(MODM_CLOSE), MIDIERR_STILLPLAYING);
      bench.port.finish();
      await settlePromises();
      assert.equal(bench.send(MODM_CLOSE), MMSYSERR_NOERROR);
      assert.equal(bench.port.isOutputOpen, false);
      assert.deepEqual(
        bench.callbacks.map(({ dwMsg }) => dwMsg),
        [MOM_OPEN, MOM_DONE, MOM_CLOSE],
      );
      assert.deepEqual(bench.strayCallbacks, []);
    });

    it('MODM_RESET returns what waits at once, and what is under way when the port lets go of it', async () => {
      const bench = new OutputBench(completion);
      bench.port.holdsPlays = true;
      const [first, second, third] = [1, 2, 3].map((byte) =>
        bench.preparedBuffer([0xf0, byte, 0xf7]),
      );
      for (const buffer of [first, second, third]) bench.longData(buffer!);
      await settlePromises();
      const reset = bench.send(MODM_RESET);
      assert.deepEqual(bench.done, [second!.address, third!.address]);
      assert.equal(second!.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
      assert.equal(first!.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
      assert.equal(bench.port.cancels, 1);
      bench.port.finish();
      assert.equal(await reset, MMSYSERR_NOERROR);
      assert.deepEqual(bench.done, [second!.address, third!.address, first!.address]);
      assert.equal(bench.port.sent.length, 1);
    });

    it('MODM_RESET with nothing queued returns at once', () => {
      assert.equal(new OutputBench(completion).send(MODM_RESET), MMSYSERR_NOERROR);
    });

    it('survives a client that frees a queued buffer: nothing is called back for it', async () => {
      const bench = new OutputBench(completion);
      bench.port.holdsPlays = true;
      const buffer = bench.preparedBuffer(SYSEX);
      bench.longData(buffer);
      await settlePromises();
      buffer.free();
      bench.port.finish();
      await settlePromises();
      assert.deepEqual(bench.done, []);
      assert.equal(bench.send(MODM_CLOSE), MMSYSERR_NOERROR);
    });
  });
}

describe('MODM_LONGDATA, the two kinds apart', () => {
  it('synchronous: it has been sent when the call returns', () => {
    const bench = new OutputBench('synchronous');
    const buffer = bench.preparedBuffer(SYSEX);
    assert.equal(bench.longData(buffer), MMSYSERR_NOERROR);
    assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
    assert.deepEqual([bench.port.sent, bench.done], [[SYSEX], [buffer.address]]);
  });

  it('asynchronous: the call returns first, and the bytes are sent afterwards', async () => {
    const bench = new OutputBench('asynchronous');
    const buffer = bench.preparedBuffer(SYSEX);
    assert.equal(bench.longData(buffer), MMSYSERR_NOERROR);
    assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
    assert.deepEqual([bench.port.sent, bench.done], [[], []]);
    await settlePromises();
    assert.deepEqual([bench.port.sent, bench.done], [[SYSEX], [buffer.address]]);
  });

  it('synchronous: an error is the answer, and there is no MOM_DONE', async () => {
    const bench = new OutputBench('synchronous');
    const buffer = bench.preparedBuffer(SYSEX);
    bench.port.playResult = MMSYSERR_NODRIVER;
    assert.equal(bench.longData(buffer), MMSYSERR_NODRIVER);
    bench.port.holdsPlays = true;
    const late = bench.longData(buffer);
    bench.port.finish(MMSYSERR_ERROR);
    assert.equal(await late, MMSYSERR_ERROR);
    assert.equal(buffer.header.dwFlags, MHDR_PREPARED);
    assert.deepEqual(bench.done, []);
  });

  it('asynchronous: after an error the client has its buffer back, and the next call says what happened', async () => {
    const bench = new OutputBench('asynchronous');
    const buffer = bench.preparedBuffer(SYSEX);
    bench.port.playResult = MMSYSERR_NODRIVER;
    assert.equal(bench.longData(buffer), MMSYSERR_NOERROR);
    await settlePromises();
    assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
    assert.deepEqual(bench.done, [buffer.address]);
    assert.equal(bench.longData(buffer), MMSYSERR_NODRIVER);
    assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
    bench.port.playResult = MMSYSERR_NOERROR;
    assert.equal(bench.longData(buffer), MMSYSERR_NOERROR);
    await settlePromises();
    assert.equal(bench.done.length, 2);
  });
});

describe('MODM_DATA', () => {
  it('sends a short message with the length that its status byte says', () => {
    const bench = new OutputBench('asynchronous');
    assert.equal(bench.send(MODM_DATA, 0x403c90), MMSYSERR_NOERROR);
    assert.equal(bench.send(MODM_DATA, 0x7f05c1), MMSYSERR_NOERROR);
    assert.equal(bench.send(MODM_DATA, 0xf8), MMSYSERR_NOERROR);
    assert.deepEqual(bench.port.sent, [[0x90, 0x3c, 0x40], [0xc1, 0x05], [0xf8]]);
  });

  it('refuses what is no short message', () => {
    const bench = new OutputBench('asynchronous');
    for (const packed of [0x40, 0xf0, 0xf7, 0xf4]) {
      assert.equal(bench.send(MODM_DATA, packed), MMSYSERR_INVALPARAM);
    }
    assert.deepEqual(bench.port.sent, []);
  });

  it('waits its turn behind a long message in an asynchronous driver', async () => {
    const bench = new OutputBench('asynchronous');
    bench.longData(bench.preparedBuffer(SYSEX));
    assert.equal(bench.send(MODM_DATA, 0x403c90), MMSYSERR_NOERROR);
    await settlePromises();
    assert.deepEqual(bench.port.sent, [SYSEX, [0x90, 0x3c, 0x40]]);
  });

  it('does not let short messages pile up without end: MIDIERR_NOTREADY', () => {
    const bench = new OutputBench('asynchronous');
    bench.port.holdsPlays = true;
    bench.longData(bench.preparedBuffer(SYSEX));
    let accepted = 0;
    while (accepted < 100_000 && bench.send(MODM_DATA, 0xf8) === MMSYSERR_NOERROR) accepted++;
    assert.equal(accepted, 4096);
  });

  it('finds the hardware busy with other data in a synchronous driver', () => {
    const bench = new OutputBench('synchronous');
    bench.port.holdsPlays = true;
    bench.longData(bench.preparedBuffer(SYSEX));
    assert.equal(bench.send(MODM_DATA, 0x403c90), MIDIERR_NOTREADY);
  });

  it("answers with the port's error, or at the next call if it comes late", async () => {
    const bench = new OutputBench('synchronous');
    bench.port.playResult = MMSYSERR_NODRIVER;
    assert.equal(bench.send(MODM_DATA, 0x403c90), MMSYSERR_NODRIVER);
    bench.port.holdsPlays = true;
    assert.equal(bench.send(MODM_DATA, 0x403c90), MMSYSERR_NOERROR);
    bench.port.finish(MMSYSERR_ERROR);
    await settlePromises();
    assert.equal(bench.send(MODM_DATA, 0x403c90), MMSYSERR_ERROR);
  });
});
