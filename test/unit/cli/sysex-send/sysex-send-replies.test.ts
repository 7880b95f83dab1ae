/** What `--wait-reply` makes of what an instrument says: waiting has an end, and a damaged reply is none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Replies } from '../../../../src/cli/sysex-send/sysex-send-replies.js';
import type { Heard } from '../../../../src/exchange/instrument-line.js';
import { InstrumentTable } from '../../../../src/sysex/instruments/table.js';

const WAIT = Uint8Array.of(0xf0, 0x7e, 0, 0x7c, 0, 0xf7);
const ACK = Uint8Array.of(0xf0, 0x7e, 0, 0x7f, 0, 0xf7);

/** Replies of an instrument that says something every half second until it is silent. */
function repliesOf(says: (count: number) => Pick<Heard, 'bytes' | 'complete'> | undefined) {
  const clock = { nowMs: 0, count: 0 };
  const ear = {
    isStopped: false,
    forget() {},
    async hear(silenceMs: number): Promise<Heard | undefined> {
      assert.ok(clock.nowMs < 200_000, 'it is waited for without an end');
      const said = says(clock.count++);
      clock.nowMs += said === undefined ? silenceMs : 500;
      return said && { ...said, timeMs: clock.nowMs, device: 0 };
    },
  };
  return { replies: new Replies(ear, 2000, new InstrumentTable([]), { tell() {} }), clock };
}

test('one that says "wait" for ever has refused after a minute', async () => {
  const { replies, clock } = repliesOf(() => ({ bytes: WAIT, complete: true }));
  await assert.rejects(replies.wantsAgain('message 1', false), { code: 'REFUSED' });
  assert.ok(clock.nowMs >= 60_000 && clock.nowMs < 62_000, `${clock.nowMs}`);
});

test('one that says "wait" and then nothing is said to have had a minute', async () => {
  const { replies } = repliesOf((count) =>
    count === 0 ? { bytes: WAIT, complete: true } : undefined,
  );
  await assert.rejects(replies.wantsAgain('message 1', false), /no reply to message 1 within 60 s/);
  const { replies: silent } = repliesOf(() => undefined);
  await assert.rejects(silent.wantsAgain('message 1', false), /no reply to message 1 within 2 s/);
});

test('a damaged reply asks for the message once more, and refuses the last one', async () => {
  const { replies } = repliesOf(() => ({ bytes: ACK, complete: false }));
  assert.equal(await replies.wantsAgain('message 1', false), true);
  await assert.rejects(replies.wantsAgain('message 1', true), /refused message 1: a damaged reply/);
  assert.deepEqual(replies.describe(), ['a damaged reply (2 times)']);
  const { replies: good } = repliesOf(() => ({ bytes: ACK, complete: true }));
  assert.equal(await good.wantsAgain('message 1', false), false);
});
