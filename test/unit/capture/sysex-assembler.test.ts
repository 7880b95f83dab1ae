/** The same messages come out, however the bytes are cut into buffers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SysexAssembler } from '../../../src/capture/sysex-assembler.js';
import { hex } from '../../support/input-client.js';

type Made = readonly [kind: string, bytes: string, timeMs: number];

class Log {
  readonly made: Made[] = [];
  readonly assembler = new SysexAssembler(this);

  onSysex(payload: Uint8Array, timeMs: number): void {
    this.made.push(['sysex', hex(payload), timeMs]);
  }
  onBrokenSysex(payload: Uint8Array, timeMs: number): void {
    this.made.push(['broken', hex(payload), timeMs]);
  }
  onShort(packed: number, timeMs: number): void {
    this.made.push(['short', packed.toString(16), timeMs]);
  }
  onInvalid(packed: number, timeMs: number): void {
    this.made.push(['invalid', packed.toString(16), timeMs]);
  }

  feed(text: string, timeMs = 0): this {
    this.assembler.feed(Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex')), timeMs);
    return this;
  }
}

test('a sysex in one buffer', () => {
  assert.deepEqual(new Log().feed('f0 7e 00 f7', 5).made, [['sysex', 'f0 7e 00 f7', 5]]);
});

test('pieces are joined; the time is that of the first', () => {
  const log = new Log().feed('f0 01', 5).feed('02 03', 6);
  assert.equal(log.assembler.pendingLength, 4);
  assert.deepEqual(log.feed('f7', 7).made, [['sysex', 'f0 01 02 03 f7', 5]]);
  assert.equal(log.assembler.pendingLength, 0);
});

test('several messages in a buffer, short ones among them', () => {
  assert.deepEqual(new Log().feed('f0 01 f7 f0 f7 90 3c 40 c0 05 f6 f0 02 f7').made, [
    ['sysex', 'f0 01 f7', 0],
    ['sysex', 'f0 f7', 0],
    ['short', '403c90', 0],
    ['short', '5c0', 0],
    ['short', 'f6', 0],
    ['sysex', 'f0 02 f7', 0],
  ]);
});

test('a short message that the end of a buffer has cut', () => {
  const log = new Log().feed('90').feed('3c').feed('f8 40 f0 f7', 3);
  assert.deepEqual(log.made, [
    ['short', 'f8', 3],
    ['short', '403c90', 3],
    ['sysex', 'f0 f7', 3],
  ]);
});

test('realtime passes a sysex by', () => {
  assert.deepEqual(new Log().feed('f0 01 f8 02').feed('fe f7').made, [
    ['short', 'f8', 0],
    ['short', 'fe', 0],
    ['sysex', 'f0 01 02 f7', 0],
  ]);
});

test('a short message breaks a sysex, and so does the next F0', () => {
  assert.deepEqual(new Log().feed('f0 01 90 3c 40 f0 02 f0 03 f7').made, [
    ['broken', 'f0 01', 0],
    ['short', '403c90', 0],
    ['broken', 'f0 02', 0],
    ['sysex', 'f0 03 f7', 0],
  ]);
});

test('F7 alone, data without F0, undefined status bytes', () => {
  assert.deepEqual(new Log().feed('f7').made, [['broken', 'f7', 0]]);
  assert.deepEqual(new Log().feed('01 02').feed('03 f7 f0 f7').made, [
    ['broken', '01 02 03 f7', 0],
    ['sysex', 'f0 f7', 0],
  ]);
  assert.deepEqual(new Log().feed('f0 01 f4 02 f7').made, [
    ['broken', 'f0 01', 0],
    ['invalid', 'f4', 0],
    ['broken', '02 f7', 0],
  ]);
});

test('a short message that something else breaks off is told, byte for byte', () => {
  assert.deepEqual(new Log().feed('90 3c').feed('f0 01 f7 b0 f7 f5', 3).made, [
    ['invalid', '3c90', 3],
    ['sysex', 'f0 01 f7', 3],
    ['invalid', 'b0', 3],
    ['broken', 'f7', 3],
    ['invalid', 'f5', 3],
  ]);
});

test('a break from outside ends what is under way, once', () => {
  const log = new Log().feed('f0 01');
  log.assembler.break();
  log.assembler.break();
  assert.deepEqual(log.made, [['broken', 'f0 01', 0]]);
  log.feed('90 3c');
  assert.equal(log.assembler.isBetweenMessages, false);
  log.assembler.break();
  assert.equal(log.assembler.isBetweenMessages, true);
  assert.deepEqual(log.feed('40 f7').made.slice(1), [
    ['invalid', '3c90', 0],
    ['broken', '40 f7', 0],
  ]);
});

test('300,000 bytes in buffers of any size', () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index & 0x7f);
  bytes[0] = 0xf0;
  bytes[bytes.length - 1] = 0xf7;
  for (const size of [16, 1000, 4096, 65_535, 300_000]) {
    const received: Uint8Array[] = [];
    const assembler = new SysexAssembler({
      onSysex: (payload) => received.push(payload),
      onBrokenSysex: () => assert.fail('broken'),
      onShort: () => assert.fail('short'),
      onInvalid: () => assert.fail('invalid'),
    });
    for (let at = 0; at < bytes.length; at += size)
      assembler.feed(bytes.subarray(at, at + size), 0);
    assert.equal(received.length, 1);
    assert.deepEqual(received[0], bytes);
  }
});

test('a payload is the receiver’s own: neither the buffer nor the next message changes it', () => {
  const received: Uint8Array[] = [];
  const ignore = () => {};
  const assembler = new SysexAssembler({
    onSysex: (payload) => received.push(payload),
    onBrokenSysex: ignore,
    onShort: ignore,
    onInvalid: ignore,
  });
  const buffer = Uint8Array.from([0xf0, 1, 2, 0xf7]);
  assembler.feed(buffer, 0);
  buffer.fill(0);
  assembler.feed(Uint8Array.from([0xf0, 9, 9, 0xf7]), 0);
  assert.equal(hex(received[0]!), 'f0 01 02 f7');
  assert.equal(received[0]!.buffer.byteLength, 4);
});

const dataByte = fc.integer({ min: 0, max: 0x7f });
const sysex = fc.array(dataByte, { maxLength: 40 }).map((data) => [0xf0, ...data, 0xf7]);
const short = fc.tuple(fc.integer({ min: 0x80, max: 0xbf }), dataByte, dataByte);
const realtime = fc.integer({ min: 0xf8, max: 0xff }).map((status) => [status]);
const anything = fc.array(fc.integer({ min: 0, max: 0xff }), { maxLength: 12 });
const stream = fc
  .array(fc.oneof(sysex, short, realtime, anything), { maxLength: 30 })
  .map((messages) => messages.flat());

test('property: random streams, cut at random, give the same messages', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 9 })), (bytes, cuts) => {
      const whole = new Log().feed(hex(bytes));
      whole.assembler.break();
      const cut = new Log();
      let at = 0;
      for (const length of cuts) {
        cut.assembler.feed(Uint8Array.from(bytes.slice(at, at + length)), 0);
        at += length;
      }
      cut.assembler.feed(Uint8Array.from(bytes.slice(at)), 0);
      cut.assembler.break();
      assert.deepEqual(cut.made, whole.made);
    }),
    { numRuns: 500 },
  );
});

test('property: every byte comes out again, in a message or as none', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      let count = 0;
      const add = (packed: number) => {
        // A broken-off message says how many bytes it has by its status byte and those after it.
        for (let rest = packed; rest > 0; rest >>>= 8) count++;
      };
      const assembler = new SysexAssembler({
        onSysex: (payload) => (count += payload.length),
        onBrokenSysex: (payload) => (count += payload.length),
        onShort: add,
        onInvalid: add,
      });
      // Without data bytes of zero, which a packed message cannot tell from none.
      const sent = Uint8Array.from(bytes, (byte) => byte || 1);
      assembler.feed(sent, 0);
      assembler.break();
      assert.equal(count, sent.length);
    }),
    { numRuns: 500 },
  );
});

test('property: sysex with realtime strewn in come out as they went in', () => {
  const strewn = fc.array(fc.tuple(sysex, fc.nat(), fc.boolean()), { maxLength: 10 });
  fc.assert(
    fc.property(strewn, (messages) => {
      const log = new Log();
      for (const [bytes, at, isStrewn] of messages) {
        const split = 1 + (at % (bytes.length - 1));
        log.feed(
          hex([...bytes.slice(0, split), ...(isStrewn ? [0xf8] : []), ...bytes.slice(split)]),
        );
      }
      const made = log.made.filter(([kind]) => kind === 'sysex').map(([, bytes]) => bytes);
      assert.deepEqual(
        made,
        messages.map(([bytes]) => hex(bytes)),
      );
      assert.equal(
        log.made.length - made.length,
        messages.filter(([, , isStrewn]) => isStrewn).length,
      );
    }),
    { numRuns: 300 },
  );
});
