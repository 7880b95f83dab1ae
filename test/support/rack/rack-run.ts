/** An instrument of the rack saved, wiped and restored, and what has to be true of it over any cable. */
import assert from 'node:assert/strict';
import {
  copyInstrument,
  type InstrumentCopy,
  type Restored,
  restoreCopy,
} from '../../../src/exchange/copy.js';
import { loadInstruments } from '../../../src/sysex/instruments/load.js';
import { SeededRandom } from '../seeded-random.js';
import { MODELS } from './models.js';
import { RackBed, type Spoil } from './rack-bed.js';

const { table } = await loadInstruments();
const LIMITS = { answerMs: 1000, silenceMs: 300, tries: 3 };

/** Loses so many of all bytes. */
export function losing(share: number, seed: number): Spoil {
  const random = new SeededRandom(seed);
  return (bytes) => bytes.filter(() => random.next() >= share);
}

interface RackRun {
  copy: InstrumentCopy;
  saveMs: number;
  restored: Restored[];
  restoreMs: number;
  /** Whether its memory is what it was before it was wiped. */
  isAsBefore: boolean;
}

/**
 * @param id - of MODELS, and of the table
 * @param verify - whether everything is asked for twice
 */
export async function saveAndRestore(id: string, spoil?: Spoil, verify = false): Promise<RackRun> {
  const { instrument, memory, wipe } = MODELS[id]!();
  const entry = table.find(id)!;
  const before = memory();
  const said = new Set<string>();
  const heard = { ...instrument };
  heard.hear = (message, say) => {
    instrument.hear(message, (bytes, fast) => {
      said.add(String(bytes));
      say(bytes, fast);
    });
  };
  const bed = new RackBed();
  const line = await bed.connect([heard], entry.pace, spoil);
  const options = { deviceNumber: undefined, limits: LIMITS, verify };
  const { value: copy, tookMs: saveMs } = await bed.until(
    copyInstrument(line, entry, table, options),
  );
  for (const { isWhole, messages } of copy.saved) {
    // What a CZ says comes in pieces.
    const isDamaged =
      isWhole && id !== 'cz101' && messages.some((bytes) => !said.has(String(bytes)));
    assert.ok(!isDamaged, 'a damaged message is called whole');
  }
  wipe();
  assert.notEqual(memory(), before);
  const whole = copy.saved.filter(({ isWhole }) => isWhole);
  const { value: restored, tookMs: restoreMs } = await bed.until(
    restoreCopy(line, entry, table, whole, LIMITS),
  );
  await bed.close();
  await assertSame(id, instrument, restored);
  return { copy, saveMs, restored, restoreMs, isAsBefore: memory() === before };
}

/** What is said to be the same is, as a good cable shows. */
async function assertSame(
  id: string,
  instrument: Parameters<RackBed['connect']>[0][number],
  restored: readonly Restored[],
): Promise<void> {
  const entry = table.find(id)!;
  const bed = new RackBed();
  const line = await bed.connect([instrument], entry.pace);
  const { value } = await bed.until(
    copyInstrument(line, entry, table, { deviceNumber: undefined, limits: LIMITS }),
  );
  await bed.close();
  // Where programs are asked for by calling them up, the edit buffer has the last of them, right or not.
  const isCalledUp = entry.requests.some(({ send }) => send.some((text) => text.startsWith('C')));
  const now = new Map(value.saved.map(({ filled, messages }) => [keyOf(filled), messages]));
  for (const { outcome, filled, sent } of restored) {
    if (outcome !== 'same' || (isCalledUp && filled?.entry.id === 'edit-buffer')) continue;
    assert.deepEqual(now.get(keyOf(filled)), sent, `${keyOf(filled)} is said to be the same`);
  }
}

function keyOf(filled: Restored['filled']): string {
  return `${filled?.entry.id} ${filled?.bank} ${filled?.patch}`;
}
