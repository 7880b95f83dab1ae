/** The structures of mmsystem.h lie in memory as 64-bit Windows has them, packed to one byte. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  MAXPNAMELEN,
  MIDIHDR_OFFSETS,
  MIDIHDR_SIZE,
  MIDIINCAPSW,
  MIDIOUTCAPSW,
  MidiHdr,
  type MidiOutCaps,
  readAddress,
  writeAddress,
} from '../../../src/winmm/structures.js';

const SYNTH: MidiOutCaps = {
  wMid: 0x1234,
  wPid: 0x5678,
  vDriverVersion: 0x0102,
  szPname: 'Gerät α',
  dwSupport: 0x8000_0001,
  wTechnology: 7,
  wVoices: 32,
  wNotes: 0xabcd,
  wChannelMask: 0xffff,
};

const SZPNAME_OFFSET = 8;

/** The bytes of a name that fills szPname and has no zero at its end. */
function withEndlessName(size: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(0xff);
  for (let unit = 0; unit < MAXPNAMELEN; unit++) {
    bytes[SZPNAME_OFFSET + unit * 2] = 0x61;
    bytes[SZPNAME_OFFSET + unit * 2 + 1] = 0;
  }
  return bytes;
}

describe('sizes and offsets', () => {
  test('MIDIHDR is 112 bytes', () => {
    assert.equal(MIDIHDR_SIZE, 112);
    assert.deepEqual(MIDIHDR_OFFSETS, {
      lpData: 0,
      dwBufferLength: 8,
      dwBytesRecorded: 12,
      dwUser: 16,
      dwFlags: 24,
      lpNext: 28,
      reserved: 36,
      dwOffset: 44,
      dwReserved: 48,
    });
  });

  test('MIDIINCAPSW is 76 bytes, MIDIOUTCAPSW 84', () => {
    assert.equal(MIDIINCAPSW.size, 76);
    assert.equal(MIDIOUTCAPSW.size, 84);
    assert.equal(MAXPNAMELEN, 32);
  });
});

describe('MidiHdr', () => {
  test('reads and writes its fields where the structure has them, little-endian', () => {
    const bytes = new Uint8Array(8 + MIDIHDR_SIZE);
    const header = new MidiHdr(bytes, 8);
    header.lpData = 0x7ff6_0102_0304;
    header.dwBufferLength = 0xf1f2_f3f4;
    header.dwBytesRecorded = 0x1112_1314;
    header.dwFlags = 0x8000_0003;
    const field = (offset: number, length: number) =>
      Buffer.from(bytes.subarray(8 + offset, 8 + offset + length)).toString('hex');
    assert.equal(field(0, 8), '04030201f67f0000');
    assert.equal(field(8, 4), 'f4f3f2f1');
    assert.equal(field(12, 4), '14131211');
    assert.equal(field(24, 4), '03000080');
    assert.deepEqual(
      [header.lpData, header.dwBufferLength, header.dwBytesRecorded, header.dwFlags],
      [0x7ff6_0102_0304, 0xf1f2_f3f4, 0x1112_1314, 0x8000_0003],
    );
    assert.ok(bytes.subarray(0, 8).every((byte) => byte === 0));
  });

  test('is a view: what a driver writes shows at once', () => {
    const bytes = new Uint8Array(MIDIHDR_SIZE);
    const header = new MidiHdr(bytes);
    bytes[MIDIHDR_OFFSETS.dwFlags] = 1;
    assert.equal(header.dwFlags, 1);
  });
});

