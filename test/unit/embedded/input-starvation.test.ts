/** What becomes of sysex when the client has no buffer queued: waited for or dropped, never spliced, always counted. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callBackTo } from '../../../src/embedded/driver-client.js';
import { PortInput } from '../../../src/embedded/port-input.js';
import { MIDM_GETDROPPED, MIDM_GETOVERRUNS } from '../../../src/embedded/user-mode-driver.js';
import {
  MIDM_START,
  MIDM_STOP,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
} from '../../../src/winmm/constants.js';
import { CLIENT } from '../../support/driver-bench.js';
import { settlePromises } from '../../support/fake-clock.js';
import { InputBench } from '../../support/input-bench.js';

/** A sysex of `length` bytes with `fill` between F0 and F7. */
function sysexOf(length: number, fill = 1): number[] {
  return [0xf0, ...new Array<number>(length - 2).fill(fill), 0xf7];
}

describe('a starved input that waits', () => {
  it('holds sysex until there are buffers, keeping the order and the times', () => {
    const bench = InputBench.recording();
    bench.queue(1, 4);
    bench.port.deliver([0xf0, 1, 2, 3, 4]);
    bench.clock.advance(10);
    bench.port.deliver([5, 0xf7, 0x90, 0x3c, 0x40]);
    bench.clock.advance(10);
    bench.port.deliver([0xf0, 6, 0xf7, 0xf4]);
    assert.deepEqual(bench.take(), [['long', 0, 'f0 01 02 03']]);
    bench.clock.advance(100);
    bench.queue(1, 4);
    assert.deepEqual(bench.take(), [
      ['long', 10, '04 05 f7'],
      ['data', 10, '90 3c 40'],
    ]);
    bench.queue(1, 4);
    assert.deepEqual(bench.take(), [
      ['long', 20, 'f0 06 f7'],
      ['error', 20, 'f4'],
    ]);
  });

  it('tells its port when there is room again', async () => {
    const bench = InputBench.recording();
    bench.queue(1, 4);
    assert.equal(bench.port.deliver([0xf0, 1]), undefined);
    let isDrained = false;
    const drained = bench.port.deliver(sysexOf(8))?.then(() => {
      isDrained = true;
    });
    bench.queue(1, 4);
    await settlePromises();
    assert.equal(isDrained, false);
    bench.queue(2, 4);
    await drained;
    assert.equal(bench.port.deliver([0xf8]), undefined);
  });

  it('lets its port go on at midiInStop: what waited is lost, what follows is not taken for the rest', async () => {
    const bench = InputBench.recording();
    bench.queue(1, 4);
    const drained = bench.port.deliver([0xf0, 1, 2, 3, 4]);
    bench.send(MIDM_STOP);
    await drained;
    bench.queue(2, 4);
    bench.send(MIDM_START);
    bench.port.deliver([5, 0xf7, 0xf0, 6, 0xf7]);
    assert.deepEqual(bench.take(), [
      ['long', 0, 'f0 01 02 03'],
      ['long', 0, 'f0 06 f7'],
    ]);
  });

  it('drops sysex at once when the client never gave a buffer, and notes get through', () => {
    const bench = InputBench.recording();
    bench.port.deliver([...sysexOf(10), 0x90, 0x3c, 0x40]);
    assert.deepEqual(bench.take(), [['data', 0, '90 3c 40']]);
    bench.queue(1, 16);
    bench.port.deliver(sysexOf(3));
    assert.deepEqual(bench.take(), [['long', 0, 'f0 01 f7']]);
  });

  it('holds a bounded number of bytes; beyond it the message ends as broken, and later ones are whole', () => {
    const bench = InputBench.recording();
    bench.queue(1, 16);
    bench.port.deliver([0xf0, 0xf7]);
    bench.port.deliver([0xf0, ...new Array<number>(400_000).fill(1)]);
    bench.port.deliver([...new Array<number>(400_000).fill(2), 0xf7]);
    bench.port.deliver(sysexOf(3, 3));
    assert.deepEqual(bench.take(), [['long', 0, 'f0 f7']]);
    bench.queue(1, 600_000);
    const [, , broken] = bench.take()[0]!;
    assert.equal(broken.length, 400_001 * 3 - 1);
    bench.queue(1, 16);
    assert.deepEqual(bench.take(), [['long', 0, 'f0 03 f7']]);
  });
});

describe('a starved input that waits, fed by a port that waits too', () => {
  it('has room for whatever one read of 64 KiB can bring', () => {
    const bench = InputBench.recording();
    bench.queue(1, 16);
    bench.port.deliver([
      ...new Array<number>(30).fill(0xf0),
      ...new Array<number>(65_506).fill(0xf8),
    ]);
    bench.take();
    bench.queue(40, 16);
    const kinds = bench.take().map(([kind]) => kind);
    assert.equal(kinds.filter((kind) => kind === 'data').length, 65_506);
  });
});

describe('an input whose port has lost something', () => {
  it('counts it apart from what it drops itself: MIDM_GETOVERRUNS, and joins nothing over the gap', () => {
    const bench = InputBench.recording();
    const { address, bytes } = bench.memory.allocate(4);
    bench.queue(2, 8);
    bench.port.deliver([0xf0, 1, 2]);
    bench.port.receiver.lost();
    bench.port.deliver([0x90, 0x3c, 0x40]);
    assert.deepEqual(bench.take(), [
      ['long error', 0, 'f0 01 02'],
      ['data', 0, '90 3c 40'],
    ]);
    bench.send(MIDM_GETOVERRUNS, address, 4);
    assert.deepEqual([...bytes], [1, 0, 0, 0]);
    bench.send(MIDM_GETDROPPED, address, 4);
    assert.deepEqual([...bytes], [0, 0, 0, 0]);
  });
});

describe('an input that was never given a buffer', () => {
  it('counts what it loses', () => {
    const bench = InputBench.opened();
    const { clock, memory, port } = bench;
    const host = {
      resolve: () => memory.resolve(0, 0),
      driverCallback: () => true,
    };
    const input = new PortInput(host, clock, port.input, callBackTo(CLIENT, 0, host));
    input.open();
    input.start();
    port.deliver([...sysexOf(8), 0x90, 1, 2, 0xf0, 1]);
    port.deliver([2, 3, 0xf7]);
    assert.equal(input.dropped, 2);
  });

  it('tells its client how many messages it has dropped: MIDM_GETDROPPED', () => {
    const bench = InputBench.recording();
    const { address, bytes } = bench.memory.allocate(4);
    bench.port.deliver([...sysexOf(8), ...sysexOf(3)]);
    assert.equal(bench.send(MIDM_GETDROPPED, address, 4), MMSYSERR_NOERROR);
    assert.deepEqual([...bytes], [2, 0, 0, 0]);
    assert.equal(bench.send(MIDM_GETDROPPED, address, 3), MMSYSERR_INVALPARAM);
    assert.equal(bench.send(MIDM_GETDROPPED, 0, 4), MMSYSERR_INVALPARAM);
  });
});
