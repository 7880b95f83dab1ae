/** The options of record as values: their bounds, those that exclude each other, and channels as people type them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkRecordOptions,
  defineRecord,
  parseChannelMap,
  parseClickOutput,
} from '../../../../src/cli/record/record-options.js';
import { optionsFrom } from '../../../support/option-bed.js';

const read = (line: string) => {
  const options = optionsFrom(defineRecord, line.split(' ').filter(Boolean));
  checkRecordOptions(options);
  return options;
};

test('what is there without any option', () => {
  const { bpm, ppq, format, timeSignature, channel, device, reconnect, sysex } = read('');
  assert.deepEqual(
    { bpm, ppq, format, timeSignature, channel, device, reconnect, sysex },
    {
      bpm: 120,
      ppq: 960,
      format: 1,
      timeSignature: { numerator: 4, denominator: 4 },
      channel: 0xffff,
      device: [],
      reconnect: true,
      sysex: true,
    },
  );
});

test('bounds', () => {
  assert.equal(read('--bpm 4').bpm, 4);
  assert.equal(read('--bpm 1000').bpm, 1000);
  assert.equal(read('--ppq 24').ppq, 24);
  assert.equal(read('--ppq 32767').ppq, 32_767);
  assert.equal(read('--metronome a --count-in 16').countIn, 16);
  assert.equal(read('--buffers 16384 --buffer-size 4096').buffers, 16_384);
  assert.equal(read('--buffers 2 --buffer-size 16').bufferSize, 16);
  for (const [line, message] of [
    ['--bpm 3.99', /^--bpm: '3.99' is not a number from 4 to 1000/],
    ['--bpm 1000.1', /^--bpm/],
    ['--ppq 23', /^--ppq: '23' is not a whole number from 24 to 32767/],
    ['--ppq 32768', /^--ppq/],
    ['--metronome a --count-in 17', /^--count-in/],
    ['--metronome a --count-in 0', /^--count-in/],
    ['--buffers 1', /^--buffers/],
    ['--buffers 16385', /^--buffers/],
    ['--buffer-size 15', /^--buffer-size/],
    ['--buffers 16384 --buffer-size 4097', /are more than 64 MiB/],
  ] as const) {
    assert.throws(() => read(line), { message, exitCode: 2 }, line);
  }
});

test('a time that may be left out', () => {
  assert.equal(read('').keepLast, undefined);
  assert.equal(read('--keep-last').keepLast, 30 * 60_000);
  assert.equal(read('--keep-last 10s').keepLast, 10_000);
});

test('triggers are parsed, each', () => {
  assert.deepEqual(
    optionsFrom(defineRecord, ['--on', 'cc 64 x3', '--on', 'pc 127']).on.map(({ kind }) => kind),
    ['cc', 'pc'],
  );
  assert.throws(() => optionsFrom(defineRecord, ['--tap', 'foot']), {
    message: "--tap: 'foot' is not a trigger",
  });
});

const CLICKS = ['--metronome', 'a'];

for (const [words, one, other] of [
  [['--clock', '--tap', 'pc 1'], 'clock', 'tap'],
  [['--clock', '--guess-tempo'], 'clock', 'guess-tempo'],
  [['--tap', 'pc 1', '--guess-tempo'], 'tap', 'guess-tempo'],
  [[...CLICKS, '--clock'], 'metronome', 'clock'],
  [[...CLICKS, '--tap', 'pc 1'], 'metronome', 'tap'],
  [[...CLICKS, '--guess-tempo'], 'metronome', 'guess-tempo'],
  [['--split-idle', '1s', '--keep-last'], 'keep-last', 'split-idle'],
  [[...CLICKS, '--count-in', '1', '--split-idle', '1s'], 'count-in', 'split-idle'],
  [[...CLICKS, '--count-in', '1', '--keep-last'], 'count-in', 'keep-last'],
] as const) {
  test(`${words.join(' ')} cannot be combined`, () => {
    assert.throws(() => optionsFrom(defineRecord, words), {
      message: new RegExp(`option '--${one}\\b.*' cannot be used with option '--${other}\\b`),
    });
  });
}

for (const [words, message] of [
  [['--on', 'pc 1'], /^--on needs --keep-last$/],
  [['--thru-channel', '1'], /^--thru-channel needs --thru$/],
  [['--count-in', '1'], /^--count-in needs --metronome$/],
  [['--track-per', 'channel', '--format', '0'], /^--track-per needs --format 1$/],
  [['--json', '-o', '-'], /want standard output$/],
  [['--split-idle', '1s', '-o', '-'], /^several takes cannot go to standard output$/],
] as const) {
  test(`${words.join(' ')} is refused`, () => {
    assert.throws(() => checkRecordOptions(optionsFrom(defineRecord, words)), {
      message,
      exitCode: 2,
    });
  });
}

const map = (text: string) => [...parseChannelMap(text)].map((to) => to + 1);

test('one channel for all, or a channel for each', () => {
  assert.deepEqual(map('5'), new Array(16).fill(5));
  assert.deepEqual(map('1:3, 16:1').slice(0, 3), [3, 2, 3]);
  assert.equal(map('1:3, 16:1')[15], 1);
  assert.deepEqual(
    map('1:1'),
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
});

for (const text of ['', '0', '17', '1:', ':1', '1:2:3', '1:17', 'x', '1-2', '1,2']) {
  test(`'${text}' is no map of channels`, () => {
    assert.throws(() => map(text), /is neither a channel nor a map of channels/);
  });
}

test('the channel of a metronome follows its output', () => {
  assert.deepEqual(parseClickOutput('synth'), { name: 'synth', channel: 9 });
  assert.deepEqual(parseClickOutput('synth:1'), { name: 'synth', channel: 0 });
  assert.deepEqual(parseClickOutput('hw:1,0:16'), { name: 'hw:1,0', channel: 15 });
  assert.deepEqual(parseClickOutput('hw:1,0'), { name: 'hw:1,0', channel: 9 });
  assert.deepEqual(parseClickOutput('0:10'), { name: '0', channel: 9 });
  assert.deepEqual(parseClickOutput('14:0'), { name: '14:0', channel: 9 });
  assert.throws(() => parseClickOutput('synth:99'), {
    message: "'99' is not a channel",
    hint: 'channels are 1 to 16, for example "synth:10"',
    exitCode: 2,
  });
  assert.throws(() => parseClickOutput('synth:0'), /'0' is not a channel/);
});

test('an empty --then is refused before anything is recorded', () => {
  const options = optionsFrom(defineRecord, ['--then', ' ']);
  assert.throws(() => checkRecordOptions(options), /--then needs a command/);
});
