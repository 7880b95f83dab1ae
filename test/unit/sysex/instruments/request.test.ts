import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MidirecError } from '../../../../src/midi/errors.js';
import { formatHex } from '../../../../src/midi/hex.js';
import { loadInstruments } from '../../../../src/sysex/instruments/load.js';
import {
  fillRequests,
  panelSettings,
  type Wanted,
  worthAsking,
} from '../../../../src/sysex/instruments/request.js';

const { table } = await loadInstruments();

function hexOf(name: string, wanted: Wanted): string[] {
  return fillRequests(table.find(name)!, wanted).flatMap(({ messages }) =>
    messages.map((bytes) => formatHex(bytes).toUpperCase()),
  );
}

function refusal(name: string, wanted: Wanted): string {
  try {
    fillRequests(table.find(name)!, wanted);
  } catch (error) {
    assert.ok(error instanceof MidirecError && error.exitCode === 2);
    return `${error.message}; ${error.hint}`;
  }
  return assert.fail('should be refused');
}

test('as the manual of the DX7 has it: F0 43 2n 09 F7', () => {
  assert.deepEqual(hexOf('dx7', {}), ['F0 43 20 09 F7']);
  assert.deepEqual(hexOf('dx7', { what: 'voice', deviceNumber: 3 }), ['F0 43 22 00 F7']);
});

test("with the checksum of Roland's RQ1: what it covers sums to 0 with it", () => {
  // As the README has it for the MT-32's timbres, F0 41 10 16 11 08 00 00 01 00 00 77 F7.
  assert.deepEqual(hexOf('mt32', { what: 'timbres' }), ['F0 41 10 16 11 08 00 00 01 00 00 77 F7']);
});

test('patch and bank stand where the message has them', () => {
  assert.deepEqual(hexOf('prophet08', { patch: 5, bank: 1 }), ['F0 01 23 05 01 05 F7']);
});

test('whoever gets no answer looks at the panel, and at the device number that was asked', () => {
  assert.deepEqual(
    panelSettings(table.find('dx7')!, 2).at(-1),
    'FUNCTION 8: MIDI CH 3 (another: --device-number)',
  );
  assert.match(panelSettings(table.find('jv1080')!).at(-1)!, /^device number 17 /);
  assert.deepEqual(panelSettings(table.find('prophet08')!), table.find('prophet08')!.panel);
});

test('without a patch all of them are asked for, in all banks if no bank is said', () => {
  assert.deepEqual(hexOf('prophet08', { what: 'program', patch: 5 }), [
    'F0 01 23 05 00 05 F7',
    'F0 01 23 05 01 05 F7',
  ]);
  const programs = hexOf('dw8000', { what: 'program' });
  assert.deepEqual([programs.length, ...programs.slice(126)], [128, 'C0 3F', 'F0 42 30 03 10 F7']);
});

test('worth asking for is not one by one what comes in one piece as well', () => {
  const ids = (name: string) => worthAsking(table.find(name)!).map(({ id }) => id);
  assert.deepEqual(ids('k4'), ['all', 'singles', 'multis']);
  assert.deepEqual(ids('prophet08'), ['program', 'edit-buffer']);
  assert.deepEqual(ids('matrix-1000'), ['patches', 'edit-buffer', 'master']);
  assert.deepEqual(ids('virus'), ['bank', 'edit-buffer', 'multis']);
  assert.deepEqual(ids('wavestation'), ['patches', 'performances']);
});

test('what cannot be asked for is refused with what can', () => {
  assert.match(
    refusal('dx7', { what: 'drums' }),
    /cannot be asked for 'drums'; available: bank, voice/,
  );
  assert.match(refusal('dx7', { patch: 3 }), /has no --patch; omit --patch/);
  assert.match(
    refusal('dw8000', { bank: 3 }),
    /^'edit-buffer' of DW-8000, asked for without --what, has no --bank; omit --bank/,
  );
  assert.match(
    refusal('dw8000', { what: 'edit-buffer', patch: 3 }),
    /of DW-8000 has no --patch; .*: --what program$/,
  );
  assert.match(
    refusal('dx7', { deviceNumber: 17 }),
    /17 is not a device number of DX7; it is 1 to 16/,
  );
  assert.match(refusal('prophet08', { patch: 128, bank: 0 }), /it is 0 to 127/);
  assert.match(refusal('prophet08', { deviceNumber: 1 }), /carry no device number/);
});

test('every request of the table can be filled, with the lowest and the highest numbers', () => {
  for (const instrument of table.instruments) {
    for (const { id, patches, banks } of instrument.requests) {
      for (const end of ['first', 'last'] as const) {
        const [{ messages } = assert.fail()] = fillRequests(instrument, {
          what: id,
          ...(patches && { patch: patches[end] }),
          ...(banks && { bank: banks[end] }),
        });
        for (const bytes of messages) {
          assert.ok(
            bytes[0] === 0xf0 ? bytes.at(-1) === 0xf7 : bytes[0]! >> 4 === 0xc,
            instrument.id,
          );
        }
      }
    }
  }
});
