/** Strings of any characters, for properties. fast-check's own (`unit: 'binary'`) takes a second to be made. */
import fc from 'fast-check';

const SURROGATES = 0x800;

/** Every code point but halves of surrogate pairs. */
const character = fc
  .integer({ min: 0, max: 0x10_ffff - SURROGATES })
  .map((at) => String.fromCodePoint(at < 0xd800 ? at : at + SURROGATES));

export function anyText(): fc.Arbitrary<string> {
  return fc.string({ unit: fc.oneof(character, fc.string({ minLength: 1, maxLength: 1 })) });
}
