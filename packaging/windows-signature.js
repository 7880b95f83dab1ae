// Takes the signature off a Windows program, for one that is about to be changed: a signature that
// no longer fits is worse than none.
//
// Source: PE Format (Microsoft), "Optional Header Data Directories", "The Attribute Certificate Table".

const PE_OFFSET = 0x3c;
/** Signature and COFF header, in front of the optional header. */
const HEADERS_SIZE = 24;
const PE32_PLUS = 0x20b;
const CHECKSUM = 64;
/** The fifth data directory of a PE32+ file; its address is an offset in the file. */
const CERTIFICATE_TABLE = 112 + 4 * 8;

/**
 * @param {Buffer} program - bytes of a 64-bit .exe, not changed
 * @returns {Buffer} the same program without its signature, or itself if it has none
 */
export function removeSignature(program) {
  const optional = program.readUInt32LE(PE_OFFSET) + HEADERS_SIZE;
  if (program.readUInt16LE(optional) !== PE32_PLUS) throw new Error('not a 64-bit program');
  const offset = program.readUInt32LE(optional + CERTIFICATE_TABLE);
  const size = program.readUInt32LE(optional + CERTIFICATE_TABLE + 4);
  if (size === 0) return program;
  // Signatures stand last in a file, but for bytes that align them.
  if (offset + size > program.length || offset + size < program.length - 8) {
    throw new Error('the signature is not at the end of the file');
  }
  const unsigned = Buffer.from(program.subarray(0, offset));
  unsigned.writeUInt32LE(0, optional + CHECKSUM);
  unsigned.writeBigUInt64LE(0n, optional + CERTIFICATE_TABLE);
  return unsigned;
}
