/** The options of sysex-dump as values: what a request implies, where a dump goes, how large its buffers are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buffersOf,
  checkDumpOptions,
  defineSysexDump,
  fileOf,
  viewOf,
} from '../../../../src/cli/sysex-dump/sysex-dump-options.js';
import { optionsFrom } from '../../../support/option-bed.js';

const read = (...args: string[]) => optionsFrom(defineSysexDump, args);

test('a request waits for its answer, and ends with silence, unless it is told otherwise', () => {
  const limits = ({ timeout, untilIdle }: ReturnType<typeof read>) => [timeout, untilIdle];
  assert.deepEqual(limits(read()), [undefined, undefined]);
  assert.deepEqual(limits(read('--request', 'F0 F7')), [10_000, 2000]);
  assert.deepEqual(
    limits(read('--request', 'F0 F7', '--timeout', '1s', '--until-idle', '3s')),
    [1000, 3000],
  );
});

test('where it goes, and what is printed', () => {
  for (const [args, file, view] of [
    [[], undefined, 'binary'],
    [['-o', '-'], undefined, 'binary'],
    [['-o', 'a.syx'], 'a.syx', undefined],
    [['--split'], 'dump.syx', undefined],
    [['--split', '-o', 'a.syx'], 'a.syx', undefined],
    [['--hex'], undefined, 'hex'],
    [['--json', '-o', 'a.syx'], 'a.syx', 'json'],
  ] as const) {
    const options = read(...args);
    assert.deepEqual([fileOf(options), viewOf(options)], [file, view], args.join(' '));
  }
});

test('a buffer fills within 70 % of the silence that ends a dump, at the speed of a cable', () => {
  for (const [idle, bufferSize] of [
    ['2s', 4096],
    ['1873ms', 4096],
    ['1872ms', 2048],
    ['100ms', 256],
    ['1ms', 256],
  ] as const) {
    assert.equal(buffersOf(read('--until-idle', idle)).bufferSize, bufferSize, idle);
  }
  assert.equal(buffersOf(read()).bufferSize, 4096);
  assert.equal(buffersOf(read('--until-idle', '1ms', '--buffer-size', '9000')).bufferSize, 9000);
});

for (const [args, message] of [
  [['--verify'], /^--verify needs --request or --instrument$/],
  [['--to', '0'], /^--to needs --request or --instrument$/],
  [['--split', '-o', '-'], /^--split makes files, -o - does not$/],
  [['--hex', '-o', '-'], /^--hex and -o - both want standard output$/],
  [['--buffers', '16384', '--buffer-size', '4097'], /are more than 64 MiB$/],
] as const) {
  test(`${args.join(' ')} is refused`, () => {
    assert.throws(() => checkDumpOptions(read(...args)), { message, exitCode: 2 });
  });
}
