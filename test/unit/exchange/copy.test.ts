/** A copy that is broken off, or put back and broken off: what came is kept and not called whole, what was not sent not sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyInstrument, restoreCopy } from '../../../src/exchange/copy.js';
import { describeMissing, fetchInTurn } from '../../../src/exchange/fetch-in-turn.js';
import type { Heard, InstrumentLine } from '../../../src/exchange/instrument-line.js';
import type { FamilyEntry } from '../../../src/sysex/instruments/entry.js';
import { fillRequests } from '../../../src/sysex/instruments/request.js';
import { InstrumentTable } from '../../../src/sysex/instruments/table.js';

const FAMILY: FamilyEntry = {
  maker: 'Nobody',
  makerId: '7D',
  instruments: [
    {
      id: 'two-parts',
      name: 'two parts',
      kinds: [{ id: 'part', name: 'part', pattern: 'F0 7D 10 pp F7' }],
      requests: [{ id: 'all', name: 'all', send: ['F0 7D 11 F7'], answers: ['part'], messages: 2 }],
      sources: ['made up for a test'],
      tried: true,
    },
  ],
};

/** Voices without a place in a memory: all go to the edit buffer, which alone can be asked for. */
const EDIT_BUFFER: FamilyEntry = {
  maker: 'Nobody',
  makerId: '7D',
  instruments: [
    {
      id: 'no-memory',
      name: 'no memory',
      kinds: [{ id: 'voice', name: 'voice', pattern: 'F0 7D 20 {[1]} F7' }],
      requests: [
        { id: 'buffer', name: 'buffer', send: ['F0 7D 21 F7'], answers: ['voice'], messages: 1 },
      ],
      sources: ['made up for a test'],
      tried: true,
    },
  ],
};

test('of voices that go to one edit buffer each is compared before the next one overwrites it', async () => {
  const table = new InstrumentTable([EDIT_BUFFER]);
  const instrument = table.find('no-memory')!;
  const line = new StoppedLine(0);
  const log: string[] = [];
  let buffer: Uint8Array = Uint8Array.of();
  let answer: Uint8Array | undefined;
  line.send = async (message: Uint8Array) => {
    const isRequest = message[2] === 0x21;
    log.push(isRequest ? 'ask' : `voice ${message[3]}`);
    if (isRequest) answer = buffer;
    else buffer = message;
  };
  line.hear = async () => {
    const bytes = answer;
    answer = undefined;
    return bytes && { bytes, complete: true, timeMs: 0, device: 0 };
  };
  const saved = [1, 2, 3].map((voice) => ({
    filled: fillRequests(instrument, { what: 'buffer' })[0],
    messages: [Uint8Array.of(0xf0, 0x7d, 0x20, voice, 0xf7)],
    isWhole: true,
  }));
  const limits = { answerMs: 1, silenceMs: 1, tries: 1 };
  const restored = await restoreCopy(line, instrument, table, saved, limits);
  assert.deepEqual(
    restored.map(({ outcome }) => outcome),
    ['same', 'same', 'same'],
  );
  assert.deepEqual(log, ['voice 1', 'ask', 'voice 2', 'ask', 'voice 3', 'ask']);
});

/** An instrument with an edit buffer that does not take the first voices that it is sent. */
function forgetful(ignored: number, answers = (buffer: Uint8Array) => buffer) {
  const line = new StoppedLine(0);
  let buffer = Uint8Array.of(0xf0, 0x7d, 0x20, 99, 0xf7);
  let sent = 0;
  let answer: Uint8Array | undefined;
  line.send = async (message) => {
    if (message[2] === 0x21) answer = answers(buffer);
    else if (++sent > ignored) buffer = Uint8Array.from(message);
  };
  line.hear = async () => {
    const bytes = answer;
    answer = undefined;
    return bytes && { bytes, complete: true, timeMs: 0, device: 0 };
  };
  return line;
}

for (const [ignored, outcome] of [
  [0, 'same'],
  [2, 'same'],
  [3, 'different'],
] as const) {
  test(`what is not taken ${ignored} times is sent again, twice at most: ${outcome}`, async () => {
    const table = new InstrumentTable([EDIT_BUFFER]);
    const instrument = table.find('no-memory')!;
    const [filled] = fillRequests(instrument, { what: 'buffer' });
    const messages = [Uint8Array.of(0xf0, 0x7d, 0x20, 1, 0xf7)];
    const limits = { answerMs: 1, silenceMs: 1, tries: 1 };
    const saved = [{ filled, messages, isWhole: true }];
    const restored = await restoreCopy(forgetful(ignored), instrument, table, saved, limits);
    assert.deepEqual(
      restored.map((each) => each.outcome),
      [outcome],
    );
  });
}

