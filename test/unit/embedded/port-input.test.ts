/** The input driver: short messages, buffers in flight, start, stop, reset, close. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_STILLPLAYING,
  MIDIERR_UNPREPARED,
  MIDM_ADDBUFFER,
  MIDM_CLOSE,
  MIDM_START,
  MIDM_STOP,
  MIM_CLOSE,
  MIM_DATA,
  MIM_LONGDATA,
  MIM_OPEN,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
} from '../../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../../src/winmm/structures.js';
import { settlePromises } from '../../support/fake-clock.js';
import { InputBench } from '../../support/input-bench.js';

describe('short messages', () => {
  it('come packed, with the milliseconds since MIDM_START', () => {
    const bench = InputBench.recording();
    bench.clock.advance(250);
    bench.port.deliver([0x90, 0x3c, 0x40, 0x3c, 0x00, 0xc0, 0x05, 0xf8]);
    assert.deepEqual(bench.take(), [
      ['data', 250, '90 3c 40'],
      ['data', 250, '90 3c 00'],
      ['data', 250, 'c0 05'],
      ['data', 250, 'f8'],
    ]);
  });

  it('carry the time that the port gives, to the nearest millisecond', () => {
    const bench = InputBench.recording();
    const startMs = bench.clock.nowMs();
    bench.clock.advance(100);
    bench.port.deliver([0xf8], startMs + 59.6);
    bench.port.deliver([0xfe], startMs - 5);
    assert.deepEqual(bench.take(), [
      ['data', 60, 'f8'],
      ['data', 0, 'fe'],
    ]);
  });

  it('have a time that wraps after 2^32 ms', () => {
    const bench = InputBench.recording();
    bench.clock.stall(2 ** 32 + 7);
    bench.port.deliver([0xf8]);
    assert.deepEqual(bench.take(), [['data', 7, 'f8']]);
  });

  it('that are none come as MIM_ERROR', () => {
    const bench = InputBench.recording();
    bench.port.deliver([0xf7, 0x90, 0x3c, 0xc0, 0x05, 0xf4]);
    assert.deepEqual(bench.take(), [
      ['error', 0, 'f7'],
      ['error', 0, '90 3c'],
      ['data', 0, 'c0 05'],
      ['error', 0, 'f4'],
    ]);
  });
});

describe('sysex', () => {
  it('is returned at F7, in a buffer that is done', () => {
    const bench = InputBench.recording();
    const [buffer] = bench.queue(1, 16);
    bench.port.deliver([0xf0, 1, 2]);
    assert.deepEqual(bench.take(), []);
    bench.clock.advance(30);
    bench.port.deliver([3, 0xf7]);
    assert.deepEqual(bench.take(), [['long', 30, 'f0 01 02 03 f7']]);
    assert.equal(buffer!.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
    assert.equal(buffer!.header.dwBytesRecorded, 5);
  });

  it('larger than a buffer goes on in the next; each comes back full or at F7', () => {
    const bench = InputBench.recording();
    bench.queue(3, 4);
    bench.port.deliver([0xf0, 1, 2, 3, 4, 5, 6, 7, 8, 0xf7]);
    assert.deepEqual(bench.take(), [
      ['long', 0, 'f0 01 02 03'],
      ['long', 0, '04 05 06 07'],
      ['long', 0, '08 f7'],
    ]);
  });

  it('that fills its buffer to the last byte makes no empty piece', () => {
    const bench = InputBench.recording();
    bench.queue(2, 4);
    bench.port.deliver([0xf0, 1, 2, 0xf7, 0xf0, 0xf7]);
    assert.deepEqual(bench.take(), [
      ['long', 0, 'f0 01 02 f7'],
      ['long', 0, 'f0 f7'],
    ]);
  });

  it('lets realtime pass by', () => {
    const bench = InputBench.recording();
    bench.queue(1, 16);
    bench.port.deliver([0xf0, 1, 0xf8, 2, 0xf7]);
    assert.deepEqual(bench.take(), [
      ['data', 0, 'f8'],
      ['long', 0, 'f0 01 02 f7'],
    ]);
  });

  it('broken by another status byte comes as MIM_LONGERROR with what came before', () => {
    const bench = InputBench.recording();
    bench.queue(2, 16);
    bench.port.deliver([0xf0, 1, 2, 0x90, 0x3c, 0x40, 0xf0, 3, 0xf0, 4, 0xf7]);
    assert.deepEqual(bench.take(), [
      ['long error', 0, 'f0 01 02'],
      ['data', 0, '90 3c 40'],
      ['long error', 0, 'f0 03'],
    ]);
    bench.queue(1, 16);
    assert.deepEqual(bench.take(), [['long', 0, 'f0 04 f7']]);
  });

  it('whose beginning was missed comes as MIM_LONGERROR', () => {
    const bench = InputBench.recording();
    bench.queue(2, 16);
    bench.port.deliver([1, 2, 0xf7, 3, 0xf0, 4, 0xf7]);
    assert.deepEqual(bench.take(), [
      ['long error', 0, '01 02 f7'],
      ['long error', 0, '03'],
    ]);
  });

  it('goes past a buffer whose memory the client has freed', () => {
    const bench = InputBench.recording();
    const [freed] = bench.queue(2, 16);
    freed!.free();
    bench.port.deliver([0xf0, 1, 0xf7]);
    assert.deepEqual(bench.take(), [['long', 0, 'f0 01 f7']]);
  });
});

describe('MIDM_ADDBUFFER', () => {
  it('clears DONE, sets INQUEUE', () => {
    const bench = InputBench.recording();
    const buffer = bench.preparedBuffer([1, 2, 3]);
    buffer.header.dwFlags = MHDR_PREPARED | MHDR_DONE;
    assert.equal(bench.send(MIDM_ADDBUFFER, buffer.address, MIDIHDR_SIZE), MMSYSERR_NOERROR);
    assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
  });

  it('refuses what is not prepared, queued already, or no buffer', () => {
    const bench = InputBench.recording();
    const buffer = bench.preparedBuffer([1, 2, 3]);
    const add = (size = MIDIHDR_SIZE) => bench.send(MIDM_ADDBUFFER, buffer.address, size);
    assert.equal(add(MIDIHDR_SIZE - 1), MMSYSERR_INVALPARAM);
    buffer.header.dwFlags = 0;
    assert.equal(add(), MIDIERR_UNPREPARED);
    buffer.header.dwFlags = MHDR_PREPARED;
    buffer.header.dwBufferLength = 0;
    assert.equal(add(), MMSYSERR_INVALPARAM);
    buffer.header.dwBufferLength = 4;
    assert.equal(add(), MMSYSERR_INVALPARAM, 'the data is 3 bytes long');
    buffer.header.dwBufferLength = 3;
    assert.equal(add(), MMSYSERR_NOERROR);
    assert.equal(add(), MIDIERR_STILLPLAYING);
  });
});

describe('MIDM_START, MIDM_STOP, MIDM_RESET, MIDM_CLOSE', () => {
  it('a second start does nothing; a start after a stop sets time to zero', () => {
    const bench = InputBench.recording();
    bench.clock.advance(100);
    assert.equal(bench.send(MIDM_START), MMSYSERR_NOERROR);
    bench.port.deliver([0xf8]);
    bench.send(MIDM_STOP);
    assert.equal(bench.send(MIDM_STOP), MMSYSERR_NOERROR);
    bench.clock.advance(100);
    bench.send(MIDM_START);
    bench.clock.advance(5);
    bench.port.deliver([0xf8]);
    assert.deepEqual(bench.take(), [
      ['data', 100, 'f8'],
      ['data', 5, 'f8'],
    ]);
    assert.deepEqual(bench.port.inputCalls, ['open', 'start', 'stop', 'start']);
  });

  it('nothing is received before start or after stop', () => {
    const bench = InputBench.opened();
    bench.port.deliver([0x90, 1, 2]);
    bench.send(MIDM_START);
    bench.send(MIDM_STOP);
    bench.port.deliver([0x90, 1, 2]);
    assert.deepEqual(bench.take(), []);
  });

  it('stop returns a partly filled buffer as if it were full, keeps the empty ones, and remembers where it was', () => {
    const bench = InputBench.recording();
    const [first, second] = bench.queue(2, 16);
    bench.port.deliver([0xf0, 1]);
    bench.send(MIDM_STOP);
    assert.deepEqual(bench.take(), [['long', 0, 'f0 01']]);
    assert.equal(first!.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
    assert.equal(second!.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
    bench.send(MIDM_START);
    bench.port.deliver([2, 0xf7, 0x90, 0x3c]);
    bench.send(MIDM_STOP);
    bench.send(MIDM_START);
    bench.port.deliver([0x40]);
    assert.deepEqual(bench.take(), [
      ['long', 0, '02 f7'],
      ['data', 0, '90 3c 40'],
    ]);
  });

  it('reset returns all buffers in order, the partly filled one with its bytes, and forgets where it was', () => {
    const bench = InputBench.recording();
    const buffers = bench.queue(3, 16);
    bench.port.deliver([0xf0, 1]);
    bench.clock.advance(20);
    assert.equal(bench.reset(), MMSYSERR_NOERROR);
    assert.deepEqual(
      bench.calledBack(MIM_LONGDATA),
      buffers.map(({ address }) => address),
    );
    assert.deepEqual(bench.take(), [
      ['long', 20, 'f0 01'],
      ['long', 20, ''],
      ['long', 20, ''],
    ]);
    for (const { header } of buffers) assert.equal(header.dwFlags, MHDR_PREPARED | MHDR_DONE);
    bench.send(MIDM_START);
    bench.queue(1, 16);
    bench.port.deliver([2, 0xf7]);
    assert.deepEqual(bench.take(), [['long error', 0, '02 f7']]);
  });

  it('close is refused while a buffer is queued; it stops, and says MIM_CLOSE last', () => {
    const bench = InputBench.recording();
    bench.queue(1, 16);
    assert.equal(bench.send(MIDM_CLOSE), MIDIERR_STILLPLAYING);
    bench.reset();
    bench.send(MIDM_START);
    assert.equal(bench.send(MIDM_CLOSE), MMSYSERR_NOERROR);
    assert.deepEqual(bench.port.inputCalls, ['open', 'start', 'stop', 'start', 'stop', 'close']);
    assert.deepEqual(
      bench.callbacks.map(({ dwMsg }) => dwMsg),
      [MIM_OPEN, MIM_LONGDATA, MIM_CLOSE],
    );
    assert.deepEqual(bench.strayCallbacks, []);
  });
});

describe('a device that is gone', () => {
  it('gives its buffers back at once, says NODRIVER to what needs it, and can be closed', () => {
    const bench = InputBench.recording();
    const [first, spare] = bench.queue(2, 16);
    bench.port.deliver([0xf0, 1]);
    bench.clock.advance(7);
    bench.port.receiver.gone();
    assert.deepEqual(bench.take(), [
      ['long', 7, 'f0 01'],
      ['long', 7, ''],
    ]);
    assert.equal(bench.send(MIDM_STOP), MMSYSERR_NODRIVER);
    assert.equal(bench.send(MIDM_START), MMSYSERR_NODRIVER);
    assert.equal(bench.add(first!), MMSYSERR_NODRIVER);
    assert.equal(bench.reset(), MMSYSERR_NODRIVER);
    assert.equal(spare!.header.dwFlags, MHDR_PREPARED | MHDR_DONE);
    assert.deepEqual(bench.take(), []);
    assert.equal(bench.send(MIDM_CLOSE), MMSYSERR_NOERROR);
    assert.equal(bench.calledBack(MIM_DATA).length, 0);
  });

  it('hands over first what came in before and waits for a buffer', async () => {
    const bench = InputBench.recording();
    const [buffer] = bench.queue(1, 4);
    bench.port.deliver([0xf0, 1, 2, 3, 4, 0xf7, 0x90, 0x3c, 0x40]);
    bench.port.receiver.gone();
    assert.deepEqual(bench.take(), [['long', 0, 'f0 01 02 03']]);
    assert.equal(bench.add(buffer!), MMSYSERR_NOERROR);
    assert.deepEqual(bench.take(), [
      ['long', 0, '04 f7'],
      ['data', 0, '90 3c 40'],
    ]);
    await settlePromises();
    assert.equal(bench.add(buffer!), MMSYSERR_NODRIVER);
  });
});
