/** Long runs of fast-check, which say how many cases they had and how to have them again. */
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { MidirecError } from '../../src/midi/errors.js';
import { runSeed } from './seeded-random.js';

/** Cases of a whole run: MIDIREC_FUZZ_CASES, or 1.2 million. */
const CASES = Number(process.env.MIDIREC_FUZZ_CASES ?? 1_200_000);
const SEED = runSeed();

/**
 * Tries `check` with a share of the run's cases, and says so.
 *
 * @param check - throws if something is wrong with what it was given
 */
export function fuzz<T>(
  t: TestContext,
  share: number,
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => void,
): void {
  const numRuns = Math.ceil(CASES * share);
  const startMs = performance.now();
  fc.assert(fc.property(arbitrary, check), { seed: SEED, numRuns });
  report(t, numRuns, startMs);
}

/** The same, for what takes its time. */
export async function fuzzAsync<T>(
  t: TestContext,
  share: number,
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<void>,
): Promise<void> {
  const numRuns = Math.ceil(CASES * share);
  const startMs = performance.now();
  await fc.assert(fc.asyncProperty(arbitrary, check), { seed: SEED, numRuns });
  report(t, numRuns, startMs);
}

function report(t: TestContext, cases: number, startMs: number): void {
  const seconds = Math.round((performance.now() - startMs) / 1000);
  t.diagnostic(`${cases.toLocaleString('en-US')} cases in ${seconds} s, seed ${SEED}`);
}

/** What `action` returns; undefined if it refuses, as it may, with an error for the user that has a hint. */
export function unlessRefused<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof MidirecError && error.hint !== undefined) return undefined;
    throw error;
  }
}

/** Bytes as they come from broken senders: mostly those that mean something. */
export function midiBytes(maxLength: number): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
    { weight: 2, arbitrary: fc.constantFrom(0xf0, 0xf7, 0xf7, 0xf8, 0xfe, 0xf4, 0xf1, 0xff) },
    { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
  );
  return fc.array(byte, { maxLength }).map((bytes) => Uint8Array.from(bytes));
}

/** A file with some of its bytes changed, removed, doubled or cut off. */
export function damaged(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom('set', 'set', 'set', 'insert', 'remove', 'cut', 'repeat'),
    byte: fc.oneof(
      fc.constantFrom(0, 0x7f, 0x80, 0xff, 0xf7, 0x2f),
      fc.integer({ min: 0, max: 255 }),
    ),
    length: fc.integer({ min: 1, max: 20 }),
  });
  return fc
    .record({ file: fc.constantFrom(...files), changes: fc.array(change, { maxLength: 8 }) })
    .map(({ file, changes }) => {
      let bytes = Uint8Array.from(file);
      for (const { at, kind, byte, length } of changes) {
        const position = Math.floor(at * bytes.length);
        const [head, rest] = [bytes.subarray(0, position), bytes.subarray(position)];
        if (kind === 'set') rest[0] = byte;
        else if (kind === 'insert') bytes = Uint8Array.from([...head, byte, ...rest]);
        else if (kind === 'remove') bytes = Uint8Array.from([...head, ...rest.subarray(length)]);
        else if (kind === 'cut') bytes = head;
        else bytes = Uint8Array.from([...head, ...rest.subarray(0, length), ...rest]);
      }
      return bytes;
    });
}
