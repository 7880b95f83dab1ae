/** Texts in the character sets that programs have written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SmfEvent } from '../../../../src/files/smf/smf-content.js';
import { readSmf } from '../../../../src/files/smf/smf-reader.js';
import { aboutOf, decodeSmfText, withWrapperTexts } from '../../../../src/files/smf/smf-texts.js';
import { END, smfBytes } from '../../../support/smf-notation.js';

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

test('the name of the first track is that of the piece in format 0, and where nothing else is in it', () => {
  const name = '00 ff030141';
  const titleOf = (...tracks: string[]) => aboutOf(readSmf(smfBytes(tracks))).title;
  assert.equal(titleOf(`${name} 00 903c40 ${END}`), 'A');
  assert.equal(titleOf(`${name} ${END}`, `00 903c40 ${END}`), 'A');
  assert.equal(titleOf(`${name} 00 903c40 ${END}`, `00 903c40 ${END}`), '');
});

test('when it was recorded is what a line begins with, and not what one mentions', () => {
  const recordedIn = (...lines: string[]) => {
    const texts = lines.map((line) => {
      const hex = Buffer.from(line).toString('hex');
      return `00 ff01${line.length.toString(16).padStart(2, '0')}${hex}`;
    });
    return aboutOf(readSmf(smfBytes([`${texts.join(' ')} ${END}`]))).recorded?.getTime();
  };
  const [date, other] = ['2026-01-31T12:00:00Z', '1999-01-01T00:00:00Z'];
  assert.equal(recordedIn(`Not Recorded: ${other}`, `Recorded: ${date}`), Date.parse(date));
  assert.equal(recordedIn(`Recorded: ${date}`, `Recorded: ${other}`), Date.parse(date));
  assert.equal(recordedIn(`First Recorded: ${date}`), undefined);
  assert.equal(recordedIn('Recorded: in spring'), undefined);
});

test('what a wrapper says stands in the first track of a copy, before what was there', () => {
  const text = (name: string, value: string) => ({ name, data: Buffer.from(value) });
  const file = {
    ...readSmf(smfBytes(['00 ff030141 00 903c40 60 803c40 00 ff2f00'])),
    texts: [text('title', 'Piece'), text('copyright', '1990'), text('author', 'Me')],
  };
  const { tracks, texts } = withWrapperTexts(file);
  const shown = ({ metaType, data }: SmfEvent) => `${metaType} ${Buffer.from(data)}`;
  const metas = ['1 Title: Piece', '2 1990', '1 Author: Me', '3 A'];
  assert.deepEqual(tracks[0]!.metas.map(shown), metas);
  assert.deepEqual(
    [...tracks[0]!.events].filter(({ metaType }) => metaType > 0 && metaType < 8).map(shown),
    metas,
  );
  assert.equal([...tracks[0]!.events].length, metas.length + 3);
  assert.deepEqual(texts, []);
  const nameless = readSmf(smfBytes(['00 903c40 60 803c40 00 ff2f00']));
  const [first] = withWrapperTexts({ ...nameless, texts: [text('title', 'Piece')] }).tracks;
  assert.deepEqual(first!.metas.map(shown), ['3 Piece']);
  assert.equal(withWrapperTexts(nameless), nameless);
});
