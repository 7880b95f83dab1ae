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
    4189d20f3148c1e2204809c2418b004189c3452b5840453b988000000077358d
    4801f0410fb10875e641238080000000488d0440498d84c0000100008b4c2428
    8948044c89480848895010410fbaea1f448910c3458b184139c34489d875b0f0
    41ff80c0000000c3cccccccccccccccc0f3148c1e2204809d0c3
  `),
  callbackOffset: 0x00,
  counterOffset: 0x70,
};

const ARM64: CallbackCode = {
  bytes: fromHex(`
    48e03bd5498040b94a0001914bfcdf884cfddf886c010c4b9f01096b08020054
    4dfc5f88bf010b6b21ffff54ad0500114d7c0e88cefeff356b01090a0c038052
    4a0004916a29ac9b440500b943a100a92100013241fd9f88c0035fd64cfcdf88
    9f010b6beb030c2a41fdff544a0003914b7d5f886b0500114b7d0c88acffff35
    c0035fd61f2003d51f2003d51f2003d540e03bd5c0035fd6
  `),
  callbackOffset: 0x00,
  counterOffset: 0x90,
};

const CODE: Record<string, CallbackCode> = { x64: X64, arm64: ARM64 };

/** @param arch - a processor as process.arch names it; undefined is returned if there is no code for it */
export function callbackCodeFor(arch: string): CallbackCode | undefined {
  return CODE[arch];
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (digits) => Number.parseInt(digits, 16));
}
