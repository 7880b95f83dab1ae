/** Tests of what replies mean. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHex } from '../../../src/midi/hex.js';
import { judgeReply } from '../../../src/output/handshake.js';

const judge = (hex: string) => judgeReply(parseHex(hex));

test('the generic handshake of the sample dump standard', () => {
  assert.equal(judge('F0 7E 00 7F 05 F7'), 'go-on');
  assert.equal(judge('F0 7E 00 7E 05 F7'), 'refused');
  assert.equal(judge('F0 7E 00 7D 05 F7'), 'refused');
  assert.equal(judge('F0 7E 00 7C 05 F7'), 'wait');
});

test('the handshake of Roland', () => {
  assert.equal(judge('F0 41 10 14 43 F7'), 'go-on');
  assert.equal(judge('F0 41 10 14 4E F7'), 'refused');
  assert.equal(judge('F0 41 10 00 00 6A 4F F7'), 'refused');
});

test('any other sysex is an answer', () => {
  assert.equal(judge('F0 43 00 09 F7'), 'go-on');
  assert.equal(judge('F0 7E 10 06 02 7D 01 00 01 00 00 00 01 00 F7'), 'go-on');
  assert.equal(judge('F0 7F 00 7E F7'), 'go-on');
  assert.equal(judge('F0 F7'), 'go-on');
});
