/** Sysex as a .mid: each message at a time at which a cable can have it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smfOfSysex } from '../../../../src/files/syx/sysex-smf.js';
import { rowsOf } from '../../../support/capture-bed.js';
import { wholeTimeline } from '../../../support/whole-timeline.js';

test('a message begins when the one before is over: 3125 bytes a second', () => {
  const messages = [100, 3125, 4].map((length) => ({ bytes: new Uint8Array(length).fill(1) }));
  for (const { bytes } of messages) {
    bytes[0] = 0xf0;
    bytes[bytes.length - 1] = 0xf7;
  }
  const { events, endMs } = wholeTimeline(smfOfSysex(messages));
  const rows = rowsOf(events);
  assert.deepEqual(
    rows.map(([, , , bytes]) => bytes.replaceAll(' ', '').length / 2),
    [100, 3125, 4],
  );
  const times = [...rows.map(([timeMs]) => timeMs), endMs];
  for (const [index, exact] of [0, 32, 1032, 1033.28].entries()) {
    assert.ok(times[index]! >= exact && times[index]! < exact + 0.6, `${times[index]}`);
  }
});

test('none at all is an empty file', () => {
  const { events, endMs } = wholeTimeline(smfOfSysex([]));
  assert.deepEqual([events.count, endMs], [0, 0]);
});
