/** The vector piano roll: what is in it, with few notes and with very many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSvg } from '../../../../src/cli/pictures/piano-roll-svg.js';
import { readTimeline, type SmfTimeline } from '../../../../src/files/smf/smf-timeline.js';
import { tempoOf } from '../../../../src/files/smf/tempo-track.js';
import { collectNotes } from '../../../../src/files/smf/timeline-notes.js';
import { EventBatch } from '../../../../src/midi/event-batch.js';
import { smfOf } from '../../../support/smf-notation.js';

function timelineOf(events: EventBatch, endMs: number): SmfTimeline {
  return {
    batches: [events],
    batchesFrom: () => [events],
    packets: new Map(),
    endMs,
    trackNames: ['', 'Keys'],
    tempos: [],
    timeSignature: undefined,
  };
}

test('notes are paired by track, channel and key; a held one lasts to the end', () => {
  const events = new EventBatch();
  events.addShort(0, 0, 0x40_3c_90);
  events.addShort(100, 1, 0x41_3c_90);
  events.addShort(200, 0, 0x00_3c_90);
  events.addShort(300, 1, 0x42_3c_90);
  events.addShort(400, 0, 0x40_3d_80);
  assert.deepEqual(
    collectNotes([events], 1000).map((note) => Object.values(note)),
    [
      [0, 200, 0, 1, 60, 64],
      [100, 300, 1, 1, 60, 65],
      [300, 1000, 1, 1, 60, 66],
    ],
  );
});

test('every note is a box that says what it is; text is harmless', () => {
  const events = new EventBatch();
  events.addShort(0, 0, 0x40_3c_90);
  events.addShort(500, 0, 0x00_3c_80);
  events.addShort(500, 0, 0x7f_43_99);
  const svg = drawSvg(timelineOf(events, 1000), 'a <b> & "c"\u0007');
  assert.match(svg, /<title>a &lt;b&gt; &amp; &quot;c&quot;\ufffd<\/title>/);
  assert.match(svg, /<desc>2 notes, 1\.0 s<\/desc>/);
  assert.match(svg, /<title>C4, channel 1, velocity 64, at 0\.000 s for 0\.500 s<\/title>/);
  assert.match(svg, /<title>G4, channel 10, velocity 127, at 0\.500 s for 0\.500 s<\/title>/);
  assert.match(svg, />channel 10<\/text>/);
  const opened = svg.match(/<(?!\/)[a-z]+[^>]*[^/]>/g)?.length;
  assert.equal(opened, svg.match(/<\/[a-z]+>/g)?.length);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

test('tracks of one channel have a colour each, and their names in the legend', () => {
  const events = new EventBatch();
  events.addShort(0, 0, 0x40_3c_90);
  events.addShort(100, 1, 0x41_40_90);
  const names = ['Keystation', 'A name that is longer than the others & has signs'];
  const svg = drawSvg({ ...timelineOf(events, 1000), trackNames: names }, 'two');
  const colors = [...svg.matchAll(/<g fill="(#\w+)">/g)].map(([, color]) => color);
  assert.equal(new Set(colors).size, 2);
  const legend = [
    ...svg.matchAll(/<rect x="(\d+)"[^>]* fill="(#\w+)"\/><text[^>]*>([^<]*)<\/text>/g),
  ];
  assert.deepEqual(
    legend.map(([, , color, text]) => [color, text]),
    [
      [colors[0], 'channel 1, Keystation'],
      [colors[1], 'channel 1, A name that is longer than the others &amp; has signs'],
    ],
  );
  assert.ok(
    Number(legend[1]![1]) === Number(legend[0]![1]),
    'below, where there is no room beside',
  );
});

test('an empty file is an empty roll', () => {
  const svg = drawSvg(timelineOf(new EventBatch(), 0), 'empty');
  assert.match(svg, /<desc>0 notes, 0\.0 s<\/desc>/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

test('very many notes are one shape a channel', () => {
  const events = new EventBatch();
  for (let note = 0; note < 30_000; note++) {
    events.addShort(note * 10, 0, 0x40_00_90 | ((note % 128) << 8));
    events.addShort(note * 10 + 9, 0, 0x00_00_90 | ((note % 128) << 8));
  }
  const svg = drawSvg(timelineOf(events, 300_000), 'many');
  assert.equal(svg.match(/<rect[^>]*opacity/g), null);
  assert.ok(svg.length < 1_500_000, `${svg.length}`);
});

test('bars have lines and numbers, and times only a mark', () => {
  const smf = smfOf([`00 903c40 8768 803c40 9000 ff2f00`]);
  const svg = drawSvg(readTimeline(smf), 'x', tempoOf(smf).bars);
  assert.match(svg, /<text class="bar"[^>]*>1<\/text>[\s\S]*<text class="bar"[^>]*>2<\/text>/);
  assert.doesNotMatch(drawSvg(readTimeline(smf), 'x'), /class="bar"/);
});
