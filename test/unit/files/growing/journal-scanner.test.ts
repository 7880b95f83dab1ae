/** Bytes in a growing file that midirec cannot have written are noticed, each for itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countReadable,
  JournalScanner,
  JournalUnreadable,
} from '../../../../src/files/growing/journal-scanner.js';

const NOTE = '00903c40';

function eventsOf(hex: string) {
  return { parts: [], waiting: [Uint8Array.from(Buffer.from(hex, 'hex'))] };
}

const FOREIGN: [string, string][] = [
  ['a length of five bytes', '00f0808080800141'],
  ['a delta of five bytes', '8080808000903c40'],
  ['data where a status belongs', '003c4000'],
  ['an event that is cut off', '00903c'],
  ['a sysex that is cut off', '00f0054142'],
];

for (const [what, hex] of FOREIGN) {
  test(what, () => {
    const scanner = new JournalScanner(eventsOf(NOTE + hex));
    assert.equal(scanner.next(), true);
    assert.throws(() => scanner.next(), JournalUnreadable);
    assert.equal(countReadable(eventsOf(NOTE + hex)).count, 1);
  });
}

test('what is whole is read to its end, lengths of four bytes included', () => {
  const scanner = new JournalScanner(eventsOf(`${NOTE}80808000f08080800141${NOTE}`));
  for (let nth = 0; nth < 3; nth++) assert.equal(scanner.next(), true);
  assert.equal(scanner.next(), false);
});
