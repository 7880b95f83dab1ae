/** The ports that a user names: each once, each with a name of its own. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createStreamPorts } from '../../../../../src/embedded/drivers/streams/stream-ports.js';
import { MidirecError } from '../../../../../src/midi/errors.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { temporaryFolder } from '../../../../support/run-midirec.js';

const folder = temporaryFolder({ after });

function makeFile(...parts: string[]): string {
  const path = join(folder, ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  return path;
}

const namesOf = (...paths: string[]) =>
  createStreamPorts(new FakeClock(), paths).named.map(({ name }) => name);

describe('named ports', () => {
  it('that are one and the same are refused, however they are written: two readers would share its bytes', () => {
    const path = makeFile('one.syx');
    const link = join(folder, 'link.syx');
    symlinkSync(path, link);
    for (const again of [path, join(folder, '.', 'one.syx'), link]) {
      assert.throws(
        () => namesOf(path, again),
        (error) => error instanceof MidirecError && error.code === 'USAGE' && error.exitCode === 2,
      );
    }
    assert.throws(() => namesOf('-', '-'), /port - is given twice/);
  });

  it('whose paths end alike have names of their own', () => {
    const paths = ['one', 'two', 'three'].map((name) => makeFile(name, 'midi'));
    assert.deepEqual(namesOf(...paths), ['midi', 'midi 2', 'midi 3']);
  });

  it('whose last parts are too long as well have names of their own, no longer than a name may be', () => {
    const last = 'this is longer than any device name can be';
    const names = namesOf(makeFile('four', last), makeFile('five', last));
    assert.deepEqual(names, ['this is longer than any device ', 'this is longer than any devic 2']);
  });

  it('are in the list while they are there; the answer counts for a tenth of a second', () => {
    const clock = new FakeClock();
    const path = makeFile('leaves.bin');
    const { named, all } = createStreamPorts(clock, [path]);
    const isListed = () => all().some((port) => port === named[0]);
    assert.ok(isListed());
    rmSync(path);
    clock.advance(99);
    assert.ok(isListed());
    clock.advance(1);
    assert.ok(!isListed());
  });
});
