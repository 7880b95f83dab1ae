/** Several inputs on standard output: what one says does not wait for ever for another one's end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrintedOutput } from '../../../../src/cli/capturing/printed-output.js';
import { DumpStream } from '../../../../src/cli/sysex-dump/dump-stream.js';

const MEBIBYTE = 0x10_0000;

function stream() {
  const printed: string[] = [];
  const output = {
    unread: 0,
    print: (bytes: Uint8Array) => void printed.push(`${bytes[0]}:${bytes.length}`),
  };
  const dump = new DumpStream(output as unknown as PrintedOutput);
  const parts = new Map<number, number>();
  return {
    printed,
    output,
    dump,
    /** @param device - and the first byte of what is printed */
    add(device: number, length: number, goesOn = false): void {
      const part = parts.get(device) ?? 0;
      parts.set(device, goesOn ? part + 1 : 0);
      const bytes = new Uint8Array(length).fill(device);
      dump.add({ bytes, part, goesOn, complete: true, timeMs: 0, device });
    },
  };
}

test('what came whole behind a long message that nobody waits for is printed at the end', () => {
  const { printed, dump, add } = stream();
  add(1, MEBIBYTE, true);
  add(2, 3);
  add(3, MEBIBYTE, true);
  add(2, 4);
  assert.deepEqual(printed, [`1:${MEBIBYTE}`]);
  assert.equal(dump.end(), true);
  assert.deepEqual(printed, [`1:${MEBIBYTE}`, '2:3', '2:4']);
});

test('at an end with nothing under way nothing is broken off', () => {
  const { printed, dump, add } = stream();
  add(1, MEBIBYTE, true);
  add(1, 9);
  assert.equal(dump.end(), false);
  assert.deepEqual(printed, [`1:${MEBIBYTE}`, '1:9']);
});

test('a long message for which there is no room is left out with its beginning, and holds nobody up', () => {
  const { printed, output, add } = stream();
  add(1, MEBIBYTE, true);
  add(2, 7);
  for (let part = 0; part < 40; part++) add(2, MEBIBYTE, true);
  add(2, 9);
  assert.equal(output.unread, 1);
  add(1, 5);
  add(1, 6);
  assert.deepEqual(printed, [`1:${MEBIBYTE}`, '1:5', '2:7', '1:6']);
});
