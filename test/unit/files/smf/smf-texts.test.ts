/** Texts in the character sets that programs have written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSmfText } from '../../../../src/files/smf/smf-texts.js';

test('a character set that is said counts, whatever the bytes look like', () => {
  for (const [hex, charset, text] of [
    ['83538341', 'shift_jis', 'ゴア'],
    ['c4e3bac3', 'gbk', '你好'],
    ['cff0e8e2e5f2', 'windows-1251', 'Привет'],
    ['e974e9', 'utf-8', '\ufffdt\ufffd'],
  ] as const) {
    assert.equal(decodeSmfText(Buffer.from(hex, 'hex'), charset), text, hex);
  }
});

test('the character set is found where it is plain', () => {
  for (const [hex, text] of [
    ['', ''],
    ['4f7267616e', 'Organ'],
    ['e58589e381ae', '光の'],
    ['8cf582cc9286', '光の中'],
    ['835383418376', 'ゴアプ'],
    ['fffe49510a4e', '光上'],
    ['feff51494e0a', '光上'],
    ['fffe4151ff', Buffer.from('fffe4151ff', 'hex').toString('latin1')],
    ['466cf674650a', 'Flöte\n'],
    ['e974e9', 'été'],
    ['a9204d65', '© Me'],
  ] as const) {
    assert.equal(decodeSmfText(Buffer.from(hex, 'hex')), text, hex);
  }
});
