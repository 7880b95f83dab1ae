/** Instruments that answer so late that they are asked again meanwhile, and answers to other questions: none is taken for another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDemoDw8000 } from '../../../src/embedded/drivers/demo/demo-dw8000.js';
import type { DemoInstrument } from '../../../src/embedded/drivers/demo/demo-instrument.js';
import { copyInstrument } from '../../../src/exchange/copy.js';
import type { FamilyEntry } from '../../../src/sysex/instruments/entry.js';
import { loadInstruments } from '../../../src/sysex/instruments/load.js';
import { InstrumentTable } from '../../../src/sysex/instruments/table.js';
import { RackBed } from '../../support/rack/rack-bed.js';

const LIMITS = { answerMs: 1000, silenceMs: 300, tries: 3 };
const { table } = await loadInstruments();

async function copyOf(id: string, known: InstrumentTable, late: (bed: RackBed) => DemoInstrument) {
  const bed = new RackBed();
  const entry = known.find(id)!;
  const line = await bed.connect([late(bed)], entry.pace);
  const options = { deviceNumber: undefined, limits: LIMITS };
  const { value } = await bed.until(copyInstrument(line, entry, known, options));
  await bed.close();
  return value;
}

/** The programs of a copy, by what is in them: the demo DW-8000 has `program * 7` in the first byte of each. */
function programsOf({ saved }: Awaited<ReturnType<typeof copyOf>>) {
  return saved
    .filter(({ filled }) => filled?.entry.id === 'program')
    .map(({ filled, messages }) => [filled!.patch, messages[0]![5]]);
}

/** @param lateMs - of each answer, counted from 0, how late it is */
function lateDw8000(lateMs: (answer: number) => number): (bed: RackBed) => DemoInstrument {
  return ({ clock }) => {
    const dw8000 = createDemoDw8000();
    let count = 0;
    return {
      ...dw8000,
      hear: (message, say) =>
        dw8000.hear(message, (bytes) => {
          const delayMs = lateMs(count++);
          if (delayMs === 0) say(bytes);
          else clock.setTimer(delayMs, () => say(bytes));
        }),
    };
  };
}

for (const [name, lateMs] of [
  ['each of them is late', () => 1400],
  ['one of them is late', (answer: number) => (answer === 5 ? 1400 : 0)],
] as const) {
  test(`no program is taken for another: ${name}`, async () => {
    const copy = await copyOf('dw8000', table, lateDw8000(lateMs));
    const programs = programsOf(copy);
    assert.equal(programs.length, 64);
    for (const [patch, first] of programs) assert.equal(first, (patch! * 7) % 32);
    assert.deepEqual(copy.missing, []);
  });
}

test('what answers only when something else is asked for is no answer to that', async () => {
  const copy = await copyOf(
    'dw8000',
    table,
    lateDw8000((answer) => (answer < 3 ? 3500 : 0)),
  );
  for (const [patch, first] of programsOf(copy)) assert.equal(first, (patch! * 7) % 32);
  assert.deepEqual(copy.missing, ['program, patch 0: no answer, asked 3 times']);
});

const NUMBERED: FamilyEntry = {
  maker: 'Nobody',
  makerId: '7D',
  instruments: [
    {
      id: 'numbered',
      name: 'numbered',
      kinds: [{ id: 'patch', name: 'patch', pattern: 'F0 7D 31 bb pp {[1]} F7' }],
      requests: [
        {
          id: 'patch',
          name: 'patch',
          send: ['F0 7D 30 bb pp F7'],
          answers: ['patch'],
          patches: { first: 0, last: 3 },
          banks: { first: 0, last: 1 },
          messages: 1,
        },
      ],
      sources: ['made up for a test'],
      tried: true,
    },
  ],
};

test('an answer that says it is of another patch is none, and the right one behind it is taken', async () => {
  const numbered: DemoInstrument = {
    longest: 100,
    hear([, , , bank = 0, patch = 0], say) {
      if (patch === 2) say(Uint8Array.of(0xf0, 0x7d, 0x31, bank, 1, 0x11, 0xf7));
      if (patch === 3) say(Uint8Array.of(0xf0, 0x7d, 0x31, 1 - bank, 3, 0x11, 0xf7));
      else say(Uint8Array.of(0xf0, 0x7d, 0x31, bank, patch, 0x22, 0xf7));
    },
  };
  const { saved, missing } = await copyOf(
    'numbered',
    new InstrumentTable([NUMBERED]),
    () => numbered,
  );
  assert.deepEqual(
    saved.map(({ filled, messages }) => [
      filled!.bank,
      filled!.patch,
      ...messages.map((one) => one[5]),
    ]),
    [
      [0, 0, 0x22],
      [0, 1, 0x22],
      [0, 2, 0x22],
      [1, 0, 0x22],
      [1, 1, 0x22],
      [1, 2, 0x22],
    ],
  );
  assert.equal(missing.length, 2);
  assert.match(missing[0]!, /^patch, bank 0, patch 3: only what is no answer to it came/);
});
