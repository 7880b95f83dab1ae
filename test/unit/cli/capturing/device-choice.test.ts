/** Which device is meant: instruments before the devices to practise with, and the only output that is one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseInputs, chooseOutput } from '../../../../src/cli/capturing/device-choice.js';
import { createBuiltInWinMm } from '../../../../src/embedded/drivers/built-in.js';
import { backendOver } from '../../../support/backend-bed.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { FakePort } from '../../../support/fake-port.js';

function backendWith(...names: string[]) {
  const clock = new FakeClock();
  const ports = names.map((name) => new FakePort(name));
  return backendOver(
    createBuiltInWinMm(clock, () => ports),
    clock,
    (name: string) => !names.includes(name),
  );
}

test('-d midi is the interface, not the loopback of midirec', () => {
  const backend = backendWith('USB MIDI Interface');
  const nameOf = (text: string) => chooseInputs(backend, [text])[0]!.name;
  assert.equal(nameOf('midi'), 'USB MIDI Interface');
  assert.equal(nameOf('midirec loopback'), 'midirec loopback');
  assert.equal(nameOf('loop'), 'midirec loopback');
  assert.throws(() => chooseInputs(backendWith('MIDI one', 'MIDI two'), ['midi']), {
    code: 'AMBIGUOUS_DEVICE',
  });
});

test('without a name an output is the only one that is an instrument', () => {
  assert.equal(chooseOutput(backendWith('Synth X'), undefined, 'play').name, 'Synth X');
  for (const names of [[], ['One', 'Two']]) {
    assert.throws(() => chooseOutput(backendWith(...names), undefined, 'play'), {
      code: 'USAGE',
      message: 'play needs -d: the output to send to',
    });
  }
});
