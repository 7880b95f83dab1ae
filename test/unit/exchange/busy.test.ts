/** Instruments that say that they are busy: waited for, however often they say it and however long they take then, within a limit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asked } from '../../../src/exchange/asked.js';
import { DELIVER_LIMITS, deliver } from '../../../src/exchange/deliver.js';
import { fetchDump } from '../../../src/exchange/fetch.js';
import type { Heard, InstrumentLine } from '../../../src/exchange/instrument-line.js';

const WAIT = Uint8Array.of(0xf0, 0x7e, 0, 0x7c, 0, 0xf7);
const ACK = Uint8Array.of(0xf0, 0x7e, 0, 0x7f, 0, 0xf7);
const REQUEST = Uint8Array.of(0xf0, 0x7d, 0, 0xf7);
const answer = (number: number) => Uint8Array.of(0xf0, 0x7d, 1, number, 0xf7);

type Said = readonly [afterMs: number, bytes: Uint8Array];

/** An instrument that says the same to each message, on a clock of its own. */
class Line implements InstrumentLine {
  readonly isStopped = false;
  isUnanswered = false;
  nowMs = 0;
  sent = 0;
  readonly #says: readonly Said[];
  #coming: { atMs: number; bytes: Uint8Array }[] = [];

  /** @param says - each so long after the one before */
  constructor(says: readonly Said[]) {
    this.#says = says;
  }

  async send(): Promise<void> {
    this.sent++;
    let atMs = this.nowMs;
    for (const [afterMs, bytes] of this.#says) {
      atMs += afterMs;
      this.#coming.push({ atMs, bytes });
    }
  }

  async hear(silenceMs: number): Promise<Heard | undefined> {
    const [next] = this.#coming;
    if (next === undefined || next.atMs > this.nowMs + silenceMs) {
      this.nowMs += silenceMs;
      return undefined;
    }
    this.#coming.shift();
    this.nowMs = Math.max(this.nowMs, next.atMs);
    return { bytes: next.bytes, complete: true, timeMs: this.nowMs, device: 0 };
  }

  async pause(ms: number): Promise<void> {
    this.nowMs += ms;
  }

  hasBegun = async () => false;

  forget(): void {
    this.#coming = [];
  }
}

const often = (afterMs: number, times: number) =>
  Array.from({ length: times }, (): Said => [afterMs, WAIT]);

for (const [what, says] of [
  ['a hundred times in a second', [...often(10, 100), [10, ACK]]],
  ['once, and takes twenty seconds', [...often(10, 1), [20_000, ACK]]],
] as const) {
  test(`what is sent is taken by one that is busy ${what}`, async () => {
    const line = new Line(says);
    const limits = { ...DELIVER_LIMITS, hasHandshake: true };
    const { done, repeats, refusal, isDeaf } = await deliver(line, [[REQUEST]], limits);
    assert.deepEqual([done, repeats, refusal, isDeaf, line.sent], [1, 0, undefined, false, 1]);
  });
}

test('one that is busy for ever has refused after a minute', async () => {
  const line = new Line(often(500, 10_000));
  const limits = { ...DELIVER_LIMITS, hasHandshake: true };
  const { done, refusal } = await deliver(line, [[REQUEST]], limits);
  assert.deepEqual([done, refusal], [0, WAIT]);
  assert.ok(line.nowMs >= 60_000 && line.nowMs < 62_000, `${line.nowMs}`);
});

const ASKED: Asked = {
  messages: [REQUEST],
  pauseMs: 0,
  count: 2,
  bytes: undefined,
  judge: ({ bytes }) =>
    bytes[1] === 0x7d
      ? { verdict: 'answer', key: String(bytes[3]), dataLength: 1 }
      : { verdict: 'stranger' },
};
const LIMITS = { answerMs: 1500, silenceMs: 500, tries: 3 };

test('what is asked for is waited for in the midst of an answer', async () => {
  for (const busy of [
    [
      [10, WAIT],
      [20_000, answer(2)],
    ],
    [...often(400, 100), [400, answer(2)]],
  ] as const) {
    const line = new Line([[10, answer(1)], ...busy]);
    const { outcome, answers, tries } = await fetchDump(line, ASKED, LIMITS);
    assert.deepEqual([outcome, answers.length, tries], ['complete', 2, 1]);
  }
});

test('one that is busy for ever is not waited for for ever', async () => {
  for (const before of [[], [[10, answer(1)]]] as const) {
    const line = new Line([...before, ...often(500, 10_000)]);
    const { outcome, answers } = await fetchDump(line, ASKED, LIMITS);
    assert.deepEqual(
      [outcome, answers.length],
      [before.length === 0 ? 'silent' : 'incomplete', before.length],
    );
    assert.ok(line.nowMs < 8 * 60_000, `${line.nowMs}`);
  }
});

test('one that talks about something else for ever is not listened to for ever', async () => {
  const other = Uint8Array.of(0xf0, 0x7f, 0, 6, 1, 0xf7);
  const line = new Line(Array.from({ length: 10_000 }, (): Said => [300, other]));
  const { outcome, strangers } = await fetchDump(line, ASKED, LIMITS);
  assert.deepEqual([outcome, strangers.length], ['incomplete', 200]);
  assert.ok(line.nowMs < 8 * 60_000, `${line.nowMs}`);
});

const WITH_HANDSHAKE = { ...DELIVER_LIMITS, hasHandshake: true };

test('what is never taken is sent four times, and then refused', async () => {
  const nak = Uint8Array.of(0xf0, 0x7e, 0, 0x7e, 0, 0xf7);
  const line = new Line([[10, nak]]);
  const { done, repeats, refusal } = await deliver(line, [[REQUEST], [REQUEST]], WITH_HANDSHAKE);
  assert.deepEqual([done, repeats, refusal, line.sent], [0, 3, nak, 4]);
});

test('who never replies is waited for twice, and then sent the rest without', async () => {
  const line = new Line([]);
  const steps = [[REQUEST], [REQUEST], [REQUEST]];
  const { done, unanswered, isDeaf } = await deliver(line, steps, WITH_HANDSHAKE);
  assert.deepEqual([done, unanswered, isDeaf, line.sent], [3, 0, true, 4]);
  assert.equal(line.nowMs, 2 * DELIVER_LIMITS.replyMs);
});
