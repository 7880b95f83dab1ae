/** The same messages come out, however the bytes are cut into buffers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventKind } from '../../../src/midi/event-batch.js';
import { hex } from '../../support/input-client.js';
import { IntakeLog } from '../../support/intake-log.js';

test('a sysex in one buffer', () => {
  assert.deepEqual(new IntakeLog().feed('f0 7e 00 f7', 5).made, [['sysex', 'f0 7e 00 f7', 5]]);
});

test('pieces are joined; the time is that of the first', () => {
  const log = new IntakeLog().feed('f0 01', 5).feed('02 03', 6);
  assert.equal(log.intake.isInSysex, true);
  assert.deepEqual(log.feed('f7', 7).made, [['sysex', 'f0 01 02 03 f7', 5]]);
  assert.equal(log.intake.isInSysex, false);
});

test('several messages in a buffer, short ones among them', () => {
  assert.deepEqual(new IntakeLog().feed('f0 01 f7 f0 f7 90 3c 40 c0 05 f6 f0 02 f7').made, [
    ['sysex', 'f0 01 f7', 0],
    ['sysex', 'f0 f7', 0],
    ['short', '90 3c 40', 0],
    ['short', 'c0 05', 0],
    ['short', 'f6', 0],
    ['sysex', 'f0 02 f7', 0],
  ]);
});

test('a short message that the end of a buffer has cut', () => {
  const log = new IntakeLog().feed('90').feed('3c').feed('f8 40 f0 f7', 3);
  assert.deepEqual(log.made, [
    ['short', 'f8', 3],
    ['short', '90 3c 40', 3],
    ['sysex', 'f0 f7', 3],
  ]);
});

test('realtime passes a sysex by', () => {
  assert.deepEqual(new IntakeLog().feed('f0 01 f8 02').feed('fe f7').made, [
    ['short', 'f8', 0],
    ['short', 'fe', 0],
    ['sysex', 'f0 01 02 f7', 0],
  ]);
});

test('a short message breaks a sysex, and so does the next F0', () => {
  assert.deepEqual(new IntakeLog().feed('f0 01 90 3c 40 f0 02 f0 03 f7').made, [
    ['broken', 'f0 01', 0],
    ['short', '90 3c 40', 0],
    ['broken', 'f0 02', 0],
    ['sysex', 'f0 03 f7', 0],
  ]);
});

test('F7 alone, data without F0, undefined status bytes', () => {
  assert.deepEqual(new IntakeLog().feed('f7').made, [['broken', 'f7', 0]]);
  assert.deepEqual(new IntakeLog().feed('01 02').feed('03 f7 f0 f7').made, [
    ['broken', '01 02 03 f7', 0],
    ['sysex', 'f0 f7', 0],
  ]);
  assert.deepEqual(new IntakeLog().feed('f0 01 f4 02 f7').made, [
    ['broken', 'f0 01', 0],
    ['invalid', 'f4 00 00', 0],
    ['broken', '02 f7', 0],
  ]);
});

test('a short message that something else breaks off is told, byte for byte', () => {
  assert.deepEqual(new IntakeLog().feed('90 3c').feed('f0 01 f7 b0 f7 f5', 3).made, [
    ['invalid', '90 3c 00', 3],
    ['sysex', 'f0 01 f7', 3],
    ['invalid', 'b0 00 00', 3],
    ['broken', 'f7', 3],
    ['invalid', 'f5 00 00', 3],
  ]);
});

test('a break from outside ends what is under way, once', () => {
  const log = new IntakeLog().feed('f0 01');
  log.intake.finish();
  log.intake.finish();
  assert.deepEqual(log.made, [['broken', 'f0 01', 0]]);
  log.feed('90 3c');
  log.intake.finish();
  assert.deepEqual(log.feed('40 f7').made.slice(1), [
    ['invalid', '90 3c 00', 0],
    ['broken', '40 f7', 0],
  ]);
  assert.equal(log.count('incomplete-sysex'), 2);
});

test('a short message beside the buffers breaks off what is in them; realtime does not', () => {
  const log = new IntakeLog().feed('f0 01', 5);
  log.intake.takeShort(0xfe, 6, 6);
  log.feed('02', 7);
  log.intake.takeShort(0x403c90, 8, 8);
  log.feed('90 3c', 9);
  log.intake.takeShort(0x05c0, 10, 10);
  assert.deepEqual(log.made, [
    ['short', 'fe', 6],
    ['broken', 'f0 01 02', 6],
    ['short', '90 3c 40', 8],
    ['invalid', '90 3c 00', 9],
    ['short', 'c0 05', 10],
  ]);
});

test('300,000 bytes in buffers of any size', () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index & 0x7f);
  bytes[0] = 0xf0;
  bytes[bytes.length - 1] = 0xf7;
  for (const size of [16, 1000, 4096, 65_535, 300_000]) {
    const log = new IntakeLog();
    for (let at = 0; at < bytes.length; at += size) log.feed(bytes.subarray(at, at + size));
    const { batch } = log.intake;
    assert.equal(batch.count, 1);
    assert.equal(batch.kind[0], EventKind.SYSEX);
    assert.deepEqual(batch.payload[0], bytes);
  }
});

test('a payload is the receiver’s own: neither the buffer nor the next message changes it', () => {
  const { intake } = new IntakeLog();
  const buffer = Uint8Array.from([0xf0, 1, 2, 0xf7]);
  intake.takeBytes(buffer, 0, 0);
  buffer.fill(0);
  intake.takeBytes(Uint8Array.from([0xf0, 9, 9, 0xf7]), 0, 0);
  const payload = intake.batch.payload[0]!;
  assert.equal(hex(payload), 'f0 01 02 f7');
  assert.equal(payload.buffer.byteLength, 4);
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
      const whole = new IntakeLog().feed(hex(bytes));
      whole.intake.finish();
      const cut = new IntakeLog();
      let at = 0;
      for (const length of cuts) {
        cut.feed(Uint8Array.from(bytes.slice(at, at + length)));
        at += length;
      }
      cut.feed(Uint8Array.from(bytes.slice(at)));
      cut.intake.finish();
      assert.deepEqual(cut.made, whole.made);
    }),
    { numRuns: 500 },
  );
});

test('property: every byte comes out again, in a message or as none', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      // Without data bytes of zero, which a message that is none cannot tell from none.
      const sent = Uint8Array.from(bytes, (byte) => byte || 1);
      const log = new IntakeLog().feed(sent);
      log.intake.finish();
      const made = log.made.flatMap(([kind, text]) =>
        text.split(' ').filter((byte) => kind !== 'invalid' || byte !== '00'),
      );
      assert.equal(made.length, sent.length);
    }),
    { numRuns: 500 },
  );
});

test('property: sysex with realtime strewn in come out as they went in', () => {
  const strewn = fc.array(fc.tuple(sysex, fc.nat(), fc.boolean()), { maxLength: 10 });
  fc.assert(
    fc.property(strewn, (messages) => {
      const log = new IntakeLog();
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

test('a long sysex comes in parts, each at the time of its first byte; the last says whether it is whole', () => {
  const log = new IntakeLog(3).feed('f0 01', 5).feed('02', 6).feed('03', 7).feed('04 05 f7', 8);
  assert.deepEqual(log.made, [
    ['part', 'f0 01 02', 5],
    ['part', '03', 7],
    ['sysex', '04 05 f7', 8],
  ]);
  assert.deepEqual(log.intake.counts, { shortMessages: 0, sysexMessages: 1, sysexBytes: 7 });
  log.feed('f0 01').feed('02 03').intake.finish();
  assert.deepEqual(
    log.made.slice(3).map(([kind, bytes]) => [kind, bytes]),
    [
      ['part', 'f0 01'],
      ['broken', '02 03'],
    ],
  );
});

test('parts are numbered from 0 on, anew for each message', () => {
  const { intake } = new IntakeLog(2).feed('f0 01').feed('02').feed('f7').feed('f0').feed('01 f7');
  const { batch } = intake;
  assert.deepEqual([...batch.packed.subarray(0, batch.count)], [0, 1, 0, 1]);
});

/** The messages that rows make, each where its last row stands. */
function joined(log: IntakeLog): string[] {
  let before: string[] = [];
  const messages: string[] = [];
  for (const [kind, bytes] of log.made) {
    if (kind === 'part') before.push(bytes);
    else if (kind === 'sysex' || kind === 'broken') {
      messages.push(`${kind} ${[...before, bytes].join(' ')}`);
      before = [];
    } else messages.push(`${kind} ${bytes}`);
  }
  assert.deepEqual(before, []);
  return messages;
}

test('property: in parts come the same messages as without, and no part is longer than what came at once', () => {
  const buffers = fc.array(fc.oneof(stream, sysex), { maxLength: 20 });
  fc.assert(
    fc.property(buffers, fc.integer({ min: 1, max: 8 }), (all, partBytes) => {
      const whole = new IntakeLog(Number.POSITIVE_INFINITY);
      const parted = new IntakeLog(partBytes);
      const cut = all.flatMap((bytes) => [bytes.slice(0, 3), bytes.slice(3)]);
      for (const log of [whole, parted]) {
        for (const bytes of cut) log.feed(Uint8Array.from(bytes));
        log.intake.finish();
      }
      const most = Math.max(partBytes, ...cut.map((bytes) => bytes.length));
      assert.ok(
        parted.made.every(([kind, bytes]) => kind !== 'part' || (bytes.length + 1) / 3 <= most),
      );
      assert.deepEqual(joined(parted), joined(whole));
      assert.deepEqual(parted.intake.counts, whole.intake.counts);
      assert.deepEqual(parted.entries(), whole.entries());
    }),
    { numRuns: 500 },
  );
});
