/** Taking the signature off a Windows program. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

interface SignatureModule {
  removeSignature(program: Buffer): Buffer;
}

const MODULE = new URL('../../../packaging/windows-signature.js', import.meta.url).href;
const { removeSignature } = (await import(MODULE)) as SignatureModule;

const PE = 0x80;
const OPTIONAL = PE + 24;
const CERTIFICATES = OPTIONAL + 112 + 32;
const SIZE = 1024;

/** A program of zeros with a certificate table of `size` bytes at `offset`. */
function program(size: number, offset = SIZE, tail = size): Buffer {
  const bytes = Buffer.alloc(SIZE + tail);
  bytes.writeUInt32LE(PE, 0x3c);
  bytes.writeUInt16LE(0x20b, OPTIONAL);
  bytes.writeUInt32LE(0x1234, OPTIONAL + 64);
  bytes.writeUInt32LE(size === 0 ? 0 : offset, CERTIFICATES);
  bytes.writeUInt32LE(size, CERTIFICATES + 4);
  return bytes;
}

test('a signature is cut off, and nothing points at it any more', () => {
  const signed = program(200);
  const before = Buffer.from(signed);
  const unsigned = removeSignature(signed);
  assert.deepEqual(signed, before);
  assert.equal(unsigned.length, SIZE);
  assert.equal(unsigned.readBigUInt64LE(CERTIFICATES), 0n);
  assert.equal(unsigned.readUInt32LE(OPTIONAL + 64), 0);
});

test('bytes that align the end of the file may follow it', () => {
  assert.equal(removeSignature(program(200, SIZE, 207)).length, SIZE);
});

test('a program without a signature stays as it is', () => {
  const unsigned = program(0);
  assert.equal(removeSignature(unsigned), unsigned);
});

test('what is not understood is refused, not damaged', () => {
  assert.throws(() => removeSignature(program(200, SIZE, 300)), /not at the end/);
  assert.throws(() => removeSignature(program(200, SIZE + 50, 200)), /not at the end/);
  const narrow = program(200);
  narrow.writeUInt16LE(0x10b, OPTIONAL);
  assert.throws(() => removeSignature(narrow), /64-bit/);
});
