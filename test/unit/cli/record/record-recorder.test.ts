/** What options make of a recording: what is left out of it, and where its tempo comes from. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StopRequests } from '../../../../src/cli/process/stop-requests.js';
import { defineRecord } from '../../../../src/cli/record/record-options.js';
import { filterBatch, openRecorder } from '../../../../src/cli/record/record-recorder.js';
import { ConsoleOutput } from '../../../../src/cli/terminal/console-output.js';
import { readSmf } from '../../../../src/files/smf/smf-reader.js';
import { EventBatch } from '../../../../src/midi/event-batch.js';
import { rowsOf } from '../../../support/capture-bed.js';
import { optionsFrom } from '../../../support/option-bed.js';
import { temporaryFolder } from '../../../support/run-midirec.js';
import { batchOf } from '../../../support/smf-takes.js';

test('--channel and --no-sysex leave out what is of other channels, and sysex', () => {
  const left = (...args: string[]) => {
    const batch = batchOf(
      ...([
        [1, '903c40'],
        [2, '913c40'],
        [3, 'f8'],
        [4, 'f07df7'],
        [5, '!f07d'],
        [6, '#chorus'],
        [7, 'f20100'],
      ] as const),
    );
    const removed = filterBatch(batch, optionsFrom(defineRecord, args));
    return [removed, rowsOf(batch).map(([timeMs]) => timeMs)];
  };
  assert.deepEqual(left(), [0, [1, 2, 3, 4, 5, 6, 7]]);
  assert.deepEqual(left('--channel', '2'), [1, [2, 3, 4, 5, 6, 7]]);
  assert.deepEqual(left('--no-sysex'), [2, [1, 2, 3, 6, 7]]);
  assert.deepEqual(left('--channel', '3', '--no-sysex'), [4, [3, 6, 7]]);
});

for (const [args, beats, remark] of [
  [['--clock'], [0, 4], 'tempo 120.0, from MIDI clock'],
  [['--clock', '--time-signature', '3/4'], [0, 6], 'tempo 120.0, from MIDI clock'],
  [['--tap', 'cc 66'], [0, 2.1], 'tempo 62.5, as tapped'],
  [['--bpm', '60'], [0, 2], undefined],
] as const) {
  test(`a take with ${args.join(' ')}`, async (t) => {
    const output = join(temporaryFolder(t), 'take.mid');
    const options = { ...optionsFrom(defineRecord, args), output };
    const console = new ConsoleOutput({ quiet: true });
    const { recorder, tempo } = openRecorder(
      options,
      console,
      new StopRequests(),
      ['Keys'],
      () => 0,
    );
    recorder.begin(['Keys'], () => 5000);
    const batch = new EventBatch();
    for (const startMs of [0, 2020]) {
      batch.addShort(startMs, 0, 0xfa);
      for (let tick = 0; tick <= 96; tick++) {
        if (tick % 48 === 0) batch.addShort(startMs + tick * 20, 0, 0x7f_42b0);
        if (tick === 0) batch.addShort(startMs, 0, 0x40_3c90);
        batch.addShort(startMs + (tick * 500) / 24, 0, 0xf8);
        if (tick % 48 === 0) batch.addShort(startMs + tick * 20, 0, 0x42b0);
      }
    }
    tempo.add(batch);
    recorder.write(batch);
    const { remarks } = await recorder.finish(5000);
    assert.deepEqual(remarks, remark === undefined ? [] : [remark]);
    const { tracks, ppq } = readSmf(readFileSync(output));
    const notes = [...tracks[1]!.events].filter(({ packed }) => packed === 0x40_3c90);
    assert.deepEqual(
      notes.map(({ tick }) => Math.round((tick / ppq) * 10) / 10),
      beats,
    );
  });
}
