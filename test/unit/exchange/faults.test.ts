/** Dumps by handshake in both directions, and what can go wrong: NAK, busy, silence in the middle, the wrong device. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDemoDx7 } from '../../../src/embedded/drivers/demo/demo-dx7.js';
import type { DemoInstrument } from '../../../src/embedded/drivers/demo/demo-instrument.js';
import { copyInstrument, restoreCopy } from '../../../src/exchange/copy.js';
import type { FamilyEntry } from '../../../src/sysex/instruments/entry.js';
import { loadInstruments } from '../../../src/sysex/instruments/load.js';
import { InstrumentTable } from '../../../src/sysex/instruments/table.js';
import {
  type Handshaker,
  type Moods,
  rolandByHandshake,
  sampler,
} from '../../support/rack/handshakers.js';
import { RackBed } from '../../support/rack/rack-bed.js';

const LIMITS = { answerMs: 1000, silenceMs: 300, tries: 3 };

/** What an owner would write of it. */
const ROLAND: FamilyEntry = {
  maker: 'Roland',
  makerId: '41',
  instruments: [
    {
      id: 'by-handshake',
      name: 'by handshake',
      deviceNumber: { default: 0, most: 15, shownFrom: 1 },
      kinds: [
        {
          id: 'data',
          name: 'data',
          pattern: 'F0 41 0n 14 42 ( aa aa aa {[1-256]} ) ss F7',
          checksum: { rule: 'complement' },
        },
      ],
      requests: [
        {
          id: 'all',
          name: 'all',
          send: ['F0 41 0n 14 41 ( 01 00 00 00 07 68 ) ss F7'],
          answers: ['data'],
        },
      ],
      handshake: 'roland',
      sources: ['made up for a test'],
      tried: true,
    },
  ],
};

const { table } = await loadInstruments();
const rolandTable = new InstrumentTable([ROLAND]);

function bedOf(id: string, make: (moods?: Moods) => Handshaker, known: InstrumentTable) {
  const entry = known.find(id)!;
  return {
    async save(moods?: Moods) {
      const bed = new RackBed();
      const line = await bed.connect([make(moods).instrument], entry.pace);
      const options = { deviceNumber: undefined, limits: LIMITS };
      const saved = await bed.until(copyInstrument(line, entry, known, options));
      await bed.close();
      return saved;
    },
    async restore(moods: Moods = {}) {
      const { saved } = (await this.save()).value;
      const { instrument, data } = make(moods);
      const before = String(data);
      data.fill(0);
      const bed = new RackBed();
      const line = await bed.connect([instrument], entry.pace);
      const restored = await bed.until(restoreCopy(line, entry, known, saved, LIMITS));
      await bed.close();
      return {
        outcomes: restored.value.map(({ outcome }) => outcome),
        isSame: String(data) === before,
      };
    },
  };
}

for (const [id, make, known, packets] of [
  ['s1000', sampler, table, 6],
  ['by-handshake', rolandByHandshake, rolandTable, 4],
] as const) {
  const bed = bedOf(id, make, known);

  test(`${id}: each packet is acknowledged, and the last one ends it without waiting for silence`, async () => {
    const { value } = await bed.save();
    assert.equal(value.saved[0]!.messages.length, packets);
    assert.equal(value.saved[0]!.isWhole, true);
    assert.equal(value.repeats, 0);
  });

  test(`${id}: a packet that is damaged is sent once more`, async () => {
    const { value } = await bed.save({ spoilsOnce: 2 });
    assert.equal(value.saved[0]!.messages.length, packets);
    assert.deepEqual([value.saved[0]!.isWhole, value.repeats], [true, 1]);
  });

  test(`${id}: silence in the middle: what came is kept, and called incomplete`, async () => {
    const { value } = await bed.save({ silentAfter: 2 });
    assert.equal(value.saved[0]!.isWhole, false);
    assert.match(value.missing[0]!, /^(sample, patch 0|all): .*, asked \d times$/);
  });

  test(`${id}: put back packet by packet, again after NAK`, async () => {
    assert.deepEqual(await bed.restore(), { outcomes: ['same'], isSame: true });
    assert.deepEqual(await bed.restore({ refusesOnce: [1, 3] }), {
      outcomes: ['same'],
      isSame: true,
    });
  });
}

test('a sampler that says that it is busy is waited for', async () => {
  const restored = await bedOf('s1000', sampler, table).restore({ busy: 5 });
  assert.deepEqual(restored, { outcomes: ['same'], isSame: true });
});

/** A DX7 whose every message is changed on its way out. */
function changed(change: (bytes: Uint8Array) => Uint8Array): DemoInstrument {
  const dx7 = createDemoDx7();
  return { ...dx7, hear: (message, say) => dx7.hear(message, (bytes) => say(change(bytes))) };
}

async function saveDx7(instrument: DemoInstrument) {
  const bed = new RackBed();
  const entry = table.find('dx7')!;
  const line = await bed.connect([instrument], entry.pace);
  const options = { deviceNumber: undefined, limits: LIMITS };
  const { value, tookMs } = await bed.until(copyInstrument(line, entry, table, options));
  await bed.close();
  return { ...value, tookMs };
}

test('an answer from another device is not taken for the one that was asked, nor waited for twice', async () => {
  const other = changed((bytes) => bytes.map((byte, at) => (at === 2 ? byte | 1 : byte)));
  const { saved, missing, repeats } = await saveDx7(other);
  assert.deepEqual([saved.length, repeats], [0, 0]);
  assert.match(missing[0]!, /^bank: only what is no answer to it came, asked once$/);
});

test('a wrong checksum, or an end that is missing, is not whole however often it is asked for', async () => {
  for (const spoil of [
    (bytes: Uint8Array) => bytes.map((byte, at) => (at === 50 ? byte ^ 1 : byte)),
    (bytes: Uint8Array) => bytes.subarray(0, -1),
  ]) {
    const { saved, missing } = await saveDx7(changed(spoil));
    assert.equal(saved.length, 0);
    assert.match(missing[0]!, /^bank: 0 of 1 came whole, \d+ damaged, asked [56] times$/);
  }
});

test('nobody there: said after two requests, three times each', async () => {
  const { saved, missing, tookMs } = await saveDx7({ longest: 0, hear() {} });
  assert.deepEqual(saved, []);
  assert.deepEqual(missing, ['bank: no answer, asked 3 times', 'voice: no answer, asked 3 times']);
  assert.ok(tookMs < 6100, `${tookMs} ms`);
});
