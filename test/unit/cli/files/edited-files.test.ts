/** Names of the files that an editing command writes. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { nameBeside } from '../../../../src/cli/files/edited-files.js';

test('a new file has its ending in lower case, whatever the original has', () => {
  assert.equal(nameBeside('BANK.SYX', '-1', 'voices', '.syx'), join('voices', 'BANK-1.syx'));
  assert.equal(nameBeside('Song.MID', '-1'), 'Song-1.mid');
  assert.equal(nameBeside('Song.Midi', '-1'), 'Song-1.midi');
  assert.equal(nameBeside('Song.RMI', '-1'), 'Song-1.mid');
  assert.equal(nameBeside('BANK.TXT', '-1', undefined, '.syx'), 'BANK-1.syx');
});
