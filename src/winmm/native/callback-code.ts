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

/** Assembled from callback-x64.s by scripts/assemble-callback.js. */
const X64: CallbackCode = {
  bytes: fromHex(`
    4189d20f3148c1e2204809c2418b004189c3452b5840453b988000000077358d
    4801f0410fb10875e641238080000000488d0440498d84c0000100008b4c2428
    8948044c89480848895010410fbaea1f448910c38b4c2428418988c4000000f0
    41ff80c0000000c30f1f8400000000000f3148c1e2204809d0c3
  `),
  callbackOffset: 0x00,
  counterOffset: 0x70,
};

const CODE: Record<string, CallbackCode> = { x64: X64 };

/** @param arch - a processor as process.arch names it; undefined is returned if there is no code for it */
export function callbackCodeFor(arch: string): CallbackCode | undefined {
  return CODE[arch];
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (digits) => Number.parseInt(digits, 16));
}
