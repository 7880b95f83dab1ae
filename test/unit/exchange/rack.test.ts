/** Ten instruments saved, wiped, restored and compared byte for byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CABLE_BYTES_PER_MS } from '../../../src/midi/status.js';
import { loadInstruments } from '../../../src/sysex/instruments/load.js';
import { longSkipReason } from '../../support/long-tests.js';
import { MODELS } from '../../support/rack/models.js';
import { losing, saveAndRestore } from '../../support/rack/rack-run.js';

const { table } = await loadInstruments();
/** What a request costs besides its answer: on the line, to be understood, and to be noticed. */
const REQUEST_MS = 8;
/** More than a third of the time of all: 256 patches, and 64 that are called up one by one, with bytes lost. */
const LONG = new Set(['prophet-08', 'lossy dw8000']);
const skipOf = (run: string) => ({ skip: LONG.has(run) && longSkipReason });

for (const id of Object.keys(MODELS)) {
  const name = `${id}: it is what it was, saved at the speed of the line and its pauses`;
  test(name, skipOf(id), async () => {
    const { copy, saveMs, restored, isAsBefore } = await saveAndRestore(id);
    assert.deepEqual(copy.missing, []);
    assert.deepEqual(new Set(restored.map(({ outcome }) => outcome)), new Set(['same']));
    assert.ok(isAsBefore);
    const { delayMs = 0 } = table.find(id)!.pace ?? {};
    let mostMs = 0;
    for (const { filled, messages } of copy.saved) {
      const bytes = messages.reduce((sum, { length }) => sum + length, 0);
      mostMs += bytes / CABLE_BYTES_PER_MS + REQUEST_MS + delayMs + (filled?.entry.pauseMs ?? 0);
      // Of how many messages answer the table does not know, only silence tells the end.
      const isOpen = filled?.entry.messages === undefined && id !== 'd50';
      if (isOpen) mostMs += 320;
    }
    assert.ok(saveMs <= mostMs, `${saveMs} ms, not ${mostMs}`);
  });
}

for (const [seed, id] of ['dx7', 'dw8000', 'cz101'].entries()) {
  const name = `${id}: of a cable that loses one byte of a hundred comes what is right, or it is named`;
  test(name, skipOf(`lossy ${id}`), async () => {
    const { copy, restored, isAsBefore } = await saveAndRestore(id, losing(0.01, seed), true);
    const bad = restored.filter(({ outcome }) => outcome !== 'same');
    assert.equal(isAsBefore, copy.missing.length + bad.length === 0);
  });
}
