/** Tests of what replies mean. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeReply } from '../../../src/exchange/handshake.js';
import { parseHex } from '../../../src/midi/hex.js';

const judge = (hex: string) => judgeReply(parseHex(hex));

test('the generic handshake of the sample dump standard', () => {
  assert.equal(judge('F0 7E 00 7F 05 F7'), 'go-on');
  assert.equal(judge('F0 7E 00 7E 05 F7'), 'again');
  assert.equal(judge('F0 7E 00 7D 05 F7'), 'refused');
  assert.equal(judge('F0 7E 00 7C 05 F7'), 'wait');
});

test('the handshake of Roland', () => {
  assert.equal(judge('F0 41 10 14 43 F7'), 'go-on');
  assert.equal(judge('F0 41 10 14 4E F7'), 'again');
  assert.equal(judge('F0 41 10 00 00 6A 4F F7'), 'refused');
});

test('Korg, Kawai and the FB-01', () => {
  assert.equal(judge('F0 42 30 19 23 F7'), 'go-on');
  assert.equal(judge('F0 42 30 19 24 F7'), 'again');
  assert.equal(judge('F0 42 30 00 01 2C 22 F7'), 'refused');
  assert.equal(judge('F0 40 00 40 00 04 F7'), 'go-on');
  assert.equal(judge('F0 40 00 42 00 04 F7'), 'refused');
  assert.equal(judge('F0 43 60 02 F7'), 'go-on');
  assert.equal(judge('F0 43 60 03 F7'), 'again');
  assert.equal(judge('F0 43 60 04 F7'), 'refused');
});

test('any other sysex is an answer', () => {
  assert.equal(judge('F0 43 20 09 F7'), 'go-on');
  assert.equal(judge('F0 7E 10 06 02 7D 01 00 01 00 00 00 01 00 F7'), 'go-on');
  assert.equal(judge('F0 7F 00 7E F7'), 'go-on');
  assert.equal(judge('F0 F7'), 'go-on');
});
