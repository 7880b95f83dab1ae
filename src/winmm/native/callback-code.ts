/** The machine code of the MIDI callback, for each processor that there is one for. */

/**
 * Position-independent code that may be copied to any executable page.
 *
 * `callback` is a MidiInProc (and a MidiOutProc) that pushes into the CallbackRing at dwInstance;
 * `counter` is `uint64_t (void)` and reads the counter that the callback stores.
 */
export interface CallbackCode {
  bytes: Uint8Array;
  callbackOffset: number;
  counterOffset: number;
}

// Assembled from callback-x64.s and callback-arm64.s by scripts/assemble-callback.js.
const X64: CallbackCode = {
  bytes: fromHex(`
    4189d20f3148c1e2204809c2418b004189c3452b5840453b9880000000775d8d
    4801f0410fb10875e6458b988400000041238080000000488d0440498d84c000
    0100008b4c24288948044c89480848895010410fbaea1f4489104585db7501c3
    31c04187808400000085c0740e498b889000000041ffa088000000c3458b1841
    39c34489d87588f041ff80c0000000c30f3148c1e2204809d0c3
  `),
  callbackOffset: 0x00,
  counterOffset: 0x90,
};

const ARM64: CallbackCode = {
  bytes: fromHex(`
    48e03bd5498040b94a0001914bfcdf884cfddf886c010c4b9f01096b68030054
    4dfc5f88bf010b6b21ffff54ad0500114dfc0e88cefeff354d100291affddf88
    6b01090a0c0380524a0004916a29ac9b440500b943a100a92100013241fd9f88
    4f000035c0035fd6affd5f88bf7d0e88ceffff358f000034404840f9504440f9
    00021fd6c0035fd64cfcdf889f010b6beb030c2ae1fbff544a0003914b7d5f88
    6b0500114b7d0c88acffff35c0035fd640e03bd5c0035fd6
  `),
  callbackOffset: 0x00,
  counterOffset: 0xb0,
};

const CODE: Record<string, CallbackCode> = { x64: X64, arm64: ARM64 };

/** @param arch - a processor as process.arch names it; undefined is returned if there is no code for it */
export function callbackCodeFor(arch: string): CallbackCode | undefined {
  return CODE[arch];
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (digits) => Number.parseInt(digits, 16));
}
