/** A copy that is broken off, or put back and broken off: what came is kept and not called whole, what was not sent not sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyInstrument, restoreCopy } from '../../../src/exchange/copy.js';
import type { Heard, InstrumentLine } from '../../../src/exchange/instrument-line.js';
import type { FamilyEntry } from '../../../src/sysex/instruments/entry.js';
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

  async send(): Promise<void> {}
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
