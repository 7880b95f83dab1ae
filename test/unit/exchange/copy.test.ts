/** A copy that is broken off, or put back and broken off: what came is kept and not called whole, what was not sent not sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyInstrument, restoreCopy } from '../../../src/exchange/copy.js';
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

/** Stopped by whoever listens, after so many of the messages. */
class StoppedLine implements InstrumentLine {
  isStopped = false;
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