describe('addresses', () => {
  test('all 48 bits come back, not only the lower 32', () => {
    const address = fc.integer({ min: 0, max: 2 ** 48 - 1 });
    fc.assert(
      fc.property(address, fc.nat(8), (value, offset) => {
        const view = new DataView(new ArrayBuffer(16));
        writeAddress(view, offset, value);
        assert.equal(readAddress(view, offset), value);
        assert.equal(view.getBigUint64(offset, true), BigInt(value));
      }),
    );
  });

  test('an address above 4 GiB whose lower half has the top bit stays positive', () => {
    const view = new DataView(new ArrayBuffer(8));
    writeAddress(view, 0, 0x1_ffff_ffff);
    assert.equal(readAddress(view, 0), 0x1_ffff_ffff);
    assert.equal(view.getUint32(0, true), 0xffff_ffff);
    assert.equal(view.getUint32(4, true), 1);
  });
});

describe('capabilities', () => {
  test('what is written is read again', () => {
    const bytes = new Uint8Array(MIDIOUTCAPSW.size).fill(0xff);
    MIDIOUTCAPSW.write(bytes, SYNTH);
    assert.deepEqual(MIDIOUTCAPSW.read(bytes), SYNTH);

    const { wTechnology, wVoices, wNotes, wChannelMask, ...input } = SYNTH;
    assert.deepEqual([wTechnology, wVoices, wNotes, wChannelMask], [7, 32, 0xabcd, 0xffff]);
    const inputBytes = new Uint8Array(MIDIINCAPSW.size).fill(0xff);
    MIDIINCAPSW.write(inputBytes, input);
    assert.deepEqual(MIDIINCAPSW.read(inputBytes), input);
  });

  test('fields lie where the structure has them', () => {
    const bytes = new Uint8Array(MIDIOUTCAPSW.size);
    MIDIOUTCAPSW.write(bytes, SYNTH);
    const hex = Buffer.from(bytes).toString('hex');
    assert.equal(hex.slice(0, 16), '3412785602010000');
    assert.equal(hex.slice(16, 16 + 28), '470065007200e40074002000b103');
    assert.equal(hex.slice(144), '07002000cdabffff01000080');
    const input = new Uint8Array(MIDIINCAPSW.size);
    MIDIINCAPSW.write(input, SYNTH);
    assert.equal(Buffer.from(input).toString('hex'), `${hex.slice(0, 144)}01000080`);
  });

  test('a name whose driver forgot the zero ends where its room ends', () => {
    assert.equal(MIDIINCAPSW.read(withEndlessName(MIDIINCAPSW.size)).szPname, 'a'.repeat(32));
    assert.equal(MIDIOUTCAPSW.read(withEndlessName(MIDIOUTCAPSW.size)).szPname, 'a'.repeat(32));
  });

  test('a name is written with at most 31 code units and its zero', () => {
    const bytes = new Uint8Array(MIDIINCAPSW.size).fill(0xff);
    MIDIINCAPSW.write(bytes, { ...SYNTH, szPname: 'b'.repeat(40) });
    assert.equal(MIDIINCAPSW.read(bytes).szPname, 'b'.repeat(31));
    assert.deepEqual([...bytes.subarray(70, 72)], [0, 0]);
  });

  test('a name is given back as it is, control characters and halves of pairs included', () => {
    const bytes = new Uint8Array(MIDIINCAPSW.size);
    MIDIINCAPSW.write(bytes, { ...SYNTH, szPname: '\u001b[31m\ud83c' });
    assert.equal(MIDIINCAPSW.read(bytes).szPname, '\u001b[31m\ud83c');
  });

  test('bytes behind the structure are not touched, and views inside larger memory work', () => {
    const bytes = new Uint8Array(3 + MIDIINCAPSW.size + 5).fill(0xee);
    MIDIINCAPSW.write(bytes.subarray(3), SYNTH);
    assert.equal(MIDIINCAPSW.read(bytes.subarray(3)).szPname, SYNTH.szPname);
    assert.deepEqual([...bytes.subarray(0, 3)], [0xee, 0xee, 0xee]);
    assert.deepEqual([...bytes.subarray(3 + MIDIINCAPSW.size)], [0xee, 0xee, 0xee, 0xee, 0xee]);
  });
});