test('a dump that is another one the second time is kept, named, and not called whole', async () => {
  const table = new InstrumentTable([EDIT_BUFFER]);
  let voice = 0;
  const line = forgetful(0, () => Uint8Array.of(0xf0, 0x7d, 0x20, voice++, 0xf7));
  const { saved, missing } = await copyInstrument(line, table.find('no-memory')!, table, {
    deviceNumber: undefined,
    limits: { answerMs: 1, silenceMs: 1, tries: 1 },
    verify: true,
  });
  assert.deepEqual(
    saved.map(({ isWhole }) => isWhole),
    [false],
  );
  assert.deepEqual(missing, ['buffer: another dump the second time']);
});

test('where three in a row have no answer the others of their kind are not asked for', async () => {
  const table = new InstrumentTable([EDIT_BUFFER]);
  const instrument = table.find('no-memory')!;
  const [filled] = fillRequests(instrument, { what: 'buffer' });
  const line = new StoppedLine(0);
  let asked = 0;
  line.send = async () => {
    asked++;
  };
  line.hear = async () => undefined;
  const requests = Array.from({ length: 8 }, (_, patch) => ({ ...filled!, patch }));
  const limits = { answerMs: 1, silenceMs: 1, tries: 2 };
  const missing: (string | undefined)[] = [];
  for await (const turn of fetchInTurn(line, instrument, table, requests, limits)) {
    missing.push(describeMissing(turn));
  }
  assert.equal(asked, 6);
  assert.deepEqual(missing.slice(2, 4), [
    'buffer, patch 2: no answer, asked 2 times',
    'buffer, patch 3: not asked for, as nothing answered before',
  ]);
  assert.equal(missing.length, 8);
});

/** Stopped by whoever listens, after so many of the messages. */
class StoppedLine implements InstrumentLine {
  isStopped = false;
  isUnanswered = false;
  readonly #messages: Uint8Array[];

  constructor(count: number) {
    this.#messages = Array.from({ length: count }, (_, index) =>
      Uint8Array.of(0xf0, 0x7d, 0x10, index, 0xf7),
    );
  }

  async hear(): Promise<Heard | undefined> {
    const bytes = this.#messages.shift();
    if (bytes === undefined) this.isStopped = true;
    return bytes && { bytes, complete: true, timeMs: 0, device: 0 };
  }

  async send(_message: Uint8Array): Promise<void> {}
  async pause(): Promise<void> {}
  hasBegun = async () => false;
  forget(): void {}
}

for (const [came, isWhole] of [
  [1, false],
  [2, true],
] as const) {
  test(`${came} of 2 messages: ${isWhole ? 'whole' : 'not whole'}`, async () => {
    const table = new InstrumentTable([FAMILY]);
    const { saved } = await copyInstrument(new StoppedLine(came), table.find('two-parts')!, table, {
      deviceNumber: undefined,
      limits: { answerMs: 1, silenceMs: 1, tries: 1 },
    });
    assert.deepEqual(
      saved.map(({ messages, isWhole: whole }) => [messages.length, whole]),
      [[came, isWhole]],
    );
  });
}

for (const [stopsAfter, refuses, outcomes] of [
  [9, false, ['sent', 'sent', 'sent']],
  [2, false, ['sent', 'sent']],
  [9, true, ['refused']],
] as const) {
  test(`of what cannot be asked for, ${stopsAfter} sent${refuses ? ' and refused' : ''}: ${outcomes.join()}`, async () => {
    const table = new InstrumentTable([FAMILY]);
    const instrument = { ...table.find('two-parts')!, handshake: 'sample-dump' as const };
    const line = new StoppedLine(0);
    let sent = 0;
    line.send = async () => {
      sent++;
      line.isStopped = sent >= stopsAfter;
    };
    const reply = Uint8Array.of(0xf0, 0x7e, 0, refuses ? 0x7d : 0x7f, 0, 0xf7);
    line.hear = async () => ({ bytes: reply, complete: true, timeMs: 0, device: 0 });
    if (!refuses) instrument.handshake = undefined as never;
    const saved = [1, 2, 3].map((part) => ({
      filled: undefined,
      messages: [Uint8Array.of(0xf0, 0x7d, 0x10, part, 0xf7)],
      isWhole: true,
    }));
    const limits = { answerMs: 1, silenceMs: 1, tries: 1 };
    const restored = await restoreCopy(line, instrument, table, saved, limits);
    assert.deepEqual(
      restored.map(({ outcome }) => outcome),
      outcomes,
    );
  });
}
