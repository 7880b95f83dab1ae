/** The command line before commander reads it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withVirtualName } from '../../../src/cli/program.js';

test('--virtual takes the next word for its name, but neither a command nor a file', () => {
  const readAs = (line: string) => withVirtualName(line.split(' ')).join(' ');
  for (const line of [
    'record --virtual Recorder -o take.mid',
    'record --virtual list',
    '--virtual Recorder record',
    '--virtual=list record',
    'record -o take.mid --virtual',
    'record --virtual -o take.mid',
    'record -o take.mid',
  ]) {
    assert.equal(readAs(line), line);
  }
  assert.equal(readAs('--virtual list'), '--virtual=midirec list');
  assert.equal(readAs('--virtual record -o x'), '--virtual=midirec record -o x');
  assert.equal(readAs('play --virtual take.mid'), 'play --virtual=midirec take.mid');
  assert.equal(readAs('play --virtual ./take'), 'play --virtual=midirec ./take');
});
